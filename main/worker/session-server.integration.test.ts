import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { scramVerifier } from '../../db/central/scram.ts';
import { createTestDatabase } from '../../db/testing/database.ts';
import { createDemoCentral, type DemoCentral } from '../../db/testing/demo-central.ts';
import { demoPassword } from '../../shared/demo-accounts.ts';
import { loginRoleName } from '../../shared/domain/login-role.ts';
import { REQUIRED_CENTRAL_SCHEMA } from '../../shared/versions.ts';
import { sha256Hex } from './sync/connection.ts';
import { createAuthority, selfSigned, type Certificate } from './testing/certificates.ts';
import { TlsFront } from './testing/tls-front.ts';
import { SyncWorker } from './worker.ts';

const email = 'ceo@factorypulse.vn';

let central: DemoCentral;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  central = await createDemoCentral();
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

afterAll(() => central.drop());

/** Signs in from a fresh machine: the code that the screen would get, or `signed in`. */
async function attempt(url: string, ca: string | null = null): Promise<string> {
  const userDataDir = mkdtempSync(join(tmpdir(), 'factory-pulse-'));
  const worker = new SyncWorker({ userDataDir, appVersion: '0.0.0-test', emit: () => undefined, log: () => undefined });
  const credentials = { email, password: demoPassword };
  const answer = await worker.answer('worker.signIn', { credentials, server: { url, ca }, resume: false });
  await worker.answer('worker.stop', undefined);
  rmSync(userDataDir, { recursive: true, force: true });
  return answer.ok ? 'signed in' : answer.error.code;
}

/** A server of our own for one test. */
async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return (server.address() as AddressInfo).port;
}

const at = (port: number, parameters = '', host = '127.0.0.1'): string =>
  `postgres://${host}:${port}/${central.database}${parameters}`;
const verified = '?sslmode=verify-full';

describe('an address that is none', () => {
  it.each([
    ['nothing', ''],
    ['a word', 'factory'],
    ['another protocol', 'https://centre.example/factory'],
    ['no database', 'postgres://centre.example'],
    ['two databases', 'postgres://centre.example/a/b'],
    ['a database that is no text', 'postgres://centre.example/%zz'],
    ['a port that is none', 'postgres://centre.example:99999/factory'],
    ['a name', 'postgres://khanh@centre.example/factory'],
    ['a name and a password', 'postgres://khanh:secret@centre.example/factory'],
    ['a parameter that would switch TLS off', 'postgres://centre.example/factory?sslmode=disable'],
    ['a parameter that contradicts another', 'postgres://centre.example/factory?sslmode=verify-full&sslmode=disable'],
  ])('is refused: %s', async (_, url) => {
    expect(await attempt(url)).toBe('SERVER_ADDRESS_INVALID');
  });
});

describe('a server that cannot be reached', () => {
  it('is told at once where the port is closed', async () => {
    const server = createServer();
    const port = await listen(server);
    await ends.pop()?.();
    expect(await attempt(at(port))).toBe('OFFLINE_FIRST_SIGN_IN');
  });

  it('is told within ten seconds where it falls silent: at once, after agreeing to TLS, after the password', async () => {
    const silent = await listen(createServer(() => undefined));
    const silentAfterTls = await listen(createServer((socket) => socket.once('data', () => socket.write('S'))));
    const silentAfterPassword = await listen(
      createServer((client) => {
        const server = connect(central.port, central.host);
        client.on('data', (chunk) => {
          if (!chunk.includes('sync.hello')) server.write(chunk);
        });
        client.on('close', () => server.destroy());
        server.pipe(client);
      }),
    );
    expect(
      await Promise.all([attempt(at(silent)), attempt(at(silentAfterTls, verified)), attempt(at(silentAfterPassword))]),
    ).toEqual(Array(3).fill('OFFLINE_FIRST_SIGN_IN'));
  }, 10_000);
});

