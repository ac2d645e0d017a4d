import type { ClientBase } from 'pg';
import { makeWayForData } from '../../../db/central/first-organization.ts';
import { createPerson, oneTimePassword } from '../../../db/central/people.ts';
import type { Role } from '../../../shared/domain/roles.ts';
import { parseDump } from './dump-parser.ts';
import { type ImportReport, ImportTally, reportName } from './import-report.ts';
import { loadTable, unknownColumns } from './load-table.ts';
import { settleReferences } from './references.ts';
import { StagedTable } from './stage.ts';
import { deriveStageHistory } from './stage-history.ts';
import { assignBuckets, splitBuckets } from './stored-files.ts';
import { mappedTables, type TableMapping, treatmentOf } from './table-mappings.ts';
import { readTargetSchema, type TargetSchema } from './target-schema.ts';

export interface ImportedPerson {
  name: string;
  email: string;
  role: Role;
  oneTimePassword: string;
}

export interface ImportOptions {
  /** The owner of the central database, outside a transaction. */
  client: ClientBase;
  /** The dump's bytes. */
  source: AsyncIterable<Uint8Array>;
  /** Do everything, then take it back. */
  dryRun?: boolean;
  /**
   * Called before the import becomes final, with the new people's passwords, which exist nowhere else; not called in
   * a dry run or when there are none. When it throws, nothing is imported.
   */
  keepPasswords?: (people: readonly ImportedPerson[]) => Promise<void>;
}

/**
 * Imports a data dump of the existing system in one transaction: all of it, or nothing. Rows that are already there
 * stay as they are. Throws `DumpError` for a broken file.
 */
