import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPassword } from '../../../shared/demo-accounts.ts';
import { loginRoleName } from '../../../shared/domain/login-role.ts';
import { usual } from '../../../shared/domain/workflow-cases-world.ts';
import { createDemoCentral, type DemoCentral } from '../../testing/demo-central.ts';
import { addCaseOrganizations, addressOf, personOf } from '../../testing/workflow-cases.ts';
import { Attempts } from './attempts.ts';

let central: DemoCentral;
const attempts = new Attempts();
const roleOf = (email: string) =>
  loginRoleName(central.database, email, (text) => createHash('sha256').update(text).digest('hex'));

beforeAll(async () => {
  central = await createDemoCentral();
  await addCaseOrganizations(central.client);
  await central.client.query(`update public.users set status = 'inactive' where id = $1`, [personOf(usual, 'qa')]);
  await central.client.query(`update app.logins set valid_until = '2001-01-01' where user_id = $1`, [
    personOf(usual, 'sales'),
  ]);
  await central.client.query(`update app.logins set must_change_password = true where user_id = $1`, [
    personOf(usual, 'production'),
  ]);
});

afterAll(async () => {
  attempts.report();
  await central.drop();
});

/** What the server says to a name, up to and including its answer to a wrong proof. */
interface Conversation {
  iterations: string;
  salt: string;
  /** The fields of the error, with the name that was given replaced. */
  error: Record<string, string>;
}

async function knock(name: string): Promise<Conversation> {
  const socket = connect(central.port, central.host);
  await once(socket, 'connect');
  const messages = messagesOf(socket);
  const parameters = Buffer.from(`user\0${name}\0database\0${central.database}\0\0`);
  socket.write(Buffer.concat([int32(parameters.length + 8), int32(196_608), parameters]));
  const begun = await messages();
  expect([begun.kind, begun.body.readInt32BE(0)]).toEqual(['R', 10]);
  const nonce = randomBytes(18).toString('base64');
  const first = Buffer.from(`n,,n=,r=${nonce}`);
  socket.write(message('p', Buffer.concat([Buffer.from('SCRAM-SHA-256\0'), int32(first.length), first])));
  const challenge = await messages();
  expect([challenge.kind, challenge.body.readInt32BE(0)]).toEqual(['R', 11]);
  const fields = new Map(
    challenge.body
      .subarray(4)
      .toString()
      .split(',')
      .map((field) => [field.slice(0, 1), field.slice(2)]),
  );
  expect(fields.get('r')?.startsWith(nonce)).toBe(true);
  socket.write(message('p', Buffer.from(`c=biws,r=${fields.get('r') ?? ''},p=${randomBytes(32).toString('base64')}`)));
  const refusal = await messages();
  expect(refusal.kind).toBe('E');
  socket.destroy();
  const error = Object.fromEntries(
    refusal.body
      .toString()
      .split('\0')
      .filter((field) => field !== '')
      .map((field) => [field.slice(0, 1), field.slice(1).replaceAll(name, '<name>')]),
  );
  return { iterations: fields.get('i') ?? '', salt: fields.get('s') ?? '', error };
}

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

const message = (kind: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(kind), int32(body.length + 4), body]);

/** Reads the server's messages one by one. */
function messagesOf(socket: Socket): () => Promise<{ kind: string; body: Buffer }> {
  let received = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => (received = Buffer.concat([received, bytes])));
  return async () => {
    while (received.length < 5 || received.length < 1 + received.readInt32BE(1)) await once(socket, 'data');
    const length = received.readInt32BE(1);
    const kind = received.subarray(0, 1).toString();
    const body = received.subarray(5, 1 + length);
    received = received.subarray(1 + length);
    return { kind, body };
  };
}

