import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { AppError } from '../../../shared/errors.ts';
import type { SubStageRow } from '../../../shared/api/projects.ts';
import { demoPassword } from '../../../shared/demo-accounts.ts';
import { signIn } from '../session.ts';
import { TestDesktop, waitFor } from '../testing/desktop.ts';
import { FaultyProxy } from '../testing/faulty-proxy.ts';
import { retryAttention } from './attention.ts';

const ceo = 'ceo@factorypulse.vn';
const operations = 'operations@factorypulse.vn';

let central: DemoCentral;
let networks: FaultyProxy[];
let mine: TestDesktop;
let theirs: TestDesktop;
/** A project that stands in its first stage, for this test alone. */
let id: string;
let taken = 0;

beforeAll(async () => {
  central = await createDemoCentral();
});

beforeEach(async () => {
  networks = [await FaultyProxy.start(central), await FaultyProxy.start(central)];
  const desktops = networks.map(({ port }) => new TestDesktop(`postgres://127.0.0.1:${port}/${central.database}`));
  [mine, theirs] = desktops as [TestDesktop, TestDesktop];
  await mine.signIn(ceo);
  await theirs.signIn(operations);
  await mine.settled();
  await theirs.settled();
  const { projects } = await mine.call('projects.board', {});
  id = projects.filter((project) => project.status === 'active').map((project) => project.id).toSorted()[taken++] ?? '';
});

afterEach(async () => {
  await mine.remove();
  await theirs.remove();
  for (const network of networks) await network.stop();
});

afterAll(async () => {
  await central.drop();
});

async function goOffline(): Promise<void> {
  for (const network of networks) network.setDown(true);
  for (const desktop of [mine, theirs]) await desktop.until(({ state }) => state === 'offline', 'offline');
}

/** One after the other, so that it is certain whose change comes first. */
async function goOnline(...order: TestDesktop[]): Promise<void> {
  for (const desktop of order) {
    networks[desktop === mine ? 0 : 1]?.setDown(false);
    await desktop.call('sync.now');
    await desktop.settled();
  }
}

async function stored<Row extends object>(query: string): Promise<Row | undefined> {
  const { rows } = await central.client.query<Row>(query, [id]);
  return rows[0];
}

const notes = async () => (await stored<{ notes: string }>('select notes from projects where id = $1'))?.notes;

async function currentSteps(desktop: TestDesktop): Promise<SubStageRow[]> {
  const page = await desktop.call('projects.get', { id });
  return page.sub_stages.filter((step) => step.workflow_stage_id === page.project.current_stage_id);
}

/** While it runs, the centre refuses notes that are longer than ten characters. */
async function withShortNotes(work: () => Promise<void>): Promise<void> {
  await central.client.query('alter table projects add constraint short_notes check (length(notes) <= 10) not valid');
  try {
    await work();
  } finally {
    await central.client.query('alter table projects drop constraint short_notes');
  }
}

async function refusedNotes(): Promise<string> {
  await mine.call('projects.update', { id, patch: { notes: 'Ghi chú quá dài cho máy chủ' } });
  await mine.until(({ attention }) => attention === 1, 'a refused change');
  const [item] = await mine.call('sync.attention');
  expect(item).toMatchObject({ code: 'VALUE_REFUSED', details: { constraint: 'short_notes' }, can_edit: true, project_id: id });
  return item?.id ?? '';
}

