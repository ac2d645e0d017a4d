import pg from 'pg';
import { centralSchemaVersion } from '../../db/central/migrations.ts';
import { shownUrl, withCentral } from './connection.ts';
import { type CommonOptions, type Context, printJson } from './context.ts';
import { refused } from './failures.ts';
import { schemaVersion } from './schema.ts';
import { textTable } from './text-table.ts';

interface Status {
  database: string;
  schemaVersion: number;
  programSchemaVersion: number;
  server: string;
  instance: { id: string; epoch: string } | null;
  /** Rows of each replicated table. */
  tables: Record<string, number>;
  /** People by role; `withoutLogin` counts those who have no role to sign in with. */
  roles: Record<string, number>;
  withoutLogin: number;
  mustChangePassword: number;
  connected: { email: string; connections: number }[];
  /** Desktops that may still sync; the lag is that of the one that synced longest ago. */
  devices: { count: number; neverSynced: number; oldestSyncAt: string | null; lagSeconds: number | null };
}

/** Tells how the central database is doing. */
export async function status(options: CommonOptions, context: Context): Promise<void> {
  await withCentral(options, context, async (client, url) => {
    const version = await schemaVersion(client);
    if (version === 0)
      throw refused('SCHEMA_MISSING', 'the database has no Factory Pulse schema', 'run "init" to make one');
    // One snapshot, so that the numbers fit each other.
    await client.query('begin transaction isolation level repeatable read, read only');
    const found = await readStatus(client, url, version);
    await client.query('commit');
    if (options.json === true) printJson(context, found);
    else printStatus(found, context);
  });
}

async function readStatus(client: pg.Client, url: URL, version: number): Promise<Status> {
  const server = await client.query<{ version: string }>(`select current_setting('server_version') as version`);
  const instance = await client.query<{ id: string; epoch: string }>('select id, epoch from sync.instance');
  const roles = await client.query<{ role: string; people: number; without: number; must: number }>(
    `select u.role, count(*)::integer as people, count(*) filter (where l.user_id is null)::integer as without,
            count(*) filter (where l.must_change_password)::integer as must
       from public.users u left join app.logins l on l.user_id = u.id group by 1 order by 1`,
  );
  const connected = await client.query<{ email: string; connections: number }>(
    `select u.email, count(*)::integer as connections
       from pg_stat_activity a join app.logins l on l.role_name = a.usename join public.users u on u.id = l.user_id
      where a.datname = current_database() group by 1 order by 1`,
  );
  const devices = await client.query<{ count: number; never: number; oldest: Date | null; lag: number | null }>(
    `select count(*)::integer as count, count(*) filter (where last_sync_at is null)::integer as never,
            min(last_sync_at) as oldest, extract(epoch from now() - min(last_sync_at))::float8 as lag
       from app.devices where revoked_at is null`,
  );
  const device = devices.rows[0];
  const sum = (pick: (row: { without: number; must: number }) => number): number =>
    roles.rows.reduce((total, row) => total + pick(row), 0);
  return {
    database: shownUrl(url),
    schemaVersion: version,
    programSchemaVersion: centralSchemaVersion,
    server: server.rows[0]?.version ?? '',
    instance: instance.rows[0] ?? null,
    tables: await countTables(client),
    roles: Object.fromEntries(roles.rows.map(({ role, people }) => [role, people])),
    withoutLogin: sum((row) => row.without),
    mustChangePassword: sum((row) => row.must),
    connected: connected.rows,
    devices: {
      count: device?.count ?? 0,
      neverSynced: device?.never ?? 0,
      oldestSyncAt: device?.oldest?.toISOString() ?? null,
      lagSeconds: device?.lag ?? null,
    },
  };
}

async function countTables(client: pg.Client): Promise<Record<string, number>> {
  const names = await client.query<{ name: string }>(
    'select table_name::text as name from sync.replicated_table order by load_order',
  );
  const counts: Record<string, number> = {};
  for (const { name } of names.rows) {
    const { rows } = await client.query<{ count: string }>(`select count(*) from public.${pg.escapeIdentifier(name)}`);
    counts[name] = Number(rows[0]?.count);
  }
  return counts;
}

function printStatus(found: Status, context: Context): void {
  const lines = [
    `Database        ${found.database}, PostgreSQL ${found.server}`,
    `Schema version  ${found.schemaVersion}${found.schemaVersion === found.programSchemaVersion ? '' : ` (this program: ${found.programSchemaVersion})`}`,
    `People          ${
      Object.entries(found.roles)
        .map(([role, people]) => `${role} ${people}`)
        .join(', ') || 'none'
    }`,
    `                ${found.withoutLogin} without a login, ${found.mustChangePassword} must change their password`,
    `Connected       ${found.connected.map(({ email, connections }) => `${email} (${connections})`).join(', ') || 'nobody'}`,
    `Devices         ${found.devices.count}, ${found.devices.neverSynced} never synced${lagText(found)}`,
  ];
  context.stdout(`${lines.join('\n')}\n\n`);
  context.stdout(
    textTable(
      ['table', 'rows'],
      Object.entries(found.tables).map(([name, rows]) => [name, String(rows)]),
    ),
  );
}

const lagText = ({ devices }: Status): string =>
  devices.lagSeconds === null
    ? ''
    : `, the longest ago ${Math.round(devices.lagSeconds)} s (${devices.oldestSyncAt ?? ''})`;
