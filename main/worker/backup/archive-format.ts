import { createHash } from 'node:crypto';

/* What writer and reader of an archive have in common. */

/** A part is held in memory as a whole, by writer and reader. */
export const PART_BYTES = 2 * 1024 * 1024;
/** Rows are cut into parts; a part may be larger only by its last row. */
export const MAX_PART_BYTES = 64 * 1024 * 1024;

export const sha256Of = (...content: readonly Uint8Array[]): string => {
  const digest = createHash('sha256');
  for (const piece of content) digest.update(piece);
  return digest.digest('hex');
};

/** Each chunk that comes out costs a way to zlib's thread and back. */
export const ZIP_CHUNK_BYTES = 512 * 1024;

/** Bytes 4 to 9 of gzip's header say when and by what system; they are set to nothing, because no checksum covers them. */
export const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

export const isPlainHeader = (head: Buffer): boolean => head.subarray(0, GZIP_HEADER.length).equals(GZIP_HEADER);

/** What ends the rows of a table, as psql reads it. */
export const COPY_END = '\\.\n\n';

/** The rows of a part, without what stands around them. */
export const linesOf = (content: Buffer): Buffer => content.subarray(content.indexOf(10) + 1, content.length - COPY_END.length);
