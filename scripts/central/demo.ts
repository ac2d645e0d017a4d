import pg from 'pg';
import { createPerson } from '../../db/central/people.ts';
import { makeWayForData, unusedPlaceholder } from '../../db/central/first-organization.ts';
import { demoData } from '../../db/demo/index.ts';
import { demoAccounts, demoPassword } from '../../shared/demo-accounts.ts';
import { isLoopbackHost, shownUrl, withCentral } from './connection.ts';
import { type CommonOptions, type Context, printJson } from './context.ts';
import { refused } from './failures.ts';
import { inMaintenance, migrate } from './schema.ts';

/** Fills a database with the demo data; every demo account opens with the same published password. */
export async function demo(options: CommonOptions, context: Context): Promise<void> {
  await withCentral({ ...options, create: true }, context, async (client, url) => {
    await requireLoopback(client, url, context);
    await migrate(client);
    const data = demoData(new Date());
    const present = await presentData(client, idsOf(data['organizations']));
    if (present === 'other') {
      throw refused('DATABASE_NOT_EMPTY', 'the database holds other data', 'name an empty database for the demo');
    }
    if (present === 'none') await load(client, data);

    const tables = Object.fromEntries(Object.entries(data).map(([table, rows]) => [table, rows.length]));
    if (options.json === true) {
      printJson(context, {
        database: shownUrl(url),
        loaded: present === 'none',
        tables,
        accounts: demoAccounts.length,
      });
      return;
    }
    context.stdout(
      present === 'none'
        ? `Demo data loaded into ${shownUrl(url)}: ${String(tables['projects'])} projects, ${demoAccounts.length} accounts\n`
        : `The demo data is already in ${shownUrl(url)}\n`,
    );
    context.stdout(`Every account opens with ${demoPassword}, for example ${demoAccounts[0]?.email ?? ''}\n`);
  });
}

/** Its password is public, so the demo must be out of reach for everybody else. */
async function requireLoopback(client: pg.Client, url: URL, context: Context): Promise<void> {
  const { rows } = await client.query<{ local: boolean; listens: string }>(
    `select coalesce(inet_server_addr() << '127.0.0.0/8' or host(inet_server_addr()) = '::1', true) as local,
            current_setting('listen_addresses') as listens`,
  );
  if (!isLoopbackHost(url.hostname) || rows[0]?.local !== true) {
    throw refused(
      'NOT_LOOPBACK',
      `${shownUrl(url)} is not on this machine's loopback address`,
      'use the embedded server ("serve") for the demo',
    );
  }
  const outside = rows[0].listens
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '' && !isLoopbackHost(address));
  if (outside.length > 0) {
    context.stderr(
      `warning: this server also listens on ${outside.join(', ')}; the demo accounts' password is public\n`,
    );
  }
}

const idsOf = (rows: readonly Readonly<Record<string, unknown>>[] = []): string[] =>
  rows.map((row) => String(row['id']));

async function presentData(
  client: pg.Client,
  demoOrganizations: readonly string[],
): Promise<'none' | 'demo' | 'other'> {
  const { rows } = await client.query<{ id: string }>('select id from public.organizations');
  const placeholder = await unusedPlaceholder(client);
  const others = rows.filter(({ id }) => id !== placeholder && !demoOrganizations.includes(id));
  if (others.length > 0) return 'other';
  return rows.some(({ id }) => demoOrganizations.includes(id)) ? 'demo' : 'none';
}

type Rows = Record<string, readonly Readonly<Record<string, unknown>>[]>;

async function load(client: pg.Client, data: Rows): Promise<void> {
  await inMaintenance(client, async () => {
    await client.query(
      'create temporary table arriving on commit drop as select * from jsonb_to_recordset($1) as p (id text, email text)',
      [JSON.stringify(data['users'] ?? [])],
    );
    const settle = await makeWayForData(client, { sqlName: 'pg_temp.arriving' });
    for (const [table, rows] of Object.entries(data)) {
      if (rows.length === 0) continue;
      const columns = Object.keys(rows[0] ?? {})
        .map((column) => pg.escapeIdentifier(column))
        .join(', ');
      const name = `public.${pg.escapeIdentifier(table)}`;
      await client.query(
        `insert into ${name} (${columns}) select ${columns} from jsonb_populate_recordset(null::${name}, $1)`,
        [JSON.stringify(rows)],
      );
    }
    await settle?.();
    const people = await client.query<{ id: string }>(
      'select id from public.users where lower(email) = any ($1)',
      [demoAccounts.map(({ email }) => email.toLowerCase())],
    );
    for (const { id } of people.rows) {
      await createPerson(client, { userId: id, password: demoPassword, mustChange: false });
    }
  });
}
