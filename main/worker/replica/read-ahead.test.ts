import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAhead } from './read-ahead.ts';

const SIZE = 3 * 1024 * 1024 + 17;
let folder: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fp-read-ahead-'));
  file = join(folder, 'replica.db');
  writeFileSync(file, Buffer.alloc(SIZE));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the whole file is read', async () => {
  expect(await readAhead(file, new AbortController().signal, { startMs: 0 })).toBe(SIZE);
});

test('a file that would take too much of the memory is left alone', async () => {
  expect(await readAhead(file, new AbortController().signal, { startMs: 0, mostBytes: SIZE - 1 })).toBe(0);
});

test('the end of a session ends the wait and the reading', async () => {
  const closing = new AbortController();
  const waiting = readAhead(file, closing.signal, { startMs: 60_000 });
  const reading = readAhead(file, closing.signal, { startMs: 0 });
  closing.abort();
  expect(await waiting).toBe(0);
  expect(await reading).toBeLessThan(SIZE);
});
