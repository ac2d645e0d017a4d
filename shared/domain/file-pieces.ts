/** Contents travel, are checked and are sealed in pieces of this size; db/central/0020_files.sql says the same. */
export const PIECE_BYTES = 1024 * 1024;

export const piecesOf = (size: number): number => Math.ceil(size / PIECE_BYTES);
