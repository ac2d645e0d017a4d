import Database from 'better-sqlite3';
import { getTableColumns, getTableName } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/sqlite-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyMigrations } from '../central/migrations.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { replicaMigrations } from './migrations.ts';
import { mirrorTables } from './schema.ts';

/** Tables of the centre's schema `public` that stay there. */
const notMirrored: readonly string[] = [];

/** The replica's column type for each type of the centre; see columns.ts. */
const replicaType: Record<string, string> = {
  uuid: 'SQLiteText',
  text: 'SQLiteText',
  'timestamp with time zone': 'SQLiteText',
  date: 'SQLiteText',
  numeric: 'SQLiteText',
  integer: 'SQLiteInteger',
  bigint: 'SQLiteInteger',
  xid8: 'SQLiteInteger',
  boolean: 'SQLiteBoolean',
  jsonb: 'SQLiteTextJson',
  'text[]': 'SQLiteTextJson',
};

interface Column {
  name: string;
  type: string;
  notNull: boolean;
}

const byName = (a: Column, b: Column): number => a.name.localeCompare(b.name);

describe('replica and centre agree table by table, column by column', () => {
  let database: TestDatabase;
  const central = new Map<string, Column[]>();
  const replica = new Database(':memory:');

  beforeAll(async () => {
    database = await createTestDatabase();
    await applyMigrations(database.client);
    const { rows } = await database.client.query<{ table: string; column: string; type: string; notNull: boolean }>(
      `select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type, a.attnotnull as "notNull"
         from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped`,
    );
    for (const { table, column, type, notNull } of rows) {
      central.set(table, [...(central.get(table) ?? []), { name: column, type, notNull }]);
    }
    for (const { sql } of replicaMigrations) replica.exec(sql);
  });
  afterAll(async () => {
    replica.close();
    await database.drop();
  });

  it('in the set of tables', () => {
    const mirrored = mirrorTables.map((table) => getTableName(table));
    expect([...mirrored, ...notMirrored].sort()).toEqual([...central.keys()].sort());
  });

  it('in what the centre replicates', async () => {
    const { rows } = await database.client.query<{ name: string }>('select table_name as name from sync.replicated_table');
    expect(rows.map(({ name }) => name).sort()).toEqual(mirrorTables.map((table) => getTableName(table)).sort());
  });

  it.each(mirrorTables.map((table) => [getTableName(table), table] as const))('in the columns of %s', (name, table) => {
    const expected = (central.get(name) ?? []).map((column) => ({
      ...column,
      type: replicaType[column.type] ?? `no replica type for ${column.type}`,
    }));
    const declared = Object.entries(getTableColumns(table)).map(([property, column]) => {
      expect(property).toBe(column.name);
      return { name: column.name, type: String(column.columnType), notNull: column.notNull };
    });
    expect(declared.sort(byName)).toEqual(expected.sort(byName));
  });

  it.each(mirrorTables.map((table) => [getTableName(table), table] as const))(
    'in what the generated migrations make of %s',
    (name, table) => {
      const made = replica.pragma(`table_info(${name})`) as { name: string; notnull: number }[];
      const declared = Object.values(getTableColumns(table));
      expect(made.map((column) => ({ name: column.name, notNull: column.notnull === 1 }))).toEqual(
        declared.map((column) => ({ name: column.name, notNull: column.notNull })),
      );
    },
  );

  it('in the order of tables: no row arrives before a row that it refers to', () => {
    const arrived = new Set<string>();
    for (const table of mirrorTables) {
      const name = getTableName(table);
      for (const key of getTableConfig(table).foreignKeys) {
        const parent = getTableName(key.reference().foreignTable);
        expect(arrived.has(parent) || parent === name, `${name} before ${parent}`).toBe(true);
      }
      arrived.add(name);
    }
  });

  it('in the references of the replica: each is one of the centre', async () => {
    const { rows } = await database.client.query<{ reference: string }>(
      `select format('%s.%s %s', c.conrelid::regclass, a.attname, c.confrelid::regclass) as reference
         from pg_constraint c
         cross join unnest(c.conkey) as k(attnum)
         join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum
        where c.contype = 'f' and c.connamespace = 'public'::regnamespace`,
    );
    const references = new Set(rows.map(({ reference }) => reference));
    for (const table of mirrorTables) {
      for (const key of getTableConfig(table).foreignKeys) {
        const { columns, foreignTable } = key.reference();
        expect(references).toContain(`${getTableName(table)}.${columns[0]?.name} ${getTableName(foreignTable)}`);
      }
    }
  });
});

describe('tables of the centre', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    await applyMigrations(database.client);
  });
  afterAll(async () => {
    await database.drop();
  });

  it('have the columns and the index that sync needs', async () => {
    const { rows } = await database.client.query<{ table: string; index: string | null }>(
      `select c.relname as table, pg_get_indexdef(i.oid) as index
         from pg_class c left join pg_class i on i.relname = c.relname || '_sync' and i.relkind = 'i'
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'`,
    );
    for (const { table, index } of rows) expect(index, table).toContain('(organization_id, sync_xid)');
  });

  it('refer to each other within one organization only', async () => {
    const { rows } = await database.client.query<{ reference: string }>(
      `select format('%s: %s', c.conrelid::regclass, pg_get_constraintdef(c.oid)) as reference
         from pg_constraint c
        where c.contype = 'f' and c.connamespace = 'public'::regnamespace
          and c.confrelid <> 'organizations'::regclass
          and (select a.attname from pg_attribute a where a.attrelid = c.conrelid and a.attnum = c.conkey[1])
              <> 'organization_id'`,
    );
    expect(rows).toEqual([]);
  });

  it('defer every reference on demand, so that circles load in one transaction', async () => {
    const { rows } = await database.client.query(
      `select conname from pg_constraint
        where contype = 'f' and connamespace in ('public'::regnamespace, 'app'::regnamespace) and not condeferrable`,
    );
    expect(rows).toEqual([]);
  });

  it('say what one row is', async () => {
    const { rows } = await database.client.query(
      `select relname from pg_class
        where relnamespace in ('public'::regnamespace, 'app'::regnamespace) and relkind = 'r'
          and obj_description(oid) is null`,
    );
    expect(rows).toEqual([]);
  });
});
