import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pinnedNode } from '../../../scripts/lib/node.mjs';
import { bundleScript } from '../../../scripts/lib/run-ts.mjs';
import { Profile } from '../profiles/profile.ts';
import { Changes } from '../replica/changes.ts';
import { openReplica, type Replica } from '../replica/database.ts';
import { Meta } from '../replica/meta.ts';
import { Overlay } from '../replica/overlay.ts';
import { WritePath } from '../replica/write-path.ts';
import { ProjectReplica } from '../testing/project-replica.ts';
import { restoreSnapshotOf } from '../testing/restore-snapshot-of.ts';
import { takeSnapshot } from './snapshot.ts';

/* A snapshot takes the place of the data on a machine at one step: whatever ends before it leaves the data of before. */

const server = 'db.nhamay.vn:5432/pulse';
const email = 'an@nhamay.vn';
const password = 'mật khẩu';
const person = '11111111-1111-4111-8111-111111111111';
const PROJECTS = 12;
/** Every step by hand (FP_RESTORE_KILLS=1); every third one, beginning with the first, in each run of all tests. */
const STRIDE = Number(process.env['FP_RESTORE_KILLS'] ?? 3);

const root = mkdtempSync(join(tmpdir(), 'fp-restore-kills-'));
const snapshot = join(root, 'factory_pulse_snapshot_backup_20250901_093043.tar.gz');
const base = join(root, 'base');
let script: string;

const change = (replica: Replica, id: string, title: string): void =>
  new WritePath(replica.write, new Overlay(replica.write), new Changes()).accept([{ table_name: 'projects', row_id: id, op: 'update', patch: { title } }]);

/** An unsent change is in the snapshot and was sent since; another one is in the data of now, and as a power cut leaves it. */
async function makeBase(): Promise<void> {
  const working = join(root, 'working');
  const profile = new Profile(working, server, email);
  const replica = await profile.create(password, (key) => openReplica(profile.replicaFile, key));
  const projects = new ProjectReplica(replica);
  new Meta(replica.write).set({ user_id: person, organization_id: person, instance_id: 'a', instance_epoch: 'b' });
  projects.addStages([{ id: 'tiện', days: 3, is_active: true }]);
  for (let number = 0; number < PROJECTS; number += 1) {
    projects.addProject({ id: `p${number}`, status: 'active', stage: 'tiện', currency: 'VND', value: null, due: null, delivered: null, entered_at: '2026-01-01 00:00:00+00' });
  }
  change(replica, 'p1', 'Trong ảnh chụp, chưa gửi');
  await takeSnapshot(replica, {
    file: snapshot, passphrase: null, signal: new AbortController().signal, progress: () => undefined, organization: { id: person, name: 'Nhà máy' },
    at: new Date(), zone: 'Asia/Ho_Chi_Minh', by: '', applicationVersion: '0', centralSchema: 0, contents: null,
  });
  for (const table of ['outbox_effects', 'outbox', 'shadow']) replica.write.exec(`delete from ${table}`);
  replica.write.exec(`update projects set title = 'Mới hơn ở máy chủ' where id = 'p1'`);
  replica.write.exec(`delete from projects where id = 'p2'`);
  change(replica, 'p3', 'Hiện tại, chưa gửi');
  cpSync(working, base, { recursive: true });
  projects.remove();
  expect(existsSync(`${new Profile(base, server, email).replicaFile}-wal`)).toBe(true);
}

beforeAll(async () => {
  script = await bundleScript('main/worker/testing/restore-and-die.ts', { withPackages: true });
  await makeBase();
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** All that tells the old state, the new one and half of one apart. */
async function stateOf(profile: Profile): Promise<Record<string, unknown>> {
  const key = await profile.unlock(password);
  if (!key) throw new Error('the profile does not open');
  const replica = openReplica(profile.replicaFile, key);
  try {
    const { read } = replica;
    return {
      projects: read.prepare('select count(*) from projects').pluck().get(),
      counted: read.prepare('select sum(projects) from open_project_totals').pluck().get(),
      titles: read.prepare(`select title from projects where id in ('p1', 'p3') order by id`).pluck().all(),
      unsent: read.prepare('select row_id, patch from outbox order by seq').all(),
      effects: read.prepare('select count(*) from outbox_effects').pluck().get(),
      epoch: new Meta(replica.write).get('instance_epoch'),
      whole: read.pragma('integrity_check(1)', { simple: true }),
    };
  } finally {
    replica.close();
  }
}

const present = { row_id: 'p3', patch: JSON.stringify({ title: 'Hiện tại, chưa gửi' }) };
const returned = { row_id: 'p1', patch: JSON.stringify({ title: 'Trong ảnh chụp, chưa gửi' }) };
const before = {
  projects: PROJECTS - 1, counted: PROJECTS - 1, titles: ['Mới hơn ở máy chủ', 'Hiện tại, chưa gửi'], unsent: [present], effects: 1, epoch: 'b', whole: 'ok',
};
const after = {
  projects: PROJECTS, counted: PROJECTS, titles: ['Trong ảnh chụp, chưa gửi', 'Hiện tại, chưa gửi'], unsent: [returned, present], effects: 2, epoch: null, whole: 'ok',
};

describe('a snapshot that takes the place of the data', () => {
  it('has taken it or not, wherever the process is killed, and no unsent change is lost', async () => {
    const outcomes: ('before' | 'after')[] = [];
    for (let dieBefore = 1; ; dieBefore += STRIDE) {
      const folder = join(root, `step-${dieBefore}`);
      // The database on trial there is nobody's: killed over it or not is all the same here.
      const temporary = join(root, `tmp-${dieBefore}`);
      cpSync(base, folder, { recursive: true });
      mkdirSync(temporary);
      const parameter = JSON.stringify({ folder, server, email, password, snapshot, dieBefore });
      const { signal, stdout, stderr } = spawnSync(pinnedNode, [script, parameter], { encoding: 'utf8', env: { ...process.env, TMPDIR: temporary } });
      const profile = new Profile(folder, server, email);
      const step = `killed before step ${dieBefore}`;
      const state = await stateOf(profile);
      if (signal === null) {
        expect(stderr).toBe('');
        expect(Number(stdout)).toBeLessThan(dieBefore);
        expect(state).toEqual(after);
        break;
      }
      const isNew = state['epoch'] === null;
      expect(state, step).toEqual(isNew ? after : before);
      outcomes.push(isNew ? 'after' : 'before');
      expect(readdirSync(profile.folder).filter((name) => name.includes('restored')), step).toEqual([]);
      // What is in the snapshot alone comes with the next attempt, which nothing that was left hinders.
      if (!isNew && outcomes.length % 5 === 0) {
        const key = await profile.unlock(password);
        await restoreSnapshotOf(profile, key ?? Buffer.alloc(32), snapshot);
        expect(await stateOf(profile), step).toEqual(after);
      }
      rmSync(folder, { recursive: true, force: true });
    }
    // Before up to one step, after it from then on.
    expect(outcomes.length * STRIDE).toBeGreaterThan(30);
    expect(new Set(outcomes)).toEqual(new Set(['before', 'after']));
    expect(outcomes.toSorted().reverse()).toEqual(outcomes);
  }, 600_000);
});
