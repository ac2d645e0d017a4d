import type { Client } from 'pg';
import { z } from 'zod';
import { roles } from '../../../shared/domain/roles.ts';
import { AppError, isErrorCode } from '../../../shared/errors.ts';
import { CLIENT_VERSION, REQUIRED_CENTRAL_SCHEMA } from '../../../shared/versions.ts';
import { scramVerifier } from '../../../db/central/scram.ts';
import { readReply } from './reply.ts';

const greetingForm = z.object({
  refused: z.string().nullable(),
  minimum_client_version: z.number(),
  instance_id: z.guid(),
  user_id: z.guid().nullable().optional(),
  shut_out: z.boolean().optional(),
});

/** The answer of `sync.hello` (db/central/0017_people.sql) to somebody who is let in. */
const helloForm = z.object({
  schema_version: z.number(),
  instance_id: z.guid(),
  instance_epoch: z.guid(),
  access_epoch: z.number(),
  must_change_password: z.boolean(),
  person: z.object({
    id: z.guid(),
    organization_id: z.guid(),
    email: z.string(),
    name: z.string(),
    role: z.enum(roles),
    department: z.string().nullable(),
  }),
  organization: z.object({ id: z.guid(), name: z.string(), timezone: z.string(), default_currency: z.string() }),
  /** The channel that wakes this organization's desktops; null where wake-ups are switched off. */
  channel: z.string().regex(/^\w+$/).nullable(),
});

export type Hello = z.infer<typeof helloForm>;

export interface Device {
  id: string;
  name: string;
  platform: string;
  app_version: string;
  /** True where this installation has just stored all there was. */
  in_step?: boolean;
}

/** The centre will not talk to this person or installation, and says who it is that refuses whom. */
export class HelloRefused extends AppError {
  readonly instanceId: string;
  readonly userId: string | null;
  /** Not for a while but for good: what this machine holds is to be handed in and erased. */
  readonly shutOut: boolean;

  constructor(reason: string, greeting: z.infer<typeof greetingForm>) {
    const code = isErrorCode(reason) ? reason : 'NOT_ALLOWED';
    super(code, `the centre refused: ${reason}`, { minimum: greeting.minimum_client_version });
    this.instanceId = greeting.instance_id;
    this.userId = greeting.user_id ?? null;
    this.shutOut = greeting.shut_out ?? false;
  }
}

/** Introduces this installation. Fails with HelloRefused where the centre will not talk to it. */
export async function sayHello(client: Client, device: Device): Promise<Hello> {
  const { rows } = await client.query<{ hello: string }>('select sync.hello($1::jsonb) as hello', [
    JSON.stringify({ ...device, client_version: CLIENT_VERSION }),
  ]);
  const answer = rows[0]?.hello;
  const greeting = readReply(greetingForm, answer, 'sync.hello');
  if (greeting.refused !== null) throw new HelloRefused(greeting.refused, greeting);
  const hello = readReply(helloForm, answer, 'sync.hello');
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
  await client.query('select sync.change_password($1)', [scramVerifier(password)]);
}