describe('TLS', () => {
  const authority = createAuthority('Factory CA');

  /** A centre behind TLS with this certificate. */
  async function front(certificate: Certificate): Promise<number> {
    const started = await TlsFront.start(certificate, central);
    ends.push(() => started.stop());
    return started.port;
  }

  it('lets a person in where the certificate is of the own authority and names the host', async () => {
    const port = await front(authority.issue(['127.0.0.1', 'localhost']));
    expect(await attempt(at(port, verified), authority.certificate)).toBe('signed in');
    expect(await attempt(at(port, verified, 'localhost'), authority.certificate)).toBe('signed in');
  });

  it('refuses a certificate that vouches for itself', async () => {
    const port = await front(selfSigned(['127.0.0.1']));
    expect(await attempt(at(port, verified))).toBe('SERVER_TLS_INVALID');
    expect(await attempt(at(port, verified), authority.certificate)).toBe('SERVER_TLS_INVALID');
  });

  it('refuses the certificate of an authority that the person did not choose', async () => {
    const port = await front(createAuthority('Factory CA').issue(['127.0.0.1']));
    expect(await attempt(at(port, verified), authority.certificate)).toBe('SERVER_TLS_INVALID');
  });

  it('refuses a certificate for another host, also where the address is a number', async () => {
    const elsewhere = await front(authority.issue(['other.example']));
    expect(await attempt(at(elsewhere, verified, 'localhost'), authority.certificate)).toBe('SERVER_TLS_INVALID');
    const named = await front(authority.issue(['localhost']));
    expect(await attempt(at(named, verified), authority.certificate)).toBe('SERVER_TLS_INVALID');
  });

  it('refuses a certificate that has expired', async () => {
    const past = { from: new Date(Date.now() - 2 * 86_400_000), to: new Date(Date.now() - 86_400_000) };
    const port = await front(authority.issue(['127.0.0.1'], past));
    expect(await attempt(at(port, verified), authority.certificate)).toBe('SERVER_TLS_INVALID');
  });

  it('refuses an authority file that is none, without falling back to others', async () => {
    const port = await front(authority.issue(['127.0.0.1']));
    expect(await attempt(at(port, verified), 'no certificate')).toBe('SERVER_TLS_INVALID');
  });

  it('is never given up: a server without it gets no name and no password', async () => {
    expect(await attempt(at(central.port, verified))).toBe('SERVER_TLS_REQUIRED');
    const received: Buffer[] = [];
    const port = await listen(
      createServer((socket) => {
        socket.on('data', (chunk) => received.push(chunk));
        socket.write('N');
      }),
    );
    expect(await attempt(at(port, verified))).toBe('SERVER_TLS_REQUIRED');
    expect(Buffer.concat(received)).toEqual(Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]));
  });
});

