import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { durably } from '../replica/database.ts';
import { distinctRows, type RowKey } from '../replica/overlay.ts';
import { prepared } from '../replica/prepared.ts';
import { tables, type Cell, type CellRow, type ColumnMeta, type TableMeta } from '../replica/tables.ts';
import { isUuid, readRows, uuidList, type CentralColumns } from './central-rows.ts';
import { beginPull, continues, readDifference, type Difference, type PullContext } from './pull.ts';
import { allSetAside, askAgain } from './quarantine.ts';
import { invalidReply } from './reply.ts';
import { comparedColumns, digestOf, digestSql, type ReadCell } from './row-digest.ts';
import { Staging } from './staging.ts';
import { storeDifference } from './store-difference.ts';

/** Rows whose digests are one sum. */
const RANGE_ROWS = 1_000;
/** Ranges that are compared in one pull: what a person does meanwhile waits for no more than this. */
const PART_RANGES = 10;
/** Rows that are read from the replica between two looks at the clock. */
const STEP_ROWS = 200;
/** How long a request may wait for a slice of the comparison. */
const SLICE_MS = 12;

/** Ids from `from` on and before `before`; null is the end of all ids. */
interface Range {
  table: TableMeta;
  from: string | null;
  before: string | null;
}

/** Ranges of one table that follow each other; each begins at a bound and ends before the next. */
interface TablePart extends Range {
  bounds: string[];
}

interface Sum {
  count: number;
  digest: bigint;
}

/** What a comparison of everything found. */
export interface CheckReport {
  tables: number;
  ranges: number;
  rows: number;
  /** Rows that were fetched because the sums of their range differed. */
  fetched: number;
  /** Rows that were put right, by table. */
  repaired: Record<string, number>;
}

/**
 * One comparison of all that this replica holds with what its person may see in the centre. Both sides add up digests of
 * their rows by ranges of ids; where two sums differ, the rows of that range alone are fetched again. The work is done in
 * parts, so that pushes and pulls come in between; a part that a broken link ended is done again.
 *
 * Both sides speak about the same state: the centre computes its sums in the transaction of a pull, and the replica its
 * own right after that pull is stored. What it compares are the centre's versions of rows, behind any pending changes.
 */
export class SelfCheck {
  readonly startedAt = new Date();
  readonly report: CheckReport = { tables: 0, ranges: 0, rows: 0, fetched: 0, repaired: {} };
  /** What `columnsDigest` says of the columns that it compares. */
  readonly columns: string;
  #table = 0;
  #from: string | null = null;

  constructor(columns: string) {
    this.columns = columns;
  }

  get repaired(): number {
    return Object.values(this.report.repaired).reduce((sum, rows) => sum + rows, 0);
  }

  /**
   * Compares the next part and repairs it. `done` once there is nothing left to compare, `later` where a full
   * comparison has to come first.
   */
  async step(context: PullContext): Promise<'more' | 'done' | 'later'> {
    const { parts, next } = this.#plan(context);
    if (parts.length === 0) {
      this.#count(await layOverlaysAgain(context));
      return 'done';
    }
    const found = await compare(context, parts);
    if (found === null) return 'later';
    if (found.differing.length > 0) {
      const repaired = await repair(context, found.differing);
      if (repaired === null) return 'later';
      this.#count(repaired.rows);
      this.report.fetched += repaired.fetched;
    }
    this.report.tables += parts.filter((part) => part.before === null).length;
    this.report.ranges += found.ranges;
    this.report.rows += found.rows;
    [this.#table, this.#from] = next;
    context.progress(this.report.rows, null, parts.at(-1)?.table.name ?? null);
    return 'more';
  }

  #count(rows: readonly RowKey[]): void {
    for (const { table_name } of rows) this.report.repaired[table_name] = (this.report.repaired[table_name] ?? 0) + 1;
  }

