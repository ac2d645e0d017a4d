import { setTimeout as delay } from 'node:timers/promises';
import { Pool, type Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { demoPassword } from '../../../shared/demo-accounts.ts';
import { TestDesktop, waitFor } from '../testing/desktop.ts';
import { divergence } from '../testing/divergence.ts';
import { FaultyProxy } from '../testing/faulty-proxy.ts';
import { copyOut } from './central-rows.ts';
import { connect, disconnect } from './connection.ts';

/* The machine sleeps or the network freezes: no end of the link is told anything. The tests wait side by side. */

const ceo = 'ceo@factorypulse.vn';
/** Within this a half-dead link is noticed, at either end. */
const NOTICED_MS = 20_000;

let central: DemoCentral;
/** The owner's connections: a test that waits on one holds up no other. */
let centre: Pool;

beforeAll(async () => {
  central = await createDemoCentral();
  centre = new Pool({ connectionString: central.url });
});

afterAll(async () => {
  await centre.end();
  await central.drop();
});

async function network(test: TestContext): Promise<FaultyProxy> {
  const proxy = await FaultyProxy.start(central);
  test.onTestFinished(() => proxy.stop());
  return proxy;
}

/** A desktop that is signed in and in step, behind a network of its own. */
async function inStep(test: TestContext, proxy: FaultyProxy): Promise<TestDesktop> {
  const one = new TestDesktop(`postgres://127.0.0.1:${proxy.port}/${central.database}`);
  test.onTestFinished(() => one.remove());
  await one.signIn(ceo);
  await one.settled();
  return one;
}

async function projectIds(one: TestDesktop): Promise<string[]> {
  const { rows } = await one.call('projects.list', { sort: 'project_id', descending: false });
  return rows.map(({ id }) => id);
}

/** How often the centre wrote a text into a column of a project. */
async function timesWritten(column: string, text: string): Promise<number> {
  const { rows } = await centre.query<{ n: number }>(
    "select count(*)::int as n from activity_log where entity_type = 'projects' and new_values ->> $1 = $2",
    [column, text],
  );
  return rows[0]?.n ?? 0;
}

async function equalsCentre(one: TestDesktop): Promise<void> {
  await waitFor(async () => ((await divergence(central, one)).length === 0 ? true : null), 'no divergence');
}

/** The connection of a desktop as the product opens it, without the desktop. */
async function productConnection(test: TestContext, proxy: FaultyProxy): Promise<Client> {
  const client = await connect(
    { host: '127.0.0.1', port: proxy.port, database: central.database, tls: false, ca: null },
    ceo,
    demoPassword,
  );
  test.onTestFinished(() => disconnect(client));
  return client;
}

async function backendOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ pid: string }>('select pg_backend_pid() as pid');
  return rows[0]?.pid ?? '';
}

/** Waits for the end of a session; the second is for asking. */
async function ended(pid: string): Promise<void> {
  const gone = async () => (await centre.query('select from pg_stat_activity where pid = $1', [pid])).rowCount === 0 || null;
  await waitFor(gone, 'the end of the session', NOTICED_MS + 1_000);
}

describe.concurrent('a network that freezes', () => {
  it('is waited for while the freeze is short, and what was held back is applied once', { timeout: 60_000 }, async (test) => {
    const proxy = await network(test);
    const one = await inStep(test, proxy);
    const [id = ''] = await projectIds(one);
    proxy.freeze();
    await one.call('projects.update', { id, patch: { notes: 'Khi mạng đứng yên' } });
    await delay(5_000);
    proxy.thaw();
    await one.settled();
    await equalsCentre(one);
    expect(await timesWritten('notes', 'Khi mạng đứng yên')).toBe(1);
    expect(one.log.filter(({ event }) => event === 'sync.failed' || event === 'sync.connection.lost')).toEqual([]);
  });

  it('is noticed within 20 seconds, worked without, and in step after its return without anybody\'s doing', { timeout: 90_000 }, async (test) => {
    const proxy = await network(test);
    const one = await inStep(test, proxy);
    const [, id = '', other = ''] = await projectIds(one);
    proxy.freeze();
    await one.call('projects.update', { id, patch: { title: 'Gửi giữa lúc đứng mạng' } });
    // It says why at once, and tries again.
    await one.until(({ error }) => error?.code === 'SERVER_UNREACHABLE', 'out of reach', NOTICED_MS);
    await one.call('projects.update', { id, patch: { description: 'Viết khi ngoại tuyến' } });
    await centre.query("update projects set notes = 'Trung tâm sửa' where id = $1", [other]);
    proxy.thaw();
    await one.settled();
    await equalsCentre(one);
    const { project } = await one.call('projects.get', { id });
    expect([project.title, project.description]).toEqual(['Gửi giữa lúc đứng mạng', 'Viết khi ngoại tuyến']);
    expect((await one.call('projects.get', { id: other })).project.notes).toBe('Trung tâm sửa');
    expect(await timesWritten('title', 'Gửi giữa lúc đứng mạng')).toBe(1);
    expect(await timesWritten('description', 'Viết khi ngoại tuyến')).toBe(1);
  });
});

