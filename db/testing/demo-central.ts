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

/** Names the database with the demo data that a run's centres are copies of. */
export const templateVariable = 'FP_TEST_DEMO_TEMPLATE';

/** A centre of its own for one test file: a copy, where the run has a database to copy (demo-template.ts). */
export async function createDemoCentral(): Promise<DemoCentral> {
  const template = process.env[templateVariable];
  const database = await createTestDatabase(template);
  if (template === undefined) await loadDemo(database.client);
  else await ownDatabase(database.client);
  await openToPeople(database.client);
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
  await loadDemo(client);
  await openToPeople(client);
}

/** The part of it that is the same in every database of a run. */
export async function loadDemo(client: pg.Client): Promise<void> {
  await applyMigrations(client);
  await inMaintenance(client, async () => {
    await client.query('set constraints all deferred');
    for (const [table, rows] of Object.entries(demoData(new Date()))) {
      const columns = Object.keys(rows[0] ?? {}).map((column) => pg.escapeIdentifier(column)).join(', ');
      if (columns === '') continue;
      await client.query(
        `insert into public.${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::public.${table}, $1)`,
        [JSON.stringify(rows)],
      );
    }
  });
}

/** Who may connect belongs to a database and not to its contents, so that a copy has it from the server's defaults. */
async function ownDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select quote_ident(current_database()) as name');
  const name = rows[0]?.name ?? '';
  await client.query(`revoke all on database ${name} from public; grant connect on database ${name} to fp_person`);
}

/** Gives the database its identity and every demo account a role, whose name goes with the database's. */
async function openToPeople(client: pg.Client): Promise<void> {
  await client.query('insert into sync.instance (system_identifier) select sync.place()');
  await inMaintenance(client, async () => {
    const { rows: people } = await client.query<{ id: string }>(
      'select id from public.users where email = any ($1)',
      [demoAccounts.map((account) => account.email)],
    );
    for (const { id } of people) {
      await createPerson(client, { userId: id, password: demoPassword, mustChange: false });
    }
  });
}

async function inMaintenance(client: pg.Client, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  await client.query("select set_config('factory_pulse.maintenance', 'on', true)");
  await work();
  await client.query('commit');
}