  /** Cuts the ids that are here into ranges, beginning where the last part ended. */
  #plan({ replica, columns }: PullContext): { parts: TablePart[]; next: [table: number, from: string | null] } {
    const parts: TablePart[] = [];
    let ranges = 0;
    let from = this.#from;
    for (let index = this.#table; index < tables.length; index++, from = null) {
      const table = tables[index] as TableMeta;
      if (!columns.has(table.name)) continue;
      const bounds: string[] = [];
      const bound = prepared(replica.write, `select id from "${table.name}" where id >= ? order by id limit 1 offset ${RANGE_ROWS}`).pluck();
      for (let last = from ?? ''; ; ) {
        const id = bound.get(last) as string | undefined;
        ranges += 1;
        if (id === undefined) break;
        if (ranges >= PART_RANGES && isUuid(id)) {
          parts.push({ table, from, before: id, bounds });
          return { parts, next: [index, id] };
        }
        if (isUuid(id)) bounds.push(id);
        last = id;
      }
      parts.push({ table, from, before: null, bounds });
      if (ranges >= PART_RANGES) return { parts, next: [index + 1, null] };
    }
    return { parts, next: [tables.length, null] };
  }
}

interface Comparison {
  ranges: number;
  rows: number;
  differing: Range[];
}

/** Pulls, with the centre's sums of these parts, and compares; null where the pull is no continuation. */
async function compare(context: PullContext, parts: readonly TablePart[]): Promise<Comparison | null> {
  const begun = await beginWith(context, allSetAside(context.replica.write));
  if (begun === null) return null;
  const theirs = await sumsOfCentre(context, parts);
  await context.client.query('commit');
  await storeDifference(context, begun);

  const result: Comparison = { ranges: 0, rows: 0, differing: [] };
  for (const [index, part] of parts.entries()) {
    const ours = await sumsOfReplica(context, part);
    for (let bucket = 0; bucket <= part.bounds.length; bucket++) {
      const [mine, centre] = [ours[bucket] as Sum, theirs[index]?.get(bucket) ?? { count: 0, digest: 0n }];
      result.ranges += 1;
      result.rows += mine.count;
      if (mine.count === centre.count && mine.digest === centre.digest) continue;
      result.differing.push({
        table: part.table,
        from: part.bounds[bucket - 1] ?? part.from,
        before: part.bounds[bucket] ?? part.before,
      });
    }
  }
  return result;
}

/** Opens a pull's transaction and reads what changed, with rows that are set aside; null where it is no continuation. */
async function beginWith(context: PullContext, asked: RowKey[]): Promise<Difference | null> {
  const cursor = context.meta.get('cursor');
  const state = await beginPull(context.client, cursor);
  if (cursor === null || !continues(context.meta, state)) {
    await context.client.query('rollback');
    return null;
  }
  const difference = await readDifference(context, cursor, state, new Staging(context));
  await askAgain(context, difference, asked);
  return difference;
}

/** Fetches the rows of these ranges and stores those that differ; returns what was put right. */
async function repair(context: PullContext, ranges: readonly Range[]): Promise<{ rows: RowKey[]; fetched: number } | null> {
  const difference = await beginWith(context, []);
  if (difference === null) return null;
  if (difference.staged.length > 0) {
    // So much has changed that an ordinary pull comes first.
    await context.client.query('rollback');
    return null;
  }
  // What the pull itself brings is no damage.
  const pulled = new Set(difference.gone.map((row) => row.row_id));
  for (const { table, rows } of difference.rows) {
    const idIndex = idIndexOf(table);
    for (const cells of rows) pulled.add(String(cells[idIndex]));
  }
  const repaired: RowKey[] = [];
  let fetched = 0;
  for (const range of ranges) {
    const { table } = range;
    const compared = comparedColumns(table, context.columns);
    const pick = pickerOf(table, compared);
    const digest = digestOf(compared);
    const idIndex = idIndexOf(table);
    const here = new Map<string, bigint>();
    await eachRow(context, range, (id, cells) => here.set(id, digest(cells)));
    const rows: Cell[][] = [];
    for await (const batch of readRows(context.client, table, context.columns, conditionOf(context, range))) {
      fetched += batch.length;
      for (const cells of batch) {
        const id = String(cells[idIndex]);
        if (!pulled.has(id) && here.get(id) !== digest(pick(cells))) {
          rows.push(cells);
          repaired.push({ table_name: table.name, row_id: id });
        }
        here.delete(id);
      }
    }
    if (rows.length > 0) difference.rows.push({ table, rows });
    for (const row_id of here.keys()) {
      if (pulled.has(row_id)) continue;
      difference.gone.push({ table_name: table.name, row_id });
      repaired.push({ table_name: table.name, row_id });
    }
  }
  await context.client.query('commit');
  shadowAgain(context, repaired);
  await storeDifference(context, difference);
  return { rows: repaired, fetched };
}

