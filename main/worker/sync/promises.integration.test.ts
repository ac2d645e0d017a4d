import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { FaultyProxy } from '../testing/faulty-proxy.ts';
import { TestDesktop, waitFor } from '../testing/desktop.ts';
import { divergence } from '../testing/divergence.ts';

const ceo = 'ceo@factorypulse.vn';
const quality = 'quality@factorypulse.vn';

let central: DemoCentral;
/** Every desktop has a network of its own. */
let networks = new Map<TestDesktop, FaultyProxy>();

async function disconnected(): Promise<TestDesktop> {
  const proxy = await FaultyProxy.start(central);
  const one = new TestDesktop(`postgres://127.0.0.1:${proxy.port}/${central.database}`);
  networks.set(one, proxy);
  return one;
}

/** A desktop that is signed in and in step. */
async function inStep(email: string): Promise<TestDesktop> {
  const one = await disconnected();
  await one.signIn(email);
  await one.settled();
  return one;
}

function network(one: TestDesktop): FaultyProxy {
  const proxy = networks.get(one);
  if (!proxy) throw new Error('a desktop without a network');
  return proxy;
}

async function goOffline(...all: TestDesktop[]): Promise<void> {
  for (const one of all) network(one).setDown(true);
  for (const one of all) await one.until((status) => status.state !== 'online', 'offline');
}

async function anyProject(one: TestDesktop, position = 0): Promise<string> {
  const { rows } = await one.call('projects.list', { sort: 'project_id', descending: false });
  return rows[position]?.id ?? '';
}

/** One after the other, so that it is certain whose change comes first; then all meet what the others pushed. */
async function goOnline(...all: TestDesktop[]): Promise<void> {
  for (const one of all) {
    network(one).setDown(false);
    await one.call('sync.now');
    await one.settled();
  }
  for (const one of all) await inStepWithCentre(one);
}

/** Waits for the replica to hold just what its person may see. */
async function inStepWithCentre(one: TestDesktop): Promise<void> {
  await waitFor(async () => ((await divergence(central, one)).length === 0 ? true : null), 'no divergence').catch(async (error: unknown) => {
    throw new Error(`${String(error)}: ${(await divergence(central, one)).slice(0, 5).join('; ')}`);
  });
}

beforeAll(async () => {
  central = await createDemoCentral();
});

afterEach(async () => {
  for (const [one, proxy] of networks) {
    await one.remove();
    await proxy.stop();
  }
  networks = new Map();
});

afterAll(async () => {
  await central.drop();
});