describe.concurrent('a connection that leads nowhere any more, of which nobody was told', () => {
  it('is replaced within 20 seconds, and nothing is missed or sent twice', { timeout: 60_000 }, async (test) => {
    const proxy = await network(test);
    const one = await inStep(test, proxy);
    const [, , , id = '', other = ''] = await projectIds(one);
    proxy.forgetOpen();
    await one.call('projects.update', { id, patch: { notes: 'Router đã quên' } });
    await centre.query("update projects set notes = 'Trung tâm vẫn sửa' where id = $1", [other]);
    await one.settled();
    await equalsCentre(one);
    expect((await one.call('projects.get', { id: other })).project.notes).toBe('Trung tâm vẫn sửa');
    expect(await timesWritten('notes', 'Router đã quên')).toBe(1);
  });
});

describe.concurrent('the server\'s half of a link whose desktop has gone silent', () => {
  it('has limits of its own, whatever the server\'s configuration says', async (test) => {
    const client = await productConnection(test, await network(test));
    const { rows } = await client.query<{ name: string; setting: string }>(
      `select name, current_setting(name) as setting from pg_settings
        where name ~ '^tcp_(keepalives|user)' or name ~ '^(idle|lock|statement|transaction).*_timeout$' order by name`,
    );
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toMatchObject({
      idle_in_transaction_session_timeout: '20s',
      idle_session_timeout: '1min',
      lock_timeout: '10s',
      statement_timeout: '0',
      tcp_keepalives_count: '3',
      tcp_keepalives_idle: '10',
      tcp_keepalives_interval: '2',
      tcp_user_timeout: '16000',
    });
  });

  it('lets go of a push that waits for somebody else, so that its rows are free within 20 seconds', { timeout: 90_000 }, async (test) => {
    const proxy = await network(test);
    const one = await inStep(test, proxy);
    const [, , , , , mine = '', theirs = ''] = await projectIds(one);
    proxy.setDown(true);
    await one.until((status) => status.state !== 'online', 'offline');
    await one.call('projects.update', { id: mine, patch: { notes: 'Trước hàng bị khóa' } });
    await one.call('projects.update', { id: theirs, patch: { notes: 'Hàng bị khóa' } });
    const holder = await centre.connect();
    await holder.query('begin');
    await holder.query('select from projects where id = $1 for update', [theirs]);
    proxy.setDown(false);
    await one.call('sync.now');
    const waits = `select from pg_stat_activity where datname = $1 and wait_event_type = 'Lock' and query like '%sync.push%'`;
    await waitFor(async () => (await centre.query(waits, [central.database])).rowCount || null, 'a push that waits');
    proxy.freeze();

    const began = Date.now();
    await centre.query("update projects set description = 'Không phải chờ' where id = $1", [mine]);
    expect(Date.now() - began).toBeLessThan(NOTICED_MS);
    await holder.query('rollback');
    holder.release();
    proxy.thaw();
    await one.settled();
    await equalsCentre(one);
    expect(await timesWritten('notes', 'Trước hàng bị khóa')).toBe(1);
  });

  it('ends with its transaction within 20 seconds where the desktop does not go on with it', { timeout: 60_000 }, async (test) => {
    const proxy = await network(test);
    const client = await productConnection(test, proxy);
    const pid = await backendOf(client);
    await client.query('begin isolation level repeatable read, read only');
    proxy.freeze();
    await ended(pid);
  });

  it('ends within 20 seconds where the desktop takes no more of what is sent', { timeout: 60_000 }, async (test) => {
    const proxy = await network(test);
    const client = await productConnection(test, proxy);
    const pid = await backendOf(client);
    await copyOut(client, "select repeat('x', 1000) from generate_series(1, 1000000)").next();
    proxy.freeze();
    await ended(pid);
  });
});