describe('what waits', () => {
  it('is listed with its record, its fields and both values in the order of work, and leaves the list once confirmed', async () => {
    const { project, stages } = await mine.call('projects.get', { id });
    const step = (await currentSteps(mine)).find(({ settable }) => settable.includes('blocked'));
    const target = stages.find(({ id: stage }) => stage !== project.current_stage_id);
    await goOffline();
    await mine.call('projects.update', { id, patch: { notes: 'Sửa khi mất mạng', priority_level: 'critical' } });
    await mine.call('projects.setProgress', { id, sub_stage_id: step?.id ?? '', status: 'blocked', blocked_reason: 'Thiếu phôi' });
    await mine.call('projects.move', { id, to_stage_id: target?.id ?? '', reason: 'Khách cần gấp' });

    const { rows, total } = await mine.call('sync.waiting');
    const subject = `${project.project_id} · ${project.title}`;
    expect(total).toBe(3);
    expect(rows).toMatchObject([
      { table_name: 'projects', op: 'update', state: 'pending', subject, project_id: id, part: null },
      { table_name: 'project_sub_stage_progress', subject, project_id: id, part: step?.name },
      { table_name: 'project_stage_history', op: 'insert', subject, project_id: id },
    ]);
    expect(rows[0]?.columns).toContainEqual({ name: 'priority_level', before: project.priority_level, after: 'critical' });
    expect(rows[1]?.columns).toContainEqual({ name: 'blocked_reason', before: null, after: 'Thiếu phôi' });
    expect(rows[2]?.columns).toContainEqual({ name: 'to_stage_id', before: null, after: target?.name });
    expect(await mine.call('sync.waiting', { offset: 1, limit: 1 })).toMatchObject({ rows: [{ id: rows[1]?.id }], total: 3 });

    await goOnline(mine);
    expect(await mine.call('sync.waiting')).toEqual({ rows: [], total: 0 });
  });
});