describe('work without network', () => {
  it('keeps edits over the end of the application and brings them to the centre and to others', async () => {
    const [one, two] = [await inStep(ceo), await inStep(quality)];
    const id = await anyProject(one);
    await goOffline(one);
    await one.call('projects.update', { id, patch: { title: 'Ngoại tuyến 1' } });
    await one.call('projects.update', { id, patch: { notes: 'Ghi chú khi mất mạng' } });
    await one.call('projects.update', { id: await anyProject(one, 1), patch: { priority_level: 'critical' } });
    await one.restart();
    const session = await one.signIn(ceo, {}, true);
    expect(session.offline).toBe(true);
    const page = await one.call('projects.get', { id });
    expect(page.project.title).toBe('Ngoại tuyến 1');
    expect(page.pending_columns.sort()).toEqual(['notes', 'title']);
    // Consecutive edits of one row merged while they were unsent.
    expect((await one.call('sync.status')).pending).toBe(2);

    await goOnline(one, two);
    const { project } = await two.call('projects.get', { id });
    expect([project.title, project.notes]).toEqual(['Ngoại tuyến 1', 'Ghi chú khi mất mạng']);
    expect((await one.call('projects.get', { id })).pending_columns).toEqual([]);
    expect(await divergence(central, one)).toEqual([]);
    expect(await divergence(central, two)).toEqual([]);
  });

  it('merges edits of different fields of one project made by two people offline', async () => {
    const [one, two] = [await inStep(ceo), await inStep(quality)];
    const id = await anyProject(one, 2);
    await goOffline(one, two);
    await one.call('projects.update', { id, patch: { description: 'Mô tả của giám đốc' } });
    await two.call('projects.update', { id, patch: { priority_level: 'low' } });
    await goOnline(one, two);
    for (const desktop of [one, two]) {
      const { project, conflicts } = await desktop.call('projects.get', { id });
      expect([project.description, project.priority_level]).toEqual(['Mô tả của giám đốc', 'low']);
      expect(conflicts).toEqual([]);
    }
  });

  it('keeps both values of one field, shows them to both people, and restores the lost one on demand', async () => {
    const [one, two] = [await inStep(ceo), await inStep(quality)];
    const id = await anyProject(one, 3);
    await goOffline(one, two);
    await one.call('projects.update', { id, patch: { title: 'Tên của giám đốc' } });
    await two.call('projects.update', { id, patch: { title: 'Tên của chất lượng' } });
    await goOnline(one, two);
    for (const desktop of [one, two]) {
      const page = await desktop.call('projects.get', { id });
      expect(page.project.title).toBe('Tên của chất lượng');
      expect(page.conflicts).toMatchObject([
        { column_name: 'title', kept_value: 'Tên của chất lượng', lost_value: 'Tên của giám đốc', resolved: false },
      ]);
      expect(page.project.sync.conflicts).toBe(1);
    }
    const { conflicts } = await one.call('projects.get', { id });
    await one.call('sync.restoreConflict', { id: conflicts[0]?.id ?? '' });
    await goOnline(one, two);
    const page = await two.call('projects.get', { id });
    expect(page.project.title).toBe('Tên của giám đốc');
    expect(page.conflicts[0]?.resolved).toBe(true);
  });

  it('puts a move that somebody else made first before the person, with the input intact', async () => {
    const [one, two] = [await inStep(ceo), await inStep('operations@factorypulse.vn')];
    const { projects, stages } = await one.call('projects.board', {});
    const project = projects.find((row) => row.status === 'active' && row.current_stage_id === stages[0]?.id);
    const id = project?.id ?? '';
    await goOffline(one, two);
    await one.call('projects.move', { id, to_stage_id: stages[1]?.id ?? '', reason: 'Khách cần gấp' });
    await two.call('projects.move', { id, to_stage_id: stages[2]?.id ?? '', reason: 'Bỏ qua bước này' });
    // Offline the move shows with everything that the centre will do about it.
    const offline = await one.call('projects.get', { id });
    expect(offline.project.current_stage_id).toBe(stages[1]?.id);
    expect(offline.history.at(-1)).toMatchObject({ reason: 'Khách cần gấp', pending: true });
    expect(offline.sub_stages.filter((row) => row.workflow_stage_id === stages[1]?.id).length).toBeGreaterThan(0);

    await goOnline(one, two);
    const items = await two.call('sync.attention');
    expect(items).toMatchObject([{ code: 'STRICT_CONFLICT', project_id: id, table_name: 'project_stage_history' }]);
    expect(items[0]?.columns.find((column) => column.name === 'reason')?.mine).toBe('Bỏ qua bước này');
    for (const desktop of [one, two]) {
      expect((await desktop.call('projects.get', { id })).project.current_stage_id).toBe(stages[1]?.id);
      expect(await divergence(central, desktop)).toEqual([]);
    }
    await two.call('sync.discardAttention', { id: items[0]?.id ?? '' });
    expect(await two.call('sync.attention')).toEqual([]);
  });
});