describe('the environment of the application', () => {
  const hostile = {
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    PGSSLMODE: 'disable',
    PGSSLNEGOTIATION: 'direct',
    PGHOST: 'evil.example',
    PGHOSTADDR: '127.0.0.1',
    PGPORT: '1',
    PGUSER: 'postgres',
    PGDATABASE: 'postgres',
    PGPASSWORD: 'x',
    PGOPTIONS: '-c search_path=evil',
    PGSSLROOTCERT: '/dev/null',
  };
  const kept = Object.fromEntries(Object.keys(hostile).map((name) => [name, process.env[name]]));

  afterEach(() => {
    for (const [name, value] of Object.entries(kept)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });

  it.each(['disable', 'allow', 'prefer', 'require', 'no-verify'])('weakens no verification with PGSSLMODE=%s and all others', async (mode) => {
    const authority = createAuthority('Factory CA');
    const start = async (certificate: Certificate): Promise<number> => {
      const started = await TlsFront.start(certificate, central);
      ends.push(() => started.stop());
      return started.port;
    };
    const foreign = await start(selfSigned(['127.0.0.1']));
    const misnamed = await start(authority.issue(['other.example']));
    const right = await start(authority.issue(['127.0.0.1']));
    Object.assign(process.env, hostile, { PGSSLMODE: mode });
    expect(await attempt(at(foreign, verified))).toBe('SERVER_TLS_INVALID');
    expect(await attempt(at(foreign, verified), authority.certificate)).toBe('SERVER_TLS_INVALID');
    expect(await attempt(at(misnamed, verified), authority.certificate)).toBe('SERVER_TLS_INVALID');
    // A host that is no literal address of this machine: without TLS there is no connection.
    expect(await attempt(at(central.port, '', '0.0.0.0'))).toBe('SERVER_TLS_REQUIRED');
    expect(await attempt(at(right, verified), authority.certificate)).toBe('signed in');
    expect(await attempt(at(central.port))).toBe('signed in');
  });
});

describe('a server that is not the centre', () => {
  it('is told apart where it speaks another protocol, with TLS asked for or not', async () => {
    const http = await listen(createHttpServer((_, response) => response.end()));
    expect(await attempt(at(http))).toBe('SERVER_NOT_FACTORY_PULSE');
    expect(await attempt(at(http, verified))).toBe('SERVER_NOT_FACTORY_PULSE');
    // It says its name first and then waits, as SSH does.
    const greeting = await listen(createServer((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n')));
    expect(await attempt(at(greeting))).toBe('SERVER_NOT_FACTORY_PULSE');
  });

  it('is told apart where it is a PostgreSQL of something else', async () => {
    const other = await createTestDatabase();
    const database = new URL(other.url).pathname.slice(1);
    const role = pg.escapeIdentifier(loginRoleName(database, email, sha256Hex));
    await other.client.query(`create role ${role} login password '${scramVerifier(demoPassword)}'`);
    ends.push(async () => {
      await other.client.query(`drop role ${role}`);
      await other.drop();
    });
    expect(await attempt(`postgres://${central.host}:${central.port}/${database}`)).toBe('SERVER_NOT_FACTORY_PULSE');
  });

  it('gets no password by asking for it in clear text or as MD5, and is not believed without proof', async () => {
    const received: Buffer[] = [];
    const authentication = (kind: number, rest: Buffer = Buffer.alloc(0)): Buffer => {
      const message = Buffer.alloc(9);
      message.write('R');
      message.writeInt32BE(8 + rest.length, 1);
      message.writeInt32BE(kind, 5);
      return Buffer.concat([message, rest]);
    };
    const asking = (answer: Buffer): Promise<number> =>
      listen(
        createServer((socket) => {
          socket.once('data', () => socket.write(answer));
          socket.on('data', (chunk) => received.push(chunk));
        }),
      );
    const ready = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
    const servers = await Promise.all([
      asking(authentication(3)),
      asking(authentication(5, Buffer.from('salt'))),
      asking(Buffer.concat([authentication(0), ready])),
    ]);
    for (const port of servers) expect(await attempt(at(port))).toBe('SERVER_NOT_FACTORY_PULSE');
    const said = Buffer.concat(received).toString('latin1');
    expect(said).not.toContain(demoPassword);
    expect(said).not.toContain('md5');
  });
});

describe('a centre of another version', () => {
  it('that asks for a newer application is told as that', async () => {
    await central.client.query('update sync.instance set minimum_client_version = 1000');
    ends.push(async () => {
      await central.client.query('update sync.instance set minimum_client_version = 1');
    });
    expect(await attempt(central.address)).toBe('UPDATE_REQUIRED');
  });

  it('that is older than this application needs is told as that', async () => {
    const newest = 'select * from sync.schema_migrations where version >= $1';
    const { rows } = await central.client.query<Record<string, unknown>>(newest, [REQUIRED_CENTRAL_SCHEMA]);
    await central.client.query('delete from sync.schema_migrations where version >= $1', [REQUIRED_CENTRAL_SCHEMA]);
    ends.push(async () => {
      await central.client.query(
        'insert into sync.schema_migrations select * from jsonb_populate_recordset(null::sync.schema_migrations, $1)',
        [JSON.stringify(rows)],
      );
    });
    expect(await attempt(central.address)).toBe('SERVER_TOO_OLD');
  });
});
