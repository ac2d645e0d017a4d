import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../db/testing/demo-central.ts';
import { demoPassword } from '../../shared/demo-accounts.ts';
import { projectHandlers } from './domains/projects.ts';
import { signIn, type OpenSession } from './session.ts';
import { TestDesktop, waitFor } from './testing/desktop.ts';
import { FaultyProxy } from './testing/faulty-proxy.ts';
import { canMakeDisks, SmallDisk } from './testing/small-disk.ts';

const email = 'ceo@factorypulse.vn';
/** Longer than what the free pages of a small replica hold. */
const longText = (letter: string): string => letter.repeat(20_000);

let central: DemoCentral;
let proxy: FaultyProxy;
let server: string;
const ends: (() => Promise<void> | void)[] = [];

beforeAll(async () => {
  central = await createDemoCentral();
  proxy = await FaultyProxy.start(central);
  server = `postgres://127.0.0.1:${proxy.port}/${central.database}`;
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  proxy.setDown(false);
});

afterAll(async () => {
  await proxy.stop();
  await central.drop();
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A session whose replica the test can hold down to a size. */
async function openSession(): Promise<OpenSession> {
  const host = { userDataDir: temporaryFolder(), appVersion: '0.0.0-test', emit: () => undefined, log: () => undefined };
  const credentials = { email, password: demoPassword };
  const { session } = await signIn(host, { credentials, stretchedPassword: null, server: { url: server, ca: null }, machine: [], resume: false });
  ends.push(() => session.close());
  return session;
}

const settled = (session: OpenSession): Promise<true> =>
  waitFor(async () => {
    const { state, pending } = session.engine.status();
    return Promise.resolve(state === 'online' && pending === 0 ? true : null);
  }, 'online with nothing waiting');

function limitToPresentSize({ replica }: OpenSession): void {
  const pages = replica.write.pragma('page_count', { simple: true }) as number;
  replica.write.pragma(`max_page_count = ${pages}`);
}

const lift = ({ replica }: OpenSession): unknown => replica.write.pragma('max_page_count = 1000000');

function expectDiskFull(change: () => unknown): void {
  expect(change).toThrow(expect.objectContaining({ code: 'DISK_FULL' }) as Error);
}

describe('a disk that is full', () => {
  it('takes nothing of an edit, shows the row as it was, and takes the next one when there is space', async () => {
    const session = await openSession();
    await settled(session);
    proxy.setDown(true);
    const id = session.replica.read.prepare('select id from projects order by project_id limit 1').pluck().get() as string;
    const state = (): unknown => [
      session.replica.read.prepare('select * from projects where id = ?').get(id),
      session.replica.read.prepare('select count(*) from outbox').get(),
      session.replica.read.prepare('select count(*) from outbox_effects').get(),
      session.replica.read.prepare('select count(*) from shadow').get(),
    ];
    const edit = (letter: string): unknown =>
      projectHandlers['projects.update'](session, { id, patch: { notes: longText(letter), title: 'Khi đĩa đầy' } });
    const before = state();
    limitToPresentSize(session);
    expectDiskFull(() => edit('a'));
    expect(state()).toEqual(before);
    expectDiskFull(() => edit('a'));
    lift(session);
    edit('b');
    proxy.setDown(false);
    session.engine.retryNow();
    await settled(session);
    const { rows } = await central.client.query<{ notes: string }>('select notes from public.projects where id = $1', [id]);
    expect(rows[0]?.notes).toBe(longText('b'));
  });

  it('stops a first load with the reason, and the load goes on where it stopped', async () => {
    const session = await openSession();
    limitToPresentSize(session);
    await waitFor(
      async () => Promise.resolve(session.engine.status().error?.code === 'DISK_FULL' ? true : null),
      'the reason that the load stopped',
    );
    expect(session.current().loading).toBe(true);
    expect(session.engine.status().state).not.toBe('online');
    lift(session);
    session.engine.retryNow();
    await settled(session);
    expect(session.current().loading).toBe(false);
    expect(session.replica.read.prepare('select count(*) from projects').pluck().get()).toBe(17);
  });
});

describe.runIf(canMakeDisks())('a disk of its own', () => {
  function disk(megabytes: number): SmallDisk {
    const made = new SmallDisk(megabytes);
    ends.push(() => made.remove());
    return made;
  }

  /** Its data folder is on the disk, which outlives it. */
  function desktopOn({ folder }: SmallDisk): TestDesktop {
    const one = new TestDesktop(server, join(folder, 'data'));
    ends.push(() => one.quit());
    return one;
  }

  it('that is full takes nothing of an edit, also not the start of a profile, and goes on when there is space', async () => {
    const small = disk(40);
    const one = desktopOn(small);
    await one.signIn(email);
    await one.settled();
    proxy.setDown(true);
    await one.call('sync.now');
    const id = (await one.call('projects.list', {})).rows[0]?.id ?? '';
    const before = (await one.call('projects.get', { id })).project;
    const edit = (letter: string): Promise<unknown> => one.call('projects.update', { id, patch: { notes: longText(letter) } });
    small.fill();
    await expect(repeatedly(edit)).rejects.toMatchObject({ code: 'DISK_FULL' });
    const held = (await one.call('projects.get', { id })).project.notes;
    await one.restart();
    proxy.setDown(false);
    await expect(one.signIn('sales.manager@factorypulse.vn')).rejects.toMatchObject({ code: 'DISK_FULL' });
    small.free();
    await one.signIn(email);
    // Edits that were accepted before the space ended are there; the refused one is not.
    expect((await one.call('projects.get', { id })).project).toMatchObject({ title: before.title, notes: held });
    await edit('z');
    await one.settled();
    await one.signIn('sales.manager@factorypulse.vn');
    await one.settled();
  });

  it('that is too small for the first load says so, and the load goes on when there is more', async () => {
    const small = disk(2);
    const one = desktopOn(small);
    await one.signIn(email);
    await one.until((status) => status.error?.code === 'DISK_FULL', 'the reason that the load stopped');
    small.resize(64);
    await one.call('sync.now');
    await one.settled();
    expect((await one.call('projects.list', {})).total).toBe(17);
  });

  it('that became read-only is told as that, and nothing is lost', async () => {
    const small = disk(40);
    const one = desktopOn(small);
    await one.signIn(email);
    await one.settled();
    await one.restart();
    small.setReadOnly(true);
    await expect(one.signIn(email, {}, true)).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    await expect(one.signIn('sales.manager@factorypulse.vn')).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    small.setReadOnly(false);
    await one.signIn(email, {}, true);
    expect((await one.call('projects.list', {})).total).toBe(17);
  });
});

describe('a data folder that cannot be one', () => {
  it('is told as that', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'profiles'), 'a file where a folder has to be');
    const one = new TestDesktop(server, folder);
    ends.push(() => one.quit());
    await expect(one.signIn(email)).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
  });
});

/** Edits until one is refused: what is left of the write-ahead log takes a few. */
async function repeatedly(edit: (letter: string) => Promise<unknown>): Promise<never> {
  for (let round = 0; ; round++) await edit(String.fromCharCode(97 + (round % 25)));
}
