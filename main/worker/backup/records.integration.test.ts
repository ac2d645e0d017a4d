import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BackupRecord } from '../../../shared/api/backup.ts';
import { inSlices, nextTurn, openReplica, type Replica } from '../replica/database.ts';
import { Meta } from '../replica/meta.ts';
import { BackupRecords } from './records.ts';

/** Longer than long work gives way to a write. */
const PATIENCE_MS = 11_000;

let folder: string;
let replica: Replica;
let records: BackupRecords;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'factory-pulse-records-'));
  replica = openReplica(join(folder, 'replica.db'), randomBytes(32));
  records = new BackupRecords(replica.write, new Meta(replica.write));
});

afterEach(() => {
  vi.restoreAllMocks();
  replica.close();
  rmSync(folder, { recursive: true, force: true });
});

const recordOf = (id: string): BackupRecord => ({
  id, at: '2026-11-30T10:00:00.000Z', kind: 'complete', name: `${id}.tar.gz`, folder: '/mnt/backup', drive: null, encrypted: true, reason: 'plan',
  outcome: 'done', error: null, size: 1, rows: 1, contents_left_out: null, ms: 1, checks: null, verified: true, verified_at: null, gone: false,
});

/** A pull that no longer gives way: what is written meanwhile waits for its end. */
async function duringLongPull(write: () => Promise<unknown>[]): Promise<void> {
  const pull = inSlices(replica.write, function* () {
    for (let step = 0; step < 4; step += 1) {
      const end = performance.now() + 15;
      while (performance.now() < end);
      yield;
    }
  });
  await nextTurn();
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + PATIENCE_MS);
  await Promise.all(write());
  await pull;
}

describe('what this machine knows of its backups', () => {
  it('loses no backup where several things are noted while a long pull has to end first', async () => {
    await records.add(recordOf('sent'));
    await duringLongPull(() => [records.change('sent', { gone: true }), records.add(recordOf('new')), records.change('sent', { verified: false })]);
    expect(records.history().map(({ id, gone, verified }) => [id, gone, verified])).toEqual([['new', false, true], ['sent', true, false]]);
  });

  it('forgets no backup that is still there, and of the others all but the last', async () => {
    await records.add(recordOf('monthly'));
    await records.add(recordOf('removed'));
    await records.change('removed', { gone: true });
    for (let run = 0; run < 300; run += 1) await records.add({ ...recordOf(`run ${run}`), outcome: run % 2 === 0 ? 'failed' : 'done', gone: run % 2 !== 0 });
    const ids = records.history().map(({ id }) => id);
    expect(ids).toHaveLength(201);
    expect([ids[0], ids.at(-1)]).toEqual(['run 299', 'monthly']);
  });

  it('keeps every destination that was added meanwhile', async () => {
    const drive = { folder: null, name: 'Drive của tôi' };
    await duringLongPull(() => [
      records.changeDestinations((known) => [...known, '/mnt/a']),
      records.changeDestinations((known) => [...known, '/mnt/b']),
      records.changeDriveFolders((known) => [...known, drive]),
      records.changeDriveFolders((known) => [...known, { ...drive, folder: { id: 'f', resource_key: null } }]),
    ]);
    expect(records.destinations()).toEqual(['/mnt/a', '/mnt/b']);
    expect(records.driveFolders()).toHaveLength(2);
  });
});