describe('faults between desktop and centre', () => {
  it('applies a change once, wherever the answer is cut off', async () => {
    const one = await inStep(ceo);
    const proxy = network(one);
    const id = await anyProject(one, 4);
    const audited = async (): Promise<number> => {
      const { rows } = await central.client.query<{ n: string }>(
        `select count(*) as n from activity_log where entity_id = $1 and new_values ? 'notes'`, [id]);
      return Number(rows[0]?.n);
    };
    const before = await audited();
    for (let round = 0; round < 12; round++) {
      proxy.faults.cutAfter.toClient = round * 37;
      await one.call('projects.update', { id, patch: { notes: `Lần ${round}` } });
      await one.call('sync.now');
      await waitFor(async () => ((await one.call('sync.status')).pending === 0 ? true : (await one.call('sync.now'), null)), 'sent');
      proxy.faults.cutAfter.toClient = null;
      await one.call('sync.now');
      await one.settled();
    }
    expect(proxy.cuts).toBeGreaterThan(3);
    expect(await audited()).toBe(before + 12);
    expect(await divergence(central, one)).toEqual([]);
  });

  it('misses no change of a transaction that commits late and out of order', async () => {
    const one = await inStep(ceo);
    const [slow, fast] = [await anyProject(one, 5), await anyProject(one, 6)];
    const late = new pg.Client({ connectionString: central.url });
    await late.connect();
    await late.query('begin');
    await late.query(`update projects set notes = 'muộn' where id = $1`, [slow]);
    await central.client.query(`update projects set notes = 'sớm' where id = $1`, [fast]);
    await waitFor(async () => ((await one.call('projects.get', { id: fast })).project.notes === 'sớm' ? true : null), 'the early change');
    expect((await one.call('projects.get', { id: slow })).project.notes).not.toBe('muộn');
    await late.query('commit');
    await late.end();
    await waitFor(async () => ((await one.call('projects.get', { id: slow })).project.notes === 'muộn' ? true : null), 'the late change');
    expect(await divergence(central, one)).toEqual([]);
  });

  it('goes on with an interrupted first load where it stopped', async () => {
    const one = await disconnected();
    const proxy = network(one);
    proxy.faults.cutAfter.toClient = 60_000;
    await one.signIn(ceo);
    await one.settled();
    expect(proxy.faults.cutAfter.toClient).toBeNull();
    expect(await divergence(central, one)).toEqual([]);
  });

  it('notices a link that is dead without a word within 20 seconds', async () => {
    const one = await inStep(ceo);
    network(one).faults.stalled = true;
    await one.until((status) => status.state !== 'online', 'the dead link noticed', 20_000);
    network(one).faults.stalled = false;
    await one.settled();
  });
});

describe('what may not be seen does not stay', () => {
  it('drops a deleted row and what hangs on it', async () => {
    const one = await inStep(ceo);
    const { rows } = await one.call('projects.list', { sort: 'project_id', descending: false });
    const victim = rows.at(-1)?.id ?? '';
    await central.client.query('delete from projects where id = $1', [victim]);
    await waitFor(
      async () => ((await one.call('projects.list', {})).rows.some((row) => row.id === victim) ? null : true),
      'the project gone',
    );
    expect(await divergence(central, one)).toEqual([]);
  });

  it('compares everything after the person lost rights, and keeps nothing beyond them', async () => {
    const one = await inStep('customer.service@factorypulse.vn');
    expect((await one.call('projects.list', {})).total).toBeGreaterThan(0);
    const roleName = (
      await central.client.query<{ role_name: string }>(
        `select l.role_name from app.logins l join users u on u.id = l.user_id where u.email = 'customer.service@factorypulse.vn'`,
      )
    ).rows[0]?.role_name;
    // One transaction, as the administration does it: the epoch is bumped together with what it is about.
    await central.client.query(
      `update users set role = 'customer' where email = 'customer.service@factorypulse.vn';
       revoke fp_internal from ${roleName}; grant fp_customer to ${roleName}`,
    );
    await one.call('sync.now');
    await waitFor(async () => ((await one.call('projects.list', {})).total === 0 ? true : null), 'the projects gone');
    expect(await divergence(central, one, 'customer.service@factorypulse.vn')).toEqual([]);
  });
});