/** A row with pending changes whose shadow was lost gets one, so that the changes stay on what is stored now. */
function shadowAgain({ replica }: PullContext, rows: readonly RowKey[]): void {
  const save = prepared(
    replica.write,
    `insert into shadow (table_name, row_id, row)
     select distinct table_name, row_id, null from outbox_effects where table_name = ? and row_id = ?
     on conflict do nothing`,
  );
  durably(replica.write, 'NORMAL', () => {
    for (const row of rows) save.run(row.table_name, row.row_id);
  });
}

/** Lays pending changes over their shadows again; returns the rows that did not show what they should. */
async function layOverlaysAgain({ replica, overlay, changes }: PullContext): Promise<RowKey[]> {
  const keys = replica.write.prepare('select table_name, row_id from shadow').all() as RowKey[];
  const known = new Map(tables.map((table) => [table.name, table]));
  const wrong: RowKey[] = [];
  for (let start = 0; start < keys.length; start += STEP_ROWS) {
    durably(replica.write, 'NORMAL', () => {
      for (const row of keys.slice(start, start + STEP_ROWS)) {
        const table = known.get(row.table_name);
        if (!table) continue;
        const before = JSON.stringify(overlay.current(table, row.row_id));
        overlay.recompute(row);
        if (JSON.stringify(overlay.current(table, row.row_id)) !== before) wrong.push(row);
      }
    });
    await nextTurn();
  }
  changes.announce(distinctRows(wrong).map((row) => row.table_name));
  return wrong;
}

/** The condition of a range over alias `t`; rows that are set aside are compared with nothing. */
function conditionOf({ replica }: PullContext, { table, from, before }: Range): string {
  const conditions = [
    ...(from === null ? [] : [`t.id >= '${from}'::uuid`]),
    ...(before === null ? [] : [`t.id < '${before}'::uuid`]),
  ];
  const excluded = setAsideOf(replica.write, table);
  if (excluded.size > 0) conditions.push(`t.id <> all(${uuidList(excluded)})`);
  return conditions.join(' and ') || 'true';
}

const setAsideOf = (sqlite: PullContext['replica']['write'], table: TableMeta): Set<string> =>
  new Set(prepared(sqlite, 'select row_id from quarantine where table_name = ?').pluck().all(table.name) as string[]);

/** The centre's sums, by number of the range within each part, all parts in one round trip. */
async function sumsOfCentre(context: PullContext, parts: readonly TablePart[]): Promise<Map<number, Sum>[]> {
  const queries = parts.map((part) => {
    const digest = digestSql(comparedColumns(part.table, context.columns));
    return (
      `select width_bucket(t.id, ${uuidList(part.bounds)}) as bucket, count(*) as count, sum(${digest}) as digest ` +
      `from public."${part.table.name}" t where ${conditionOf(context, part)} group by 1`
    );
  });
  const answer = (await context.client.query({ text: queries.join('; '), rowMode: 'array' })) as unknown;
  const results = (Array.isArray(answer) ? answer : [answer]) as { rows: string[][] }[];
  return results.map(({ rows }) => {
    const sums = new Map<number, Sum>();
    for (const [bucket, count, digest] of rows) {
      if (!/^-?\d+$/.test(digest ?? '')) throw invalidReply('the comparison', 'no sum');
      sums.set(Number(bucket), { count: Number(count), digest: BigInt(digest as string) });
    }
    return sums;
  });
}

