import type { Client } from 'pg';
import type { Session } from '../../../shared/api/session.ts';
import { AppError, isErrorCode } from '../../../shared/errors.ts';
import { CLIENT_VERSION, REQUIRED_CENTRAL_SCHEMA } from '../../../shared/versions.ts';
import { scramVerifier } from '../../../db/central/scram.ts';

/** The answer of `sync.hello` (db/central/0010_sync.sql). */
export interface Hello {
  schema_version: number;
  instance_id: string;
  instance_epoch: string;
  access_epoch: number;
  must_change_password: boolean;
  person: Session['person'];
  organization: Session['organization'];
  /** The channel that wakes this organization's desktops; null where wake-ups are switched off. */
  channel: string | null;
}

export interface Device {
  id: string;
  name: string;
  platform: string;
  app_version: string;
}

/** Introduces this installation. Fails with the reason where the centre will not talk to it. */
export async function sayHello(client: Client, device: Device): Promise<Hello> {
  const { rows } = await client.query<{ hello: string }>('select sync.hello($1::jsonb) as hello', [
    JSON.stringify({ ...device, client_version: CLIENT_VERSION }),
  ]);
  const hello = JSON.parse(rows[0]?.hello ?? 'null') as (Hello & { refused: string | null; minimum_client_version: number }) | null;
  if (!hello) throw new AppError('SERVER_NOT_FACTORY_PULSE', 'the server gave no greeting');
  if (hello.refused !== null) {
    const code = isErrorCode(hello.refused) ? hello.refused : 'NOT_ALLOWED';
    throw new AppError(code, `the centre refused: ${hello.refused}`, { minimum: hello.minimum_client_version });
  }
  if (hello.schema_version < REQUIRED_CENTRAL_SCHEMA) {
    throw new AppError('SERVER_TOO_OLD', `the centre has schema ${hello.schema_version}`, {
      found: hello.schema_version,
      required: REQUIRED_CENTRAL_SCHEMA,
    });
  }
  return hello;
}

/** How long the centre, given the size of its fleet, asks desktops to rest between two pulls that wake-ups cause. */
export async function askWakePause(client: Client): Promise<number> {
  const { rows } = await client.query<{ pause: string }>('select sync.wake_pause_ms() as pause');
  return Number(rows[0]?.pause ?? 0);
}

/** Sets a password of the person's own. The verifier is computed here, so the centre never sees the password. */
export async function changePassword(client: Client, password: string): Promise<void> {
  const verifier = scramVerifier(password);
  // A verifier consists of base64, digits and the separators $ : - alone, so it may stand in the statement.
  await client.query(`begin; alter role current_user password '${verifier}'; select sync.password_changed(); commit`);
}
