import pg, { type ClientBase, DatabaseError } from 'pg';
import { alreadyPresent, type ImportTally, reportName } from './import-report.ts';
import { rowNumber, type StagedTable } from './stage.ts';
import type { TableMapping } from './table-mappings.ts';
import { conversion, orDefault, type TargetColumn } from './target-schema.ts';

/** When a row was made, where the old table has no created_at, and changed, where it has no updated_at. */
const timeFallbacks: Readonly<Record<string, string>> = { updated_at: 'created_at' };

/** The assignments `column ← SQL` by which staged rows become rows of the target. */
export function assignments(
  staged: StagedTable,
  mapping: TableMapping,
  columns: readonly TargetColumn[],
): Map<string, string> {
  const organization = staged.columns.has('organization_id') ? 's.organization_id' : null;
  const result = new Map<string, string>();
  for (const given of columns) {
    // An id is never made up: the row would come again with the next import.
    const column = given.name === 'id' ? { ...given, default: null } : given;
    const computed = mapping.values?.[column.name];
    const usable = computed?.needs.every((name) => staged.columns.has(name)) ?? false;
    const present = staged.columns.has(column.name);
    if (computed && usable && (computed.always === true || !present)) {
      result.set(column.name, orDefault(computed.sql, column));
    } else if (present) {
      result.set(column.name, conversion(`s.${pg.escapeIdentifier(column.name)}`, column, organization));
    } else {
      const fallback = result.get(timeFallbacks[column.name] ?? '');
      if (fallback !== undefined) result.set(column.name, fallback);
    }
  }
  return result;
}

/** Columns of the dump's table that end up nowhere. */
export function unknownColumns(staged: StagedTable, mapping: TableMapping, columns: readonly TargetColumn[]): string[] {
  const known = new Set([
    ...columns.map(({ name }) => name),
    ...Object.values(mapping.values ?? {}).flatMap(({ needs }) => needs),
  ]);
  return [...staged.columns].filter((name) => !known.has(name));
}

/**
 * Inserts the staged rows into their table. A row that is there already stays as it is; a row that breaks a rule of
 * the table is left out with the reason. References are checked later, when all tables are there.
 */
export async function loadTable(
  client: ClientBase,
  staged: StagedTable,
  mapping: TableMapping,
  columns: readonly TargetColumn[],
  tally: ImportTally,
): Promise<void> {
  const name = reportName(staged.schema, staged.table);
  const target = `public.${pg.escapeIdentifier(mapping.target)}`;
  const columnValues = assignments(staged, mapping, columns);
  const id = columnValues.get('id');
  if (staged.rows === 0) return;
  await client.query(`analyze ${staged.sqlName}`);

  const insert =
    `insert into ${target} (${[...columnValues.keys()].map((column) => pg.escapeIdentifier(column)).join(', ')})\n` +
    `select ${[...columnValues.values()].join(', ')} from ${staged.sqlName} s\n` +
    `where s.${rowNumber} between $1 and $2 order by s.${rowNumber} on conflict do nothing`;
  // Rows of this transaction don't count as present: they come from the dump itself.
  const present =
    id === undefined
      ? null
      : `select count(*)::integer as count from ${staged.sqlName} s where s.${rowNumber} between $1 and $2
           and exists (select from ${target} t where t.id = ${id} and t.sync_xid <> pg_current_xact_id())`;

  const loadRange = async (from: number, to: number): Promise<void> => {
    await client.query('savepoint staged_range');
    try {
      const existing = present === null ? 0 : await count(client, present, [from, to]);
      const inserted = (await client.query(insert, [from, to])).rowCount ?? 0;
      await client.query('release savepoint staged_range');
      tally.imported(name, inserted);
      tally.skipped(name, alreadyPresent, existing);
      tally.skipped(name, 'another row has the same id or unique value', to - from + 1 - inserted - existing);
    } catch (error) {
      const reason = rowFault(error);
      if (reason === null) throw error;
      await client.query('rollback to savepoint staged_range');
      await client.query('release savepoint staged_range');
      if (from === to) {
        tally.skipped(name, reason, 1);
        return;
      }
      // One of the rows is at fault: halving finds it in few steps, and the others load in bulk.
      const middle = Math.floor((from + to) / 2);
      await loadRange(from, middle);
      await loadRange(middle + 1, to);
    }
  };
  await loadRange(1, staged.rows);
  // The checks of references that follow join whole tables.
  await client.query(`analyze ${target}`);
}

async function count(client: ClientBase, sql: string, values: unknown[]): Promise<number> {
  const { rows } = await client.query<{ count: number }>(sql, values);
  return rows[0]?.count ?? 0;
}

/** What is wrong with a row, without its values; null when the error isn't a row's fault. */
function rowFault(error: unknown): string | null {
  if (!(error instanceof DatabaseError)) return null;
  const place = error.column ?? error.constraint ?? '';
  switch (error.code) {
    case '23502':
      return `${place} is missing`;
    case '23514':
      return `breaks the rule ${place}`;
    case 'P0001':
    case 'FP001':
      return `refused: ${error.message}`;
    default:
      // Class 22 is "data exception"; the message quotes the value behind a colon.
      return error.code?.startsWith('22') ? error.message.replace(/: ".*$/s, '') : null;
  }
}