async function sumsOfReplica(context: PullContext, part: TablePart): Promise<Sum[]> {
  const sums = Array.from({ length: part.bounds.length + 1 }, (): Sum => ({ count: 0, digest: 0n }));
  const digest = digestOf(comparedColumns(part.table, context.columns));
  await eachRow(context, part, (id, cells) => {
    let bucket = 0;
    while (bucket < part.bounds.length && (part.bounds[bucket] as string) <= id) bucket += 1;
    const sum = sums[bucket] as Sum;
    sum.count += 1;
    sum.digest += digest(cells);
  });
  return sums;
}

/**
 * Visits the centre's version of every row of a range: the shadow where there are pending changes, else the row itself.
 * A batch is read in one go, so that a change that the person makes between two batches is met with its shadow.
 */
async function eachRow(context: PullContext, range: Range, visit: (id: string, cells: ReadCell[]) => void): Promise<void> {
  const { replica, signal } = context;
  const { table } = range;
  const compared = comparedColumns(table, context.columns);
  const names = compared.map((column) => `"${column.name}"`).join(', ');
  const excluded = setAsideOf(replica.write, table);
  // Whole numbers as bigint: one beyond 2^53 cannot be read otherwise.
  const rows = replica.write
    .prepare(`select id, ${names} from "${table.name}" where id >= ? and id < ? order by id limit ${STEP_ROWS}`)
    .raw()
    .safeIntegers();
  const shadows = replica.write
    .prepare('select row_id, row from shadow where table_name = ? and row_id >= ? and row_id < ?')
    .raw();
  // Behind every id: letters and digits are all that an id has.
  const end = range.before ?? '~';
  let begun = performance.now();
  for (let from = range.from ?? ''; ; ) {
    const batch = rows.all(from, end) as [id: string, ...cells: ReadCell[]][];
    const last = batch.length < STEP_ROWS ? null : (batch.at(-1)?.[0] ?? null);
    // A space is less than any letter of an id: right behind the last row of the batch.
    const next = last === null ? end : `${last} `;
    const behind = new Map(shadows.all(table.name, from, next) as [string, string | null][]);
    for (const [id, ...cells] of batch) {
      const shadow = behind.get(id);
      behind.delete(id);
      if (excluded.has(id)) continue;
      if (shadow === undefined) visit(id, cells);
      else visitShadow(id, shadow, compared, visit);
    }
    for (const [id, shadow] of behind) {
      if (!excluded.has(id)) visitShadow(id, shadow, compared, visit);
    }
    if (last === null) return;
    from = next;
    if (performance.now() - begun < SLICE_MS) continue;
    await nextTurn();
    signal.throwIfAborted();
    begun = performance.now();
  }
}

/** A shadow that cannot be read equals nothing that the centre has, so that its row is fetched again. */
function visitShadow(id: string, shadow: string | null, compared: ColumnMeta[], visit: (id: string, cells: ReadCell[]) => void): void {
  if (shadow === null) return;
  let row: CellRow;
  try {
    row = JSON.parse(shadow) as CellRow;
  } catch {
    visit(id, []);
    return;
  }
  visit(id, compared.map((column) => row[column.name] ?? null));
}

const idIndexOf = (table: TableMeta): number => table.columns.findIndex((column) => column.name === 'id');

/** Of a whole row, the cells that are compared. */
function pickerOf(table: TableMeta, compared: readonly ColumnMeta[]): (cells: readonly Cell[]) => Cell[] {
  const indexes = compared.map((column) => table.columns.findIndex(({ name }) => name === column.name));
  return (cells) => indexes.map((index) => cells[index] ?? null);
}

/** A digest of the columns that both sides have: when it changes, old rows may hold more than was fetched. */
export function columnsDigest(central: CentralColumns): string {
  const names = tables.flatMap((table) => comparedColumns(table, central).map((column) => `${table.name}.${column.name}`));
  return createHash('sha256').update(names.join(' ')).digest('hex');
}
