/** A cell: text, what a wall clock showed (milliseconds that the reading has in UTC), a date, an exact number, or nothing. */
export type TableCell = string | { clock: number } | { day: string } | { number: string } | null;

/** Turns rows into the bytes of a file, part by part, so that a table of any length needs little memory. */
export interface TableWriter {
  begin(headings: readonly string[]): Uint8Array;
  rows(rows: readonly (readonly TableCell[])[]): Uint8Array;
  end(): Uint8Array;
}
