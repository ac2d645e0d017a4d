import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { durably, inSlices, nextTurn, openReplica, whenWritable, type Replica } from './database.ts';

/** Long enough that a slice ends after each step. */
const STEP_MS = 15;
/** Longer than work gives way. */
const PATIENCE_MS = 11_000;

let folder: string;
let replica: Replica;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'factory-pulse-slices-'));
  replica = openReplica(join(folder, 'replica.db'), randomBytes(32));
});

afterEach(() => {
  vi.restoreAllMocks();
  replica.close();
  rmSync(folder, { recursive: true, force: true });
});

const put = (key: string): void => void replica.write.prepare('insert into meta (key, value) values (?, ?)').run(key, 'x');
const keys = (): unknown[] => replica.read.prepare("select key from meta order by key").pluck().all();

/** Work of so many steps; `attempts` says how often it began. */
function workOf(steps: number): { attempts: number; run: () => Generator<void> } {
  const work = {
    attempts: 0,
    *run(): Generator<void> {
      work.attempts += 1;
      for (let n = 0; n < steps; n++) {
        put(`step ${n}`);
        const end = performance.now() + STEP_MS;
        while (performance.now() < end);
        yield;
      }
    },
  };
  return work;
}

/** From now on the clock shows that much more. */
function passTime(milliseconds: number): void {
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + milliseconds);
}

describe('long work in one transaction', () => {
  it('gives way to a write at once and begins again', async () => {
    const work = workOf(3);
    const done = inSlices(replica.write, work.run);
    await nextTurn();
    durably(replica.write, 'FULL', () => put('written'));
    expect(keys()).toEqual(['written']);
    await done;
    expect(work.attempts).toBe(2);
    expect(keys()).toEqual(['step 0', 'step 1', 'step 2', 'written']);
  });

  it('has a write wait for its end once it has given way for a while, and goes on answering until then', async () => {
    const work = workOf(4);
    const done = inSlices(replica.write, work.run);
    await nextTurn();
    passTime(PATIENCE_MS);
    let attempts = 0;
    const written = whenWritable(() => {
      attempts += 1;
      durably(replica.write, 'FULL', () => put('written'));
    });
    expect(keys()).toEqual([]);
    await written;
    expect(keys()).toEqual(['step 0', 'step 1', 'step 2', 'step 3', 'written']);
    await done;
    expect([work.attempts, attempts]).toEqual([1, 2]);
  });

  it('that fails lets the write through that waits for it', async () => {
    const done = inSlices(replica.write, function* () {
      yield* workOf(2).run();
      throw new Error('the work is at fault');
    });
    const outcome = expect(done).rejects.toThrow('the work is at fault');
    await nextTurn();
    passTime(PATIENCE_MS);
    await whenWritable(() => durably(replica.write, 'FULL', () => put('written')));
    await outcome;
    expect(keys()).toEqual(['written']);
  });

  it('leaves nothing when it is cancelled', async () => {
    const cancellation = new AbortController();
    const done = inSlices(replica.write, workOf(3).run, cancellation.signal);
    await nextTurn();
    cancellation.abort(new Error('stopped'));
    await expect(done).rejects.toThrow('stopped');
    expect([keys(), replica.write.inTransaction]).toEqual([[], false]);
  });
});
