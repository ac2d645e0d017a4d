import type pg from 'pg';
import { applyMigrations, centralSchemaVersion } from '../../db/central/migrations.ts';
import { refused } from './failures.ts';

/** The schema version of the database, 0 when it has none of ours. */
export async function schemaVersion(client: pg.Client): Promise<number> {
  const ledger = await client.query<{ present: boolean }>(
    `select to_regclass('sync.schema_migrations') is not null as present`,
  );
  if (ledger.rows[0]?.present !== true) return 0;
  const { rows } = await client.query<{ version: number | null }>(
    'select max(version) as version from sync.schema_migrations',
  );
  return rows[0]?.version ?? 0;
}

/** Refuses a database that this program cannot work on as it is. */
export async function requireCurrentSchema(client: pg.Client): Promise<void> {
  const version = await schemaVersion(client);
  if (version === 0) throw refused('SCHEMA_MISSING', 'the database has no Factory Pulse schema', 'run "init" first');
  if (version < centralSchemaVersion) {
    throw refused(
      'SCHEMA_OLDER',
      `the database has schema version ${version}, this program ${centralSchemaVersion}`,
      'run "migrate" first',
    );
  }
  if (version > centralSchemaVersion) {
    throw refused(
      'SCHEMA_NEWER',
      `the database has schema version ${version}, this program ${centralSchemaVersion}`,
      'use the newer program',
    );
  }
}

/** Brings the schema up to date and gives a new database its identity. Answers the versions before and after. */
export async function migrate(client: pg.Client): Promise<{ from: number; to: number }> {
  const versions = await applyMigrations(client);
  await client.query('insert into sync.instance (system_identifier) select sync.place() on conflict do nothing');
  if (versions.to > versions.from) await client.query('select sync.call_back()');
  return versions;
}

/** Runs `work` in a transaction that keeps given timestamps, writes no audit rows and checks references at its end. */
export async function inMaintenance<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    await client.query(`select set_config('factory_pulse.maintenance', 'on', true); set constraints all deferred`);
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
