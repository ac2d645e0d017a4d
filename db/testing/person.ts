import { createHash, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { demoPassword } from '../../shared/demo-accounts.ts';
import { loginRoleName } from '../../shared/domain/login-role.ts';
import type { DemoCentral } from './demo-central.ts';

export interface Sent {
  id?: string;
  table: string;
  row_id: string;
  op: string;
  patch?: Record<string, unknown>;
  base?: Record<string, unknown>;
  created_at?: string;
}

export interface Answer {
  id: string;
  status: 'applied' | 'merged' | 'refused' | 'skipped';
  xid?: string;
  code?: string;
  details?: Record<string, unknown> & { missing?: { code: string; detail: string }[] };
  overwritten?: { column: string; kept: unknown; lost: unknown }[];
}

/** Signs in at the centre with nothing but the driver: what any client could do. The caller ends the connection. */
export async function connectAs(central: Pick<DemoCentral, 'host' | 'port' | 'database'>, email: string): Promise<Client> {
  const user = loginRoleName(central.database, email, (text) => createHash('sha256').update(text).digest('hex'));
  const client = new Client({
    host: central.host,
    port: central.port,
    database: central.database,
    user,
    password: demoPassword,
  });
  await client.connect();
  return client;
}

/** Sends changes in one batch, each under an id of its own unless it brings one. */
export async function push(client: Client, mutations: readonly Sent[]): Promise<Answer[]> {
  const batch = mutations.map((mutation) => ({ id: randomUUID(), ...mutation }));
  const { rows } = await client.query<{ answers: Answer[] }>('select sync.push($1) as answers', [
    JSON.stringify(batch),
  ]);
  return rows[0]?.answers ?? [];
}

/** Sends one change. */
export async function pushOne(client: Client, mutation: Sent): Promise<Answer> {
  const [answer] = await push(client, [mutation]);
  if (!answer) throw new Error('the centre gave no answer');
  return answer;
}
