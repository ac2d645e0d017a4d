import { durably, nextTurn, type Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { Cell, TableMeta } from '../replica/tables.ts';
import type { PullContext } from './pull.ts';

/** Rows of `incoming` that belong to one table and follow each other. */
export interface StagedRange {
  table: TableMeta;
  first: number;
  last: number;
}

/** Rows of `incoming` that are taken over in one step. */
export interface StagedStep {
  table: string;
  from: number;
  to: number;
}

/**
 * Keeps a large difference in the replica (`incoming`) while it is read, so that memory stays flat however large it
 * is: encrypted like everything else, in short transactions between which requests and writes have their turn. The
 * mirror takes it over afterwards, in one transaction (`storeDifference`).
 */
export class Staging {
  readonly ranges: StagedRange[] = [];
  readonly #context: PullContext;
  #rows = 0;

  constructor(context: PullContext) {
    this.#context = context;
  }

  /** Takes rows of a table, their cells in the order of its columns. */
  async add(table: TableMeta, rows: readonly Cell[][]): Promise<void> {
    const id = table.columns.findIndex((column) => column.name === 'id');
    await this.#append(
      table,
      rows.map((row) => [row[id], JSON.stringify(row)]),
    );
  }

  /** Takes ids of rows that are gone. */
  async remove(table: TableMeta, ids: readonly string[]): Promise<void> {
    await this.#append(
      table,
      ids.map((id) => [id, null]),
    );
  }

  async #append(table: TableMeta, values: [id: Cell | undefined, row: string | null][]): Promise<void> {
    if (values.length === 0) return;
    const { replica, progress, signal } = this.#context;
    const insert = prepared(replica.write, 'insert into incoming (row_id, row) values (?, ?)');
    let last = 0;
    durably(replica.write, 'NORMAL', () => {
      for (const value of values) last = Number(insert.run(value).lastInsertRowid);
    });
    const range = this.ranges.at(-1);
    if (range?.table === table) range.last = last;
    else this.ranges.push({ table, first: last - values.length + 1, last });
    this.#rows += values.length;
    progress(this.#rows, null, table.name);
    await nextTurn();
    signal.throwIfAborted();
  }
}

export const countStaged = (ranges: readonly StagedRange[]): number =>
  ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);

/** Rows that leave in one transaction. */
const EMPTY_ROWS = 2_000;

/** Empties `incoming`: after its rows were taken over, and of what a crash or a broken link left there. */
export async function emptyStaging({ write }: Replica): Promise<void> {
  const remove = prepared(write, 'delete from incoming where seq <= (select min(seq) from incoming) + ?');
  while (durably(write, 'NORMAL', () => remove.run(EMPTY_ROWS)).changes > 0) await nextTurn();
}
