import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { applyMigrations, centralMigrations, centralSchemaVersion, type CentralMigration } from './migrations.ts';

describe('migrations of the centre', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await database.drop();
  });

  const following = (sql: string, step = 1): CentralMigration => {
    const version = centralSchemaVersion + step;
    return { version, name: `${version}_following.sql`, sql, checksum: sql };
  };
  const tableExists = async (name: string): Promise<boolean> => {
    const { rows } = await database.client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [
      name,
    ]);
    return rows[0]?.exists ?? false;
  };

  it('bring an empty database to the newest version, and change nothing the second time', async () => {
    expect(await applyMigrations(database.client)).toEqual({ from: 0, to: centralSchemaVersion });
    expect(await applyMigrations(database.client)).toEqual({ from: centralSchemaVersion, to: centralSchemaVersion });
    const { rows } = await database.client.query<{ name: string }>('select name from sync.schema_migrations order by version');
    expect(rows.map(({ name }) => name)).toEqual(centralMigrations.map(({ name }) => name));
  });

  it('continue from where an older program left off', async () => {
    const older = centralMigrations.slice(0, 2);
    await applyMigrations(database.client, older);
    expect(await applyMigrations(database.client)).toEqual({ from: older.at(-1)?.version, to: centralSchemaVersion });
  });

  it('run once when two administrators start them at the same time', async () => {
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    try {
      const runs = await Promise.all([applyMigrations(database.client), applyMigrations(other)]);
      expect(runs.map(({ from }) => from).sort((a, b) => a - b)).toEqual([0, centralSchemaVersion]);
    } finally {
      await other.end();
    }
  });

  it('refuse a past that was edited', async () => {
    await applyMigrations(database.client);
    const edited = centralMigrations.map((migration, position) =>
      position === 1 ? { ...migration, checksum: 'edited' } : migration,
    );
    await expect(applyMigrations(database.client, edited)).rejects.toMatchObject({ code: 'MIGRATION_EDITED' });
  });

  it('refuse a file that was slipped in below the version reached', async () => {
    const later = following('create table later (id integer)', 2);
    await applyMigrations(database.client, [...centralMigrations, later]);
    const slippedIn = [...centralMigrations, following('create table slipped_in (id integer)'), later];
    await expect(applyMigrations(database.client, slippedIn)).rejects.toMatchObject({ code: 'MIGRATION_EDITED' });
  });

  it('refuse a database of a newer program', async () => {
    await applyMigrations(database.client, [...centralMigrations, following('create table t (id integer)')]);
    await expect(applyMigrations(database.client)).rejects.toMatchObject({ code: 'SCHEMA_NEWER' });
  });

  it('refuse a database that holds something else', async () => {
    await database.client.query('create table customers (id integer)');
    await expect(applyMigrations(database.client)).rejects.toMatchObject({ code: 'DATABASE_NOT_EMPTY' });
    expect(await tableExists('public.projects')).toBe(false);
  });

  it('leave nothing of a file that fails, and can be run again', async () => {
    await applyMigrations(database.client);
    const broken = [...centralMigrations, following('create table half_done (id integer); select 1 / 0;')];
    await expect(applyMigrations(database.client, broken)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
    expect(await tableExists('public.half_done')).toBe(false);

    const mended = [...centralMigrations, following('create table half_done (id integer);')];
    expect(await applyMigrations(database.client, mended)).toEqual({
      from: centralSchemaVersion,
      to: centralSchemaVersion + 1,
    });
  });
});
