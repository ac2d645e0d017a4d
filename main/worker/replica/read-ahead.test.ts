import { mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAhead } from './read-ahead.ts';

const SIZE = 3 * 1024 * 1024 + 17;
let folder: string;
let file: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'fp-read-ahead-')));
  file = join(folder, 'replica.db');
  writeFileSync(file, Buffer.alloc(SIZE));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the whole file is read, and stays open until somebody says otherwise', async () => {
  const ahead = readAhead(file, new AbortController().signal, { startMs: 0 });
  expect(await ahead.done).toBe(SIZE);
  expect(holders()).toBe(process.platform === 'linux' ? 1 : 0);
  await ahead.close();
  expect(holders()).toBe(0);
});

test('a file that would take too much of the memory is left alone', async () => {
  const ahead = readAhead(file, new AbortController().signal, { startMs: 0, mostBytes: SIZE - 1 });
  expect(await ahead.done).toBe(0);
  await ahead.close();
});

test('the end of a session ends the wait and the reading', async () => {
  const closing = new AbortController();
  const waiting = readAhead(file, closing.signal, { startMs: 60_000 });
  const reading = readAhead(file, closing.signal, { startMs: 0 });
  closing.abort();
  expect(await waiting.done).toBe(0);
  expect(await reading.done).toBeLessThan(SIZE);
  await Promise.all([waiting.close(), reading.close()]);
  expect(holders()).toBe(0);
});

/** How many descriptors of this process lead to the file; only Linux says so. */
function holders(): number {
  if (process.platform !== 'linux') return 0;
  const targets = readdirSync('/proc/self/fd').map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      // The one that reads this folder.
      return '';
    }
  });
  return targets.filter((target) => target === file).length;
}