describe('before signing in', () => {
  it('nobody learns whether an address has an account, nor in which state', async () => {
    const known = await knock(roleOf(addressOf(usual, 'engineering')));
    const knownAgain = await knock(roleOf(addressOf(usual, 'engineering')));
    expect(knownAgain.salt).toBe(known.salt);
    const salts = new Set([known.salt]);
    for (const [kind, name] of [
      ['deactivated', roleOf(addressOf(usual, 'qa'))],
      ['expired', roleOf(addressOf(usual, 'sales'))],
      ['with a one-time password', roleOf(addressOf(usual, 'production'))],
      ['unknown', roleOf('nobody@case.example')],
      ['another unknown', roleOf('nobody-else@case.example')],
      ['a group', 'fp_person'],
      ['no name of ours', 'administrator'],
    ] as const) {
      await attempts.attempt({
        name: `knock as ${kind}`,
        act: async () => [await knock(name), await knock(name)] as const,
        refused: [],
        harm: ([one, two]) => {
          salts.add(one.salt);
          const facts = (of: Conversation) =>
            JSON.stringify([of.iterations, Buffer.from(of.salt, 'base64').length, of.error]);
          if (facts(one) !== facts(known)) return `${facts(one)} differs from ${facts(known)}`;
          // A salt made up anew each time would give an unknown name away.
          return one.salt === two.salt ? null : 'the salt is another the second time';
        },
      });
    }
    expect(known.error).toMatchObject({
      S: 'FATAL',
      C: '28P01',
      M: 'password authentication failed for user "<name>"',
    });
    expect(salts.size).toBe(8);
    attempts.verify();
  });

  it('nobody connects without the right password, or without belonging to the groups', async () => {
    const place = { host: central.host, port: central.port, database: central.database };
    const member = roleOf(addressOf(usual, 'engineering'));
    await central.client.query('create role fp_attack_stranger login password $$x$$');
    for (const [kind, config, ...refused] of [
      ['a wrong one', { user: member, password: `${demoPassword} ` }, '28P01'],
      ['a long one', { user: member, password: 'x'.repeat(5000) }, '28P01'],
      ['an unknown name', { user: roleOf('nobody@case.example'), password: demoPassword }, '28P01'],
      ['a group', { user: 'fp_admin', password: demoPassword }, '28P01', '28000'],
      ['no member', { user: 'fp_attack_stranger', password: 'x' }, '42501'],
      ['a replication connection', { user: member, password: demoPassword, replication: 'database' }, '42501'],
      [
        'a replication connection without a database',
        { user: member, password: demoPassword, replication: 'true' },
        '42501',
        '28000',
      ],
      [
        'settings at the start',
        { user: member, password: demoPassword, options: '-c session_replication_role=replica' },
        '42501',
      ],
      [
        'a library at the start',
        { user: member, password: demoPassword, options: '-c session_preload_libraries=x' },
        '42501',
      ],
    ] as [string, pg.ClientConfig, ...string[]][]) {
      const client = new pg.Client({ ...place, ...config });
      await attempts.attempt({ name: kind, act: () => client.connect(), refused, harm: () => true });
      await client.end().catch(() => undefined);
    }
    await central.client.query('drop role fp_attack_stranger');
    attempts.verify();
  });

  it('whoever is inactive or expired gets nothing with the right password', async () => {
    for (const role of ['qa', 'sales'] as const) {
      const client = new pg.Client({
        host: central.host,
        port: central.port,
        database: central.database,
        user: roleOf(addressOf(usual, role)),
        password: demoPassword,
      });
      await client.connect();
      for (const table of ['organizations', 'users', 'projects', 'messages', 'activity_log']) {
        await attempts.attempt({
          name: `${role} reads ${table}`,
          act: () => client.query(`select from public.${table}`),
          refused: ['42501'],
          harm: ({ rowCount }) => (rowCount ?? 0) > 0,
        });
      }
      await attempts.attempt({
        name: `${role} writes`,
        act: () =>
          client.query(
            `insert into public.messages (organization_id, recipient_id, content) select organization_id, id, 'x' from public.users`,
          ),
        refused: ['42501'],
        harm: ({ rowCount }) => (rowCount ?? 0) > 0,
      });
      await attempts.attempt({
        name: `${role} pushes`,
        act: () => client.query(`select sync.push('[{}]')`),
        refused: ['ACCOUNT_INACTIVE'],
        harm: () => true,
      });
      await attempts.attempt({
        name: `${role} says hello`,
        act: () =>
          client.query<{ answer: Record<string, unknown> }>(
            `select sync.hello('{"id":"00000000-0000-4000-8000-000000000001","name":"x","client_version":1000}') as answer`,
          ),
        refused: [],
        harm: ({ rows }) =>
          (rows[0]?.answer['person'] ?? rows[0]?.answer['organization'] ?? rows[0]?.answer['channel'] ?? null) !== null,
      });
      await client.end();
    }
    attempts.verify();
  });
});
