import { withCentral } from './connection.ts';
import { type CommonOptions, type Context, printJson } from './context.ts';
import { refused } from './failures.ts';
import { findPerson } from './people.ts';
import { requireCurrentSchema } from './schema.ts';
import { textTable } from './text-table.ts';

export interface DeviceListOptions extends CommonOptions {
  person?: string;
}

interface Device {
  id: string;
  email: string;
  name: string;
  platform: string | null;
  app_version: string | null;
  last_seen_at: Date;
  last_sync_at: Date | null;
  revoked_at: Date | null;
}

const dayOf = (time: Date | null): string => time?.toISOString().slice(0, 16).replace('T', ' ') ?? 'never';

export async function listDevices(options: DeviceListOptions, context: Context): Promise<void> {
  await withCentral(options, context, async (client) => {
    await requireCurrentSchema(client);
    const person = options.person === undefined ? null : (await findPerson(client, options.person)).id;
    const { rows } = await client.query<Device>(
      `select d.id, u.email, d.name, d.platform, d.app_version, d.last_seen_at, d.last_sync_at, d.revoked_at
         from app.devices d join public.users u on u.id = d.user_id
        where $1::uuid is null or u.id = $1 order by u.email, d.last_seen_at desc`,
      [person],
    );
    if (options.json === true) {
      printJson(context, { devices: rows });
      return;
    }
    const lines = rows.map((device) => [
      device.id,
      device.email,
      device.platform ?? '?',
      device.app_version ?? '?',
      dayOf(device.last_sync_at),
      dayOf(device.last_seen_at),
      device.revoked_at === null ? 'admitted' : `revoked ${dayOf(device.revoked_at)}`,
      device.name,
    ]);
    context.stdout(textTable(['device', 'e-mail', 'platform', 'version', 'last sync', 'last seen', 'state', 'name'], lines));
  });
}

/** Shuts a device out, or lets it in again. */
export async function setRevoked(id: string, revoked: boolean, options: CommonOptions, context: Context): Promise<void> {
  await withCentral(options, context, async (client) => {
    await requireCurrentSchema(client);
    const { rows } = await client.query<{ organization: string; name: string; email: string }>(
      `select u.organization_id as organization, d.name, u.email from app.devices d join public.users u on u.id = d.user_id
        where d.id::text = lower($1)`,
      [id],
    );
    const [device] = rows;
    if (!device) throw refused('DEVICE_UNKNOWN', `there is no device ${id}`, 'see "device list"');
    await client.query('select app.alter_device($1, $2, $3)', [device.organization, id, revoked]);
    if (options.json === true) printJson(context, { id, email: device.email, revoked });
    else context.stdout(`${device.name} of ${device.email} is ${revoked ? 'revoked' : 'admitted again'}.\n`);
  });
}
