import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleScript } from '../../../scripts/lib/run-ts.mjs';
import { pinnedNode } from '../../../scripts/lib/node.mjs';
import { openReplica } from '../replica/database.ts';
import { canMakeDisks, SmallDisk } from '../testing/small-disk.ts';
import { keyFileOfVersion1 } from '../testing/key-file-of-version-1.ts';
import { Profile } from './profile.ts';

const server = 'db.nhamay.vn:5432/pulse';
const email = 'an@nhamay.vn';
const password = 'mật khẩu cũ';
const newPassword = 'mật khẩu mới';
const ROWS = 2_000;

let base: string;
let script: string;
const folders: string[] = [];

beforeAll(async () => {
  script = await bundleScript('main/worker/testing/die-at-a-step.ts', { withPackages: true });
  base = await usedInstallation();
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-'));
  folders.push(folder);
  return folder;
}

/** As a power cut leaves it: a part of the rows is in the replica's log alone. */
async function usedInstallation(): Promise<string> {
  const working = temporaryFolder();
  const profile = new Profile(working, server, email);
  const replica = await profile.create(password, (key) => openReplica(profile.replicaFile, key));
  replica.write.exec('create table work (n integer primary key, text text)');
  replica.write.prepare("insert into work select value, 'việc ' || value from json_each(?)").run(
    JSON.stringify(Array.from({ length: ROWS }, (_, n) => n)),
  );
  const cut = temporaryFolder();
  cpSync(working, cut, { recursive: true });
  replica.close();
  expect(existsSync(join(new Profile(cut, server, email).folder, 'replica.db-wal'))).toBe(true);
  return cut;
}

function copyOf(installation: string): Profile {
  const folder = temporaryFolder();
  cpSync(installation, folder, { recursive: true });
  return new Profile(folder, server, email);
}

async function keyBy(profile: Profile, candidate: string): Promise<Buffer> {
  const key = await profile.unlock(candidate);
  if (!key) throw new Error('this password does not open the profile');
  return key;
}

function rowsIn(profile: Profile, key: Buffer): unknown {
  const replica = openReplica(profile.replicaFile, key);
  try {
    return replica.read.prepare('select count(*) from work').pluck().get();
  } finally {
    replica.close();
  }
}

const ofOneKey = ['card.json', 'guesses.json', 'key.json', 'replica.db'];

describe('another key for a replica', () => {
  it('opens it with the new password alone, and all that was in it is there', async () => {
    const profile = copyOf(base);
    const old = await keyBy(profile, password);
    const next = await profile.rotate(old, newPassword);
    expect(next).not.toEqual(old);
    expect(await profile.unlock(password)).toBeNull();
    expect(await keyBy(profile, newPassword)).toEqual(next);
    expect(rowsIn(profile, next)).toBe(ROWS);
    expect(() => openReplica(profile.replicaFile, old)).toThrow(expect.objectContaining({ code: 'REPLICA_OTHER_USER' }) as Error);
    expect(readdirSync(profile.folder).filter((name) => !ofOneKey.includes(name))).toEqual([]);
  });

  it('is out of reach for a key file and a password of before', async () => {
    const profile = copyOf(base);
    const keyFile = join(profile.folder, 'key.json');
    const kept = join(profile.folder, 'kept.json');
    copyFileSync(keyFile, kept);
    await profile.rotate(await keyBy(profile, password), newPassword);
    copyFileSync(kept, keyFile);
    const old = await keyBy(profile, password);
    expect(() => openReplica(profile.replicaFile, old)).toThrow(expect.objectContaining({ code: 'REPLICA_OTHER_USER' }) as Error);
  });

  it('leaves the old one whole where the copy fails', async () => {
    const profile = copyOf(base);
    const old = await keyBy(profile, password);
    const before = readFileSync(join(profile.folder, 'key.json'));
    // The copy would have to go through a folder of that name.
    const inTheWay = join(profile.folder, 'replica.rotated.db-wal');
    cpSync(base, inTheWay, { recursive: true });
    await expect(profile.rotate(old, newPassword)).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    rmSync(inTheWay, { recursive: true });
    expect(readFileSync(join(profile.folder, 'key.json'))).toEqual(before);
    expect(rowsIn(profile, await keyBy(profile, password))).toBe(ROWS);
  });

  it.runIf(canMakeDisks())('leaves the old one whole where the disk is full', async () => {
    const disk = new SmallDisk(8);
    try {
      cpSync(base, disk.folder, { recursive: true });
      const profile = new Profile(disk.folder, server, email);
      const old = await keyBy(profile, password);
      disk.fill();
      await expect(profile.rotate(old, newPassword)).rejects.toMatchObject({ code: 'DISK_FULL' });
      expect(await keyBy(profile, password)).toEqual(old);
      expect(readdirSync(profile.folder).filter((name) => /rotated|changed/.test(name))).toEqual([]);
      disk.free();
      expect(rowsIn(profile, await profile.rotate(old, newPassword))).toBe(ROWS);
    } finally {
      disk.remove();
    }
  });

  it('or the old one is complete, wherever the process is killed', async () => {
    const outcomes = await killAtEveryStep({ machine: null, newPassword }, async (profile, step) => {
      const byNew = await profile.unlock(newPassword);
      const key = byNew ?? (await keyBy(profile, password));
      if (byNew) expect(await profile.unlock(password), step).toBeNull();
      expect(rowsIn(profile, key), step).toBe(ROWS);
      // Recovery has spoilt nothing: the same password opens it again, and the next one replaces it.
      expect(await keyBy(profile, byNew ? newPassword : password), step).toEqual(key);
      expect(rowsIn(profile, await profile.rotate(key, password)), step).toBe(ROWS);
      return byNew ? 'new' : 'old';
    });
    // Old up to one step, new from then on.
    expect(outcomes.length).toBeGreaterThan(20);
    expect(new Set(outcomes)).toEqual(new Set(['old', 'new']));
    expect(outcomes.toSorted().reverse()).toEqual(outcomes);
  }, 600_000);
});

describe('a key file of the first version', () => {
  it('is bound to the machine at one step, and opens wherever the process is killed', async () => {
    const old = new Profile(base, server, email);
    const key = await keyBy(old, password);
    const file = join(old.folder, 'key.json');
    const present = readFileSync(file);
    writeFileSync(file, await keyFileOfVersion1(key, password, { email, server }));
    const machine = Buffer.alloc(32, 7);
    const outcomes = await killAtEveryStep({ machine: machine.toString('hex'), newPassword: null }, async (profile, step) => {
      const bound = (JSON.parse(readFileSync(join(profile.folder, 'key.json'), 'utf8')) as { version: number }).version === 2;
      const here = new Profile(join(profile.folder, '..', '..'), server, email, [machine]);
      for (let again = 0; again < 2; again += 1) expect(await keyBy(here, password), step).toEqual(key);
      expect(rowsIn(here, key), step).toBe(ROWS);
      await expect(profile.unlock(password), step).rejects.toMatchObject({ code: 'REPLICA_OTHER_MACHINE' });
      return bound ? 'new' : 'old';
    });
    writeFileSync(file, present);
    expect(outcomes.length).toBeGreaterThan(5);
    expect(new Set(outcomes)).toEqual(new Set(['old', 'new']));
    expect(outcomes.toSorted().reverse()).toEqual(outcomes);
  }, 600_000);
});

/** Runs the work once for each of its steps, killed before it; `recover` says which of two states was found. */
async function killAtEveryStep(
  work: { machine: string | null; newPassword: string | null },
  recover: (profile: Profile, step: string) => Promise<string>,
): Promise<string[]> {
  const outcomes: string[] = [];
  for (let dieBefore = 1; ; dieBefore += 1) {
    const profile = copyOf(base);
    const folder = join(profile.folder, '..', '..');
    const parameter = JSON.stringify({ folder, server, email, password, dieBefore, ...work });
    const { signal, stdout, stderr } = spawnSync(pinnedNode, [script, parameter], { encoding: 'utf8' });
    if (signal === null) {
      expect(stderr).toBe('');
      expect(Number(stdout)).toBe(outcomes.length);
      return outcomes;
    }
    const step = `killed before step ${dieBefore}`;
    outcomes.push(await recover(profile, step));
    expect(readdirSync(profile.folder).filter((name) => /rotated|\.old/.test(name)), step).toEqual([]);
    rmSync(folder, { recursive: true, force: true });
  }
}
