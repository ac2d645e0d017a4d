/** Rows of a table by their rowids, a bit for each: of 100,000 rows as small as a picture, and asked in no time. */
export class RowSet {
  readonly #bits: Uint8Array;

  constructor(rows: readonly number[]) {
    let last = 0;
    for (const row of rows) if (row > last) last = row;
    this.#bits = new Uint8Array((last >>> 3) + 1);
    for (const row of rows) this.#bits[row >>> 3] = (this.#bits[row >>> 3] ?? 0) | (1 << (row & 7));
  }

  has(row: number): boolean {
    return ((this.#bits[row >>> 3] ?? 0) & (1 << (row & 7))) !== 0;
  }
}