describe('a refused change', () => {
  it('is sent again with another value under the rules of an edit, and is settled with it', async () => {
    await withShortNotes(async () => {
      const item = await refusedNotes();
      const refused = { code: 'INPUT_INVALID' };
      await expect(mine.call('sync.editAttention', { id: item, patch: { status: 'completed' } })).rejects.toMatchObject(refused);
      await expect(mine.call('sync.editAttention', { id: item, patch: { title: '  ' } })).rejects.toMatchObject(refused);
      expect((await mine.call('sync.status')).attention).toBe(1);
      await mine.call('sync.editAttention', { id: item, patch: { notes: ' Ngắn ' } });
      expect(await mine.call('sync.attention')).toEqual([]);
      await mine.settled();
    });
    expect(await notes()).toBe('Ngắn');
  });

  it('is either still to be settled or on its way again, wherever the process ends', async () => {
    let item = '';
    await withShortNotes(async () => {
      item = await refusedNotes();
    });
    await mine.quit();
    networks[0]?.setDown(true);
    const { session } = await signIn(
      { userDataDir: mine.folder, appVersion: '0.0.0-test', emit: () => undefined, log: () => undefined },
      { credentials: { email: ceo, password: demoPassword }, stretchedPassword: null, server: { url: `postgres://${mine.serverName}`, ca: null }, machine: [], resume: true },
    );
    try {
      const { write } = session.replica;
      const standing = () => write.prepare('select (select count(*) from outbox) as waiting, (select count(*) from attention) as refused').get();
      write.exec("create temp trigger power_cut before delete on attention begin select raise(abort, 'power cut'); end");
      expect(() => retryAttention(session, item)).toThrow('power cut');
      expect(standing()).toEqual({ waiting: 0, refused: 1 });
      write.exec('drop trigger power_cut');
      retryAttention(session, item);
      expect(standing()).toEqual({ waiting: 1, refused: 0 });
    } finally {
      await session.close();
    }
    await mine.signIn(ceo);
    await goOnline(mine);
    expect(await notes()).toBe('Ghi chú quá dài cho máy chủ');
  });

  it('that was given up can be brought back and sent after all', async () => {
    await withShortNotes(async () => {
      const item = await refusedNotes();
      const [before] = await mine.call('sync.attention');
      await mine.call('sync.discardAttention', { id: item });
      expect(await mine.call('sync.attention')).toEqual([]);
      expect((await mine.call('projects.get', { id })).project.sync.attention).toBe(0);
      await mine.call('sync.undoDiscard', { id: item });
      expect(await mine.call('sync.attention')).toEqual([before]);
      await expect(mine.call('sync.undoDiscard', { id: item })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
    const [item] = await mine.call('sync.attention');
    await mine.call('sync.retryAttention', { id: item?.id ?? '' });
    await mine.settled();
    expect(await notes()).toBe('Ghi chú quá dài cho máy chủ');
  });

  it('stands on the page of its project, and on the step that it was about', async () => {
    const [step] = await currentSteps(mine);
    await goOffline();
    await mine.call('projects.setProgress', { id, sub_stage_id: step?.id ?? '', status: step?.settable[0] ?? 'completed' });
    expect((await currentSteps(mine))[0]?.sync).toEqual({ pending: 1, attention: 0, conflicts: 0 });
    await central.client.query("update users set role = 'qa' where email = $1", [ceo]);
    try {
      await goOnline(mine);
      const page = await mine.call('projects.get', { id });
      expect(page.attention).toMatchObject([{ code: 'SUB_STAGE_NOT_ALLOWED', part: step?.name, can_edit: false }]);
      expect(page.sub_stages.find((one) => one.id === step?.id)?.sync).toEqual({ pending: 0, attention: 1, conflicts: 0 });
      expect(page.project.sync).toEqual({ pending: 0, attention: 1, conflicts: 0 });
    } finally {
      await central.client.query("update users set role = 'management' where email = $1", [ceo]);
    }
  });

  it('of a move starts from where the project stands now when it is sent again', async () => {
    const { stages, project } = await mine.call('projects.get', { id });
    const [first, second] = stages.filter((stage) => stage.id !== project.current_stage_id);
    await goOffline();
    await theirs.call('projects.move', { id, to_stage_id: first?.id ?? '', reason: 'Của vận hành' });
    await mine.call('projects.move', { id, to_stage_id: second?.id ?? '', reason: 'Của giám đốc' });
    await goOnline(theirs, mine);
    const [item] = await mine.call('sync.attention');
    expect(item).toMatchObject({ code: 'STRICT_CONFLICT', details: { theirs: first?.name }, can_edit: false });
    await mine.call('sync.retryAttention', { id: item?.id ?? '' });
    await mine.settled();
    expect(await mine.call('sync.attention')).toEqual([]);
    expect(await stored('select current_stage_id as stage from projects where id = $1')).toEqual({ stage: second?.id });
  });

  it('is edited in every column that a project’s page edits', async () => {
    await withShortNotes(async () => {
      await mine.call('project.edit', { id, patch: { notes: 'Ghi chú quá dài cho máy chủ', estimated_value: '5.00', tags: ['gấp'] } });
      await mine.until(({ attention }) => attention === 1, 'a refused change');
      const [item] = await mine.call('sync.attention');
      expect(item).toMatchObject({ can_edit: true });
      await mine.call('sync.editAttention', { id: item?.id ?? '', patch: { notes: 'Ngắn', estimated_value: '7.00' } });
      await mine.settled();
    });
    expect(await mine.call('sync.attention')).toEqual([]);
    expect(await stored('select notes, estimated_value::text as value, tags from projects where id = $1')).toEqual({ notes: 'Ngắn', value: '7.00', tags: ['gấp'] });
  });
});

describe('a conflict', () => {
  it('over a step shows both values and who wrote them, and its lost value is restored under the rules of steps', async () => {
    const step = (await currentSteps(mine)).find(({ settable }) => settable.includes('blocked') && settable.includes('in_review'));
    const set = { id, sub_stage_id: step?.id ?? '' };
    await goOffline();
    await mine.call('projects.setProgress', { ...set, status: 'blocked', blocked_reason: 'Thiếu dao phay' });
    await theirs.call('projects.setProgress', { ...set, status: 'in_review' });
    await goOnline(mine, theirs, mine);

    const conflict = await waitFor(async () => {
      const { rows } = await mine.call('sync.conflicts');
      return rows.find(({ column_name, project_id }) => column_name === 'status' && project_id === id) ?? null;
    }, 'the conflict');
    expect(conflict).toMatchObject({ kept_value: 'in_review', lost_value: 'blocked', part: step?.name, can_restore: true });
    expect([conflict.kept_by_name, conflict.lost_by_name]).toEqual(await namesOf(operations, ceo));
    expect((await currentSteps(mine)).find((one) => one.id === step?.id)?.sync.conflicts).toBeGreaterThan(0);

    await mine.call('sync.restoreConflict', { id: conflict.id });
    await mine.settled();
    const progress = "select status, blocked_reason from project_sub_stage_progress where project_id = $1 and status = 'blocked'";
    expect(await stored(progress)).toEqual({ status: 'blocked', blocked_reason: 'Thiếu dao phay' });
    expect((await mine.call('sync.conflicts')).rows.filter(({ project_id }) => project_id === id)).toEqual([]);
    expect((await mine.call('projects.get', { id })).project.sync.conflicts).toBe(0);
  });

  it('is settled for the value in use without a change of it', async () => {
    await goOffline();
    await mine.call('projects.update', { id, patch: { notes: 'Của giám đốc' } });
    await theirs.call('projects.update', { id, patch: { notes: 'Của vận hành' } });
    await goOnline(mine, theirs, mine);
    const conflict = await waitFor(async () => {
      const { rows } = await mine.call('sync.conflicts');
      return rows.find(({ project_id }) => project_id === id) ?? null;
    }, 'the conflict');
    await mine.call('sync.keepConflict', { id: conflict.id });
    await mine.settled();
    expect(await notes()).toBe('Của vận hành');
    await theirs.until(({ state }) => state === 'online', 'online');
    await waitFor(async () => {
      const { rows } = await theirs.call('sync.conflicts');
      return rows.some(({ project_id }) => project_id === id) ? null : true;
    }, 'the other desktop learning that it is settled');
    await expect(mine.call('sync.keepConflict', { id })).rejects.toBeInstanceOf(AppError);
  });
});

describe('a row that the replica cannot hold', () => {
  it('is set aside with the reason, and the rest of the same pull is stored', async () => {
    const before = await stored<{ title: string }>('select title from projects where id = $1');
    await central.client.query('alter table projects alter column title drop not null');
    try {
      await central.client.query('update projects set title = null where id = $1', [id]);
      const { rows } = await waitFor(async () => {
        const list = await mine.call('sync.setAside');
        return list.total > 0 ? list : null;
      }, 'a row set aside');
      expect(rows).toMatchObject([{ table_name: 'projects', row_id: id, reason: 'value-missing', about: 'title' }]);
      expect(rows[0]?.technical).toContain('NOT NULL');
      // The row is stored before the pull that brought it has ended.
      const pull = await waitFor(
        async () => (await mine.call('sync.history')).rows.find(({ kind, problems }) => kind === 'pull' && problems === 1) ?? null,
        'the pull in the history',
      );
      expect(pull).toMatchObject({ error_code: null });
    } finally {
      await central.client.query('update projects set title = $2 where id = $1', [id, before?.title]);
      await central.client.query('alter table projects alter column title set not null');
    }
  });
});

describe('the history', () => {
  it('tells the last syncs with what they did, newest first, and counts them all', async () => {
    await mine.call('projects.update', { id, patch: { notes: 'Một dòng' } });
    await mine.settled();
    await goOffline();
    const { rows, total } = await mine.call('sync.history');
    expect(rows.length).toBe(total);
    expect(rows[0]).toMatchObject({ error_code: 'SERVER_UNREACHABLE' });
    expect(rows).toContainEqual(expect.objectContaining({ kind: 'push', rows: 1, problems: 0, error_code: null }));
    expect(rows.at(-1)).toMatchObject({ kind: 'first-load', problems: 0 });
    expect((await mine.call('sync.history', { offset: 0, limit: 1 })).rows).toEqual([rows[0]]);
  });
});

async function namesOf(...emails: string[]): Promise<string[]> {
  const { rows } = await central.client.query<{ email: string; name: string }>('select email, name from users where email = any ($1)', [
    emails,
  ]);
  return emails.map((email) => rows.find((row) => row.email === email)?.name ?? '');
}

describe('a change that waits', () => {
  it('does not name fields whose edit was taken back, and says where nothing is left of a change', async () => {
    const { project } = await mine.call('projects.get', { id });
    const taken = { notes: project.notes, priority_level: project.priority_level };
    await goOffline();
    await mine.call('projects.update', { id, patch: { notes: 'Sửa nhầm', priority_level: 'low' } });
    expect((await mine.call('sync.waiting')).rows).toMatchObject([{ taken_back: false }]);
    await mine.call('projects.update', { id, patch: { notes: taken.notes } });
    expect((await mine.call('sync.waiting')).rows[0]?.columns.map(({ name }) => name)).toEqual(['priority_level']);
    await mine.call('projects.update', { id, patch: { priority_level: taken.priority_level } });
    expect((await mine.call('sync.waiting')).rows).toMatchObject([{ columns: [], taken_back: true }]);

    await goOnline(mine);
    expect((await mine.call('projects.get', { id })).project).toMatchObject(taken);
  });
});