export async function importDump(options: ImportOptions): Promise<ImportReport> {
  const { client } = options;
  await client.query('begin');
  try {
    await prepareTransaction(client);
    const tally = new ImportTally();
    const schema = await readTargetSchema(client);
    const staged = await stageDump(client, options.source, schema, tally);
    await load(client, staged, schema, tally);
    const people = await givePasswords(client);
    await client.query('set constraints all immediate');
    if (options.dryRun === true) {
      await client.query('rollback');
    } else {
      if (people.length > 0) await options.keepPasswords?.(people);
      await client.query('commit');
    }
    return tally.report;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** Only one import runs at a time; it keeps the dump's timestamps and reads its times as UTC. */
async function prepareTransaction(client: ClientBase): Promise<void> {
  await client.query(`
    select pg_advisory_xact_lock(4202502);
    set local timezone = 'UTC';
    set local datestyle = 'ISO, YMD';
    set local statement_timeout = 0;
    set local lock_timeout = 0;
    set local idle_in_transaction_session_timeout = 0;
    set local client_min_messages = warning;
    set local search_path = public;
    select set_config('factory_pulse.maintenance', 'on', true);
    set constraints all deferred`);
}

interface Staged {
  rows: StagedTable;
  mapping: TableMapping;
}

/** Reads the whole dump into temporary tables, so that its own order doesn't matter. Keyed by schema.table. */
async function stageDump(
  client: ClientBase,
  source: AsyncIterable<Uint8Array>,
  schema: TargetSchema,
  tally: ImportTally,
): Promise<Map<string, Staged>> {
  const ownTables = new Set(schema.tables.keys());
  const staged = new Map<string, Staged>();
  const omitted = new Map<string, Set<string>>();
  for await (const item of parseDump(source)) {
    if (item.kind !== 'rows') continue;
    const key = `${item.schema}.${item.table}`;
    const name = reportName(item.schema, item.table);
    const treatment = treatmentOf(item.schema, item.table, ownTables);
    tally.read(name, item.rows.length);
    if (treatment.kind === 'unknown') {
      if (!tally.report.unknownTables.includes(name)) tally.report.unknownTables.push(name);
      tally.skipped(name, 'unknown table', item.rows.length);
      continue;
    }
    if (treatment.kind !== 'load') tally.skipped(name, treatment.reason, item.rows.length);
    if (treatment.kind === 'omit') continue;

    const mapping = treatment.kind === 'load' ? treatment.mapping : { target: '' };
    let entry = staged.get(key);
    if (!entry) {
      entry = { rows: await StagedTable.create(client, item.schema, item.table, staged.size), mapping };
      staged.set(key, entry);
    }
    await entry.rows.append(client, item, (column) => {
      if (treatment.kind === 'compare') return !treatment.keep.includes(column);
      if (treatment.mapping.omit?.includes(column) !== true) return false;
      omitted.set(name, (omitted.get(name) ?? new Set<string>()).add(column));
      return true;
    });
  }
  for (const [name, columns] of omitted) tally.report.omittedColumns[name] = [...columns];
  return staged;
}

async function load(
  client: ClientBase,
  staged: ReadonlyMap<string, Staged>,
  schema: TargetSchema,
  tally: ImportTally,
): Promise<void> {
  const keys = [...staged.keys()];
  const order = [
    ...mappedTables.filter((key) => staged.has(key)),
    ...keys.filter((key) => !mappedTables.includes(key)),
  ];
  const files = staged.get('storage.objects')?.rows;
  const users = staged.get('public.users')?.rows;
  const settle = users && users.rows > 0 ? await makeWayForData(client, users) : null;

  const loaded = new Map<string, string>();
  for (const key of order) {
    const entry = staged.get(key);
    const columns = schema.tables.get(entry?.mapping.target ?? '');
    if (!entry || !columns) continue;
    const { rows, mapping } = entry;
    const name = reportName(rows.schema, rows.table);
    if (key === 'storage.buckets') await assignBuckets(client, rows, files);
    if (key === 'storage.objects' && rows.columns.has('name') && rows.columns.has('bucket_id')) {
      const made = await splitBuckets(client, rows);
      if (made > 0) tally.report.derived['storage_buckets'] = made;
    }
    const unknown = unknownColumns(rows, mapping, columns);
    if (unknown.length > 0) tally.report.unknownColumns[name] = unknown;
    await loadTable(client, rows, mapping, columns, tally);
    loaded.set(mapping.target, name);
  }
  await settleReferences(client, schema.references, loaded, tally);
  if (loaded.has('activity_log') && loaded.has('projects')) {
    const moves = await deriveStageHistory(client);
    if (moves > 0) tally.report.derived['project_stage_history'] = moves;
  }
  if (settle) tally.report.notes.push(...(await settle()));
  await compareAddresses(client, staged.get('auth.users')?.rows, tally);
}

/** Tells of people whose address for signing in to the old system isn't the one of their profile. */
async function compareAddresses(
  client: ClientBase,
  accounts: StagedTable | undefined,
  tally: ImportTally,
): Promise<void> {
  if (!accounts?.columns.has('id') || !accounts.columns.has('email')) return;
  const { rows } = await client.query<{ email: string; old: string }>(
    `select u.email, a.email as old from ${accounts.sqlName} a join public.users u on u.id::text = lower(a.id)
      where lower(btrim(a.email)) <> lower(u.email) order by 1`,
  );
  for (const { email, old } of rows) {
    tally.report.notes.push(`${email} signed in to the old system as ${old}; from now on it is ${email}`);
  }
}

/** Every person of this import who cannot sign in yet gets a role and a password to change at once. */
/** One-time passwords for everybody whom this transaction brought and who has no account yet. */
export async function givePasswords(client: ClientBase): Promise<ImportedPerson[]> {
  const { rows } = await client.query<{ id: string; name: string; email: string; role: Role }>(
    `select u.id, u.name, u.email, u.role from public.users u
      where u.sync_xid = pg_current_xact_id() and not exists (select from app.logins l where l.user_id = u.id)
      order by u.email`,
  );
  const people: ImportedPerson[] = [];
  for (const { id, name, email, role } of rows) {
    const password = oneTimePassword();
    await createPerson(client, { userId: id, password, mustChange: true });
    people.push({ name, email, role, oneTimePassword: password });
  }
  return people;
}
