import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../db/testing/demo-central.ts';
import { connectAs } from '../../db/testing/person.ts';
import { loginRoleName } from '../../shared/domain/login-role.ts';
import { sha256Hex } from '../../main/worker/sync/connection.ts';
import { runCentral } from './program.ts';

let central: DemoCentral;
let directory: string;

beforeAll(async () => {
  central = await createDemoCentral();
  directory = await mkdtemp(join(tmpdir(), 'factory-pulse-cli-'));
});

afterAll(async () => {
  await central.drop();
  await rm(directory, { recursive: true });
});

interface Outcome {
  code: number;
  out: string;
  err: string;
}

async function run(args: string[], isTerminal = false): Promise<Outcome> {
  const outcome: Outcome = { code: -1, out: '', err: '' };
  outcome.code = await runCentral(args, {
    stdout: (text) => (outcome.out += text),
    stderr: (text) => (outcome.err += text),
    stdin: Readable.from(['']),
    env: { FACTORY_PULSE_CENTRAL_URL: central.url },
    isTerminal,
    directory,
  });
  return outcome;
}

async function json(args: string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await run([...args, '--json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as Record<string, unknown>;
}

/** Whether an address and a password open the database. */
async function opens(email: string, password: string): Promise<boolean> {
  const { host, port, database } = central;
  const client = new pg.Client({ host, port, database, user: loginRoleName(database, email, sha256Hex), password });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

const passwordIn = (text: string): string => /\t(\w{4}(?:-\w{4}){3})\t/.exec(text)?.[1] ?? 'none';
const organization = ['--organization', 'factory-pulse-vietnam'];

let lastNumber = 0;
async function invited(): Promise<string> {
  const email = `cli-${(lastNumber += 1)}@xuong.example`;
  const { code, err } = await run(['person', 'invite', email, '--name', 'Người CLI', '--role', 'qa', ...organization], true);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return email;
}

describe('person and device', () => {
  it('explain every command with --help', async () => {
    for (const command of ['list', 'invite', 'role', 'deactivate', 'activate', 'reset-password', 'rename']) {
      const { code, out } = await run(['person', command, '--help']);
      expect({ command, code }).toEqual({ command, code: 0 });
      expect(out).toContain('Exit codes');
      expect(out).toContain('--json');
    }
    for (const command of ['list', 'revoke', 'readmit']) {
      expect(await run(['device', command, '--help'])).toMatchObject({ code: 0, out: expect.stringContaining('--url') as string });
    }
  });

  it('answer wrong usage with code 2, and a refusal with code 3 and its reason', async () => {
    expect(await run(['person', 'invite', 'x@y.vn', '--name', 'X', '--role', 'owner'])).toMatchObject({ code: 2 });
    expect(await run(['person', 'invite', 'x@y.vn', '--role', 'qa'])).toMatchObject({ code: 2 });
    const refused: [string[], string][] = [
      [['person', 'role', 'nobody@xuong.vn', 'qa'], 'PERSON_UNKNOWN'],
      [['person', 'invite', 'x@y.vn', '--name', 'X', '--role', 'qa', '--organization', 'none'], 'ORGANIZATION_UNKNOWN'],
      [['person', 'invite', 'CEO@factorypulse.vn', '--name', 'X', '--role', 'qa', ...organization], 'ADDRESS_TAKEN'],
      [['person', 'invite', 'x@y.vn', '--name', 'X', '--role', 'customer', ...organization], 'CONTACT_REQUIRED'],
      [['person', 'invite', 'x@y.vn', '--name', 'X', '--role', 'supplier', '--company', 'Không có', ...organization], 'COMPANY_UNKNOWN'],
      [['person', 'deactivate', 'admin@factorypulse.vn'], 'LAST_ADMIN'],
      [['device', 'revoke', randomUUID()], 'DEVICE_UNKNOWN'],
      [['device', 'revoke', "'; drop table app.devices; --"], 'DEVICE_UNKNOWN'],
    ];
    for (const [args, code] of refused) {
      expect(await run(args), code).toMatchObject({ code: 3, err: expect.stringContaining(`error ${code}: `) as string });
    }
  });
});

describe('a one-time password', () => {
  it('is shown once on a terminal', async () => {
    const { out } = await run(['person', 'invite', 'term@xuong.example', '--name', 'Màn Hình', '--role', 'qa', ...organization], true);
    expect(await opens('term@xuong.example', passwordIn(out))).toBe(true);
  });

  it('else goes into a file that only its owner reads, and never into the answer', async () => {
    const path = join(directory, 'pw.txt');
    const args = ['person', 'invite', 'file@xuong.example', '--name', 'Tệp', '--role', 'qa', ...organization];
    const answer = await json([...args, '--passwords-file', path]);
    expect(answer).toEqual({ email: 'file@xuong.example', name: 'Tệp', role: 'qa', passwordsFile: path });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const first = passwordIn(await readFile(path, 'utf8'));
    expect(await opens('file@xuong.example', first)).toBe(true);

    const { out } = await run(['person', 'reset-password', 'file@xuong.example']);
    const [file] = (await readdir(directory)).filter((name) => name.startsWith('factory-pulse-passwords-'));
    expect(out).toContain(file);
    expect(await opens('file@xuong.example', first)).toBe(false);
    expect(await opens('file@xuong.example', passwordIn(await readFile(join(directory, file ?? ''), 'utf8')))).toBe(true);
  });

  it('changes nothing where it cannot be handed over', async () => {
    const path = join(directory, 'taken.txt');
    await writeFile(path, 'something else');
    const args = ['person', 'invite', 'none@xuong.example', '--name', 'Không', '--role', 'qa', ...organization, '--passwords-file', path];
    expect(await run(args)).toMatchObject({ code: 1, err: expect.stringContaining('FILE_EXISTS') as string });
    expect((await central.client.query("select from users where email = 'none@xuong.example'")).rowCount).toBe(0);
    expect(await readFile(path, 'utf8')).toBe('something else');
  });
});

describe('a person', () => {
  it('is listed with role, status and kind of password', async () => {
    const email = await invited();
    const { people } = await json(['person', 'list', ...organization]);
    expect(people).toContainEqual(expect.objectContaining({ email, role: 'qa', status: 'active', login: 'one-time' }));
    expect((await run(['person', 'list'])).out).toMatch(new RegExp(`^${email} .* qa .* one-time .* Người CLI$`, 'm'));
  });

  it('gets another role, name and address, is shut out and let in again', async () => {
    const email = await invited();
    expect(await json(['person', 'role', email, 'customer', '--company', 'toyota vietnam'])).toMatchObject({ role: 'customer', sessionsEnded: 0 });
    expect(await json(['person', 'rename', email, '--name', 'Tên Khác', '--email', `x-${email}`])).toMatchObject({ email: `x-${email}`, name: 'Tên Khác' });
    expect(await json(['person', 'deactivate', `x-${email}`])).toMatchObject({ status: 'inactive' });
    expect((await run(['person', 'activate', `x-${email}`])).out).toContain(`x-${email} is now active`);
    const { rows } = await central.client.query('select name, role, status from users where email = $1', [`x-${email}`]);
    expect(rows).toEqual([{ name: 'Tên Khác', role: 'customer', status: 'active' }]);
  });
});

describe('a device', () => {
  it('is listed, revoked and readmitted', async () => {
    const client = await connectAs(central, 'ceo@factorypulse.vn');
    client.on('error', () => undefined);
    const id = randomUUID();
    const device = JSON.stringify({ id, name: 'Máy CLI', platform: 'linux', app_version: '1.2', client_version: 1 });
    await client.query('select sync.hello($1)', [device]);
    const { devices } = await json(['device', 'list', '--person', 'ceo@factorypulse.vn']);
    expect(devices).toMatchObject([{ id, name: 'Máy CLI', app_version: '1.2', revoked_at: null }]);
    expect(await json(['device', 'revoke', id])).toEqual({ id, email: 'ceo@factorypulse.vn', revoked: true });
    expect((await run(['device', 'list'])).out).toMatch(/revoked .* Máy CLI$/m);
    await expect(client.query('select 1')).rejects.toThrow();
    expect((await run(['device', 'readmit', id])).out).toContain('admitted again');
    await client.end().catch(() => undefined);
  });
});
