import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pinnedNode } from '../../../scripts/lib/node.mjs';
import { bundleScript } from '../../../scripts/lib/run-ts.mjs';
import { TestDesktop, waitFor } from '../testing/desktop.ts';
import { FailingDisk } from '../testing/failing-disk.ts';
import { ProjectReplica } from '../testing/project-replica.ts';
import { takeSnapshot } from './snapshot.ts';
import { makeThrowawayFolder, sweepThrowawayFolders } from './throwaway-folder.ts';

/* A database on trial is nobody's: whoever is killed over it leaves bytes that nobody can read, and not for long. */

const marker = 'khuôn dập vỏ hộp số tuyệt mật';
const base = mkdtempSync(join(tmpdir(), 'fp-throwaway-'));
const file = join(base, 'factory_pulse_snapshot_backup_20250901_093043.tar.gz');
const usual = process.env['TMPDIR'];
let place: string;
let script: string;

beforeAll(async () => {
  script = await bundleScript('main/worker/testing/verify-and-die.ts');
  const projects = new ProjectReplica();
  projects.addStages([{ id: 'dập', days: 3, is_active: true }]);
  for (let number = 0; number < 500; number += 1) {
    projects.addProject({ id: `${marker} ${number}`, status: 'active', stage: 'dập', currency: 'VND', value: null, due: null, delivered: null, entered_at: '2026-01-01 00:00:00+00' });
  }
  await takeSnapshot(projects.replica, {
    file, passphrase: null, signal: new AbortController().signal, progress: () => undefined, organization: { id: 'a', name: 'Nhà máy' },
    at: new Date('2025-09-01T02:30:43Z'), zone: 'Asia/Ho_Chi_Minh', by: '', applicationVersion: '0', centralSchema: 0, contents: null,
  });
  projects.remove();
});

beforeEach(() => {
  place = mkdtempSync(join(base, 'tmp-'));
  process.env['TMPDIR'] = place;
});

afterAll(() => {
  if (usual === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usual;
  rmSync(base, { recursive: true, force: true });
});

const files = (): string[] =>
  readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));

function killVerification(): string {
  const { signal, stderr } = spawnSync(pinnedNode, [script, file], { encoding: 'utf8', env: { ...process.env, TMPDIR: place } });
  expect([signal, stderr]).toEqual(['SIGKILL', '']);
  const [left = ''] = readdirSync(place);
  return left;
}

describe('a verification that was killed', () => {
  it('leaves nothing that can be read, which goes when the application is started the next time', async () => {
    killVerification();
    expect(files().map((path) => basename(path))).toContain('restored.db');
    for (const path of files()) {
      const content = readFileSync(path);
      expect(content.includes(marker), path).toBe(false);
      expect(content.includes('SQLite format 3'), path).toBe(false);
      expect(content.includes('projects'), path).toBe(false);
    }
    const desktop = new TestDesktop('postgres://127.0.0.1:1/none');
    try {
      await waitFor(() => Promise.resolve(readdirSync(place).some((name) => name.includes('throwaway')) ? null : true), 'nothing left of the verification');
    } finally {
      await desktop.remove();
    }
  });

  it('is told from one that still runs, and from what others keep there', async () => {
    const left = killVerification();
    const mine = makeThrowawayFolder();
    const running = spawn(pinnedNode, ['-e', 'setInterval(() => {}, 1_000)']);
    const theirs = join(place, `factory-pulse-throwaway-${running.pid ?? 0}-abc`);
    mkdirSync(theirs);
    const foreign = join(place, 'factory-pulse-throwaway.txt');
    writeFileSync(foreign, '');
    try {
      expect(await sweepThrowawayFolders()).toBe(1);
      expect(readdirSync(place).toSorted()).toEqual([mine.path, theirs, foreign].map((path) => basename(path)).toSorted());
      expect(left).not.toBe('');
      // A day later the number of the process is another one's.
      const yesterday = new Date(Date.now() - 25 * 3_600_000);
      utimesSync(theirs, yesterday, yesterday);
      expect(await sweepThrowawayFolders()).toBe(1);
      mine.remove();
      expect(readdirSync(place)).toEqual([basename(foreign)]);
    } finally {
      running.kill('SIGKILL');
    }
  });
});

describe('a folder that another program holds', () => {
  it('fails nothing that was done in it, and goes at the next start', async () => {
    const folder = makeThrowawayFolder();
    const disk = new FailingDisk(place);
    try {
      disk.fail({ rm: 'EBUSY' });
      folder.remove();
    } finally {
      disk.remove();
    }
    expect(readdirSync(place)).toHaveLength(1);
    expect(await sweepThrowawayFolders()).toBe(1);
    expect(readdirSync(place)).toEqual([]);
  });
});
