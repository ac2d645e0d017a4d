import pg from 'pg';
import { demoAccounts, demoPassword } from '../../shared/demo-accounts.ts';
import { applyMigrations } from '../central/migrations.ts';
import { createPerson } from '../central/people.ts';
import { demoData } from '../demo/index.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

export interface DemoCentral extends TestDatabase {
  /** `postgres://host:port/database`, as a desktop's settings hold it. */
  address: string;
  host: string;
  port: number;
  database: string;
}

/** A centre of its own for one test file. */
export async function createDemoCentral(): Promise<DemoCentral> {
  const database = await createTestDatabase();
  await fillDemoCentral(database.client);
  const url = new URL(database.url);
  return {
    ...database,
    address: `postgres://${url.host}${url.pathname}`,
    host: url.hostname,
    port: Number(url.port),
    database: url.pathname.slice(1),
  };
}

/** Makes a centre of an empty database: the whole schema, the demo data, and a role for every demo account. */
export async function fillDemoCentral(client: pg.Client): Promise<void> {
  await applyMigrations(client);
  await client.query('insert into sync.instance (system_identifier) select sync.place() on conflict do nothing');
  await client.query('begin');
  await client.query("select set_config('factory_pulse.maintenance', 'on', true)");
  await client.query('set constraints all deferred');
  for (const [table, rows] of Object.entries(demoData(new Date()))) {
    const columns = Object.keys(rows[0] ?? {}).map((column) => pg.escapeIdentifier(column)).join(', ');
    if (columns === '') continue;
    await client.query(
      `insert into public.${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::public.${table}, $1)`,
      [JSON.stringify(rows)],
    );
  }
  const { rows: people } = await client.query<{ id: string }>(
    'select id from public.users where email = any ($1)',
    [demoAccounts.map((account) => account.email)],
  );
  for (const { id } of people) {
    await createPerson(client, { userId: id, password: demoPassword, mustChange: false });
  }
  await client.query('commit');
}
