import pg, { type ClientBase } from 'pg';
import type { ImportTally } from './import-report.ts';
import type { TargetReference } from './target-schema.ts';

/** Only rows that this transaction wrote are looked at, and touched. */
const ofThisImport = 'c.sync_xid = pg_current_xact_id()';

/**
 * Settles references of imported rows to rows that aren't there (or belong to another organization, which is the
 * same): an optional reference is left empty, a row that cannot be without it is withdrawn, until nothing dangles.
 *
 * @param loaded target tables of this import, with the name under which each is reported
 */
export async function settleReferences(
  client: ClientBase,
  references: readonly TargetReference[],
  loaded: ReadonlyMap<string, string>,
  tally: ImportTally,
): Promise<void> {
  const before = await countImported(client, loaded);
  const withdrawn = new Map<string, number>();
  for (let changed = true; changed;) {
    changed = false;
    for (const reference of references) {
      const name = loaded.get(reference.table);
      if (name === undefined) continue;
      const rows = await settle(client, reference);
      if (rows === 0) continue;
      changed = true;
      if (reference.nullable) {
        tally.adjusted(
          name,
          `${reference.column} left empty: the row of ${reference.parent} that it names is missing`,
          rows,
        );
      } else {
        tally.withdrawn(name, `${reference.column} names a row of ${reference.parent} that is missing`, rows);
        withdrawn.set(reference.table, (withdrawn.get(reference.table) ?? 0) + rows);
      }
    }
  }
  // A withdrawn row takes those along that it owns.
  const after = await countImported(client, loaded);
  for (const [table, name] of loaded) {
    const lost = (before.get(table) ?? 0) - (after.get(table) ?? 0) - (withdrawn.get(table) ?? 0);
    if (lost > 0) tally.withdrawn(name, 'belongs to a row that was skipped', lost);
  }
}

async function settle(client: ClientBase, reference: TargetReference): Promise<number> {
  const table = `public.${pg.escapeIdentifier(reference.table)}`;
  const column = pg.escapeIdentifier(reference.column);
  const equal = reference.pairs
    .map(({ child, parent }) => `p.${pg.escapeIdentifier(parent)} = c.${pg.escapeIdentifier(child)}`)
    .join(' and ');
  const dangling = `${ofThisImport} and c.${column} is not null
    and not exists (select from public.${pg.escapeIdentifier(reference.parent)} p where ${equal})`;
  const { rowCount } = await client.query(
    reference.nullable
      ? `update ${table} c set ${column} = null where ${dangling}`
      : `delete from ${table} c where ${dangling}`,
  );
  return rowCount ?? 0;
}

async function countImported(client: ClientBase, loaded: ReadonlyMap<string, string>): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const table of loaded.keys()) {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::integer as count from public.${pg.escapeIdentifier(table)} c where ${ofThisImport}`,
    );
    counts.set(table, rows[0]?.count ?? 0);
  }
  return counts;
}
