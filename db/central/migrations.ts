import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';

const files = import.meta.glob<string>('./*.sql', { query: '?raw', import: 'default', eager: true });

export interface CentralMigration {
  version: number;
  name: string;
  sql: string;
  checksum: string;
}

/** The numbered SQL files of this folder, in order. Numbers may have gaps. */
export const centralMigrations: readonly CentralMigration[] = Object.entries(files)
  .map(([path, sql]) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return { version: Number.parseInt(name, 10), name, sql, checksum: checksumOf(sql) };
  })
  .sort((a, b) => a.version - b.version);

/** The schema version that this program brings a centre to. */
export const centralSchemaVersion = centralMigrations.at(-1)?.version ?? 0;

export type MigrationErrorCode = 'DATABASE_NOT_EMPTY' | 'MIGRATION_EDITED' | 'MIGRATION_FAILED' | 'SCHEMA_NEWER';

export class MigrationError extends Error {
  readonly code: MigrationErrorCode;

  constructor(code: MigrationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MigrationError';
    this.code = code;
  }
}

const ledger = `create table if not exists sync.schema_migrations (
  version integer primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now()
)`;

/** A migration as a piece of a script that makes a whole centre in one transaction (main/worker/backup/). */
export const migrationScript = ({ version, name, sql, checksum }: CentralMigration): string =>
  [
    'set local search_path = public;',
    // Each file begins without what the one before may have set for itself.
    'set local factory_pulse.maintenance = off;',
    sql,
    `${ledger};`,
    `insert into sync.schema_migrations (version, name, checksum) values (${version}, '${name}', '${checksum}');`,
    '',
  ].join('\n');

/** One run at a time per database; the number is arbitrary and belongs to this purpose alone. */
const advisoryLock = 4_202_501;

/**
 * Brings the database to this program's schema, each file in a transaction of its own. A failed file leaves the
 * database at the file before it. Answers the versions before and after (0: the database was empty).
 * The client must be the owner's, outside a transaction. Throws a MigrationError.
 */
export async function applyMigrations(
  client: ClientBase,
  migrations: readonly CentralMigration[] = centralMigrations,
): Promise<{ from: number; to: number }> {
  await client.query('select pg_advisory_lock($1)', [advisoryLock]);
  try {
    const applied = await appliedMigrations(client);
    const from = applied.at(-1)?.version ?? 0;
    checkPast(applied, migrations);
    if (applied.length === 0) await refuseForeignDatabase(client);

    for (const migration of migrations.filter(({ version }) => version > from)) await apply(client, migration);
    return { from, to: migrations.at(-1)?.version ?? from };
  } finally {
    await client.query('select pg_advisory_unlock($1)', [advisoryLock]);
  }
}

interface AppliedMigration {
  version: number;
  name: string;
  checksum: string;
}

async function appliedMigrations(client: ClientBase): Promise<AppliedMigration[]> {
  const ledger = await client.query<{ exists: boolean }>(
    `select to_regclass('sync.schema_migrations') is not null as exists`,
  );
  if (!ledger.rows[0]?.exists) return [];
  const { rows } = await client.query<AppliedMigration>(
    'select version, name, checksum from sync.schema_migrations order by version',
  );
  return rows;
}

function checkPast(applied: readonly AppliedMigration[], migrations: readonly CentralMigration[]): void {
  const newest = migrations.at(-1)?.version ?? 0;
  const known = new Map(migrations.map((migration) => [migration.version, migration]));
  for (const { version, name, checksum } of applied) {
    if (version > newest) {
      throw new MigrationError(
        'SCHEMA_NEWER',
        `the database has schema version ${version}, this program knows ${newest}: use the newer program`,
      );
    }
    if (known.get(version)?.checksum !== checksum) {
      throw new MigrationError(
        'MIGRATION_EDITED',
        `${name} has been applied in another form than this program has: restore the file and add a new one instead`,
      );
    }
  }
  // A file numbered below what is applied would be passed over for ever.
  const reached = applied.at(-1)?.version ?? 0;
  const present = new Set(applied.map(({ version }) => version));
  const late = migrations.find(({ version }) => version < reached && !present.has(version));
  if (late) {
    throw new MigrationError(
      'MIGRATION_EDITED',
      `${late.name} was added below version ${reached}, which is already applied: give it a higher number`,
    );
  }
}

async function refuseForeignDatabase(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%s.%s', n.nspname, c.relname) as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('public', 'app', 'sync') and c.relkind in ('r', 'p', 'v', 'm')
        -- what an extension brought along is nobody's data
        and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
      order by 1 limit 1`,
  );
  if (rows[0]) {
    throw new MigrationError(
      'DATABASE_NOT_EMPTY',
      `the database holds other data (${rows[0].name}): name an empty database`,
    );
  }
}

async function apply(client: ClientBase, migration: CentralMigration): Promise<void> {
  await client.query('begin');
  try {
    await client.query('set local search_path = public');
    await client.query(migration.sql);
    // The schema `sync` comes with the first file, so the ledger comes after it.
    await client.query(ledger);
    await client.query('insert into sync.schema_migrations (version, name, checksum) values ($1, $2, $3)', [
      migration.version,
      migration.name,
      migration.checksum,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError('MIGRATION_FAILED', `${migration.name}: ${reason}`, { cause: error });
  }
}

/** Line ends do not count: a checkout on Windows may have turned them. */
function checksumOf(sql: string): string {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
}
