import { expect, test } from 'vitest';
import type { OpenSession } from '../session.ts';
import { Changes } from '../replica/changes.ts';
import { remembered } from './list-memory.ts';

/** What the memory needs of a session: being told of changes. */
function session(): { session: OpenSession; change: (...tables: string[]) => void } {
  const changes = new Changes();
  return { session: { changes } as unknown as OpenSession, change: (...tables) => changes.announce(tables) };
}

test('a question that is asked again and again is kept, however many others come between', () => {
  const { session: open } = session();
  let found = 0;
  const askBoard = (): number => remembered(open, 'board', () => ++found);
  askBoard();
  for (let other = 0; other < 200; other++) {
    remembered(open, ['rows', other], () => other);
    askBoard();
  }
  expect(found).toBe(1);
});

test('a question that nobody repeats makes room', () => {
  const { session: open } = session();
  let found = 0;
  const askOnce = (): number => remembered(open, 'once', () => ++found);
  askOnce();
  for (let other = 0; other < 60; other++) remembered(open, other, () => other);
  askOnce();
  expect(found).toBe(2);
});

test.each(['projects', 'contacts', 'users', 'workflow_stages', 'search_progress'])('a change of %s forgets everything', (table) => {
  const { session: open, change } = session();
  let found = 0;
  remembered(open, 'board', () => ++found);
  change('sync_history', table);
  expect(remembered(open, 'board', () => ++found)).toBe(2);
});

test('what lists do not count is no reason to count again', () => {
  const { session: open, change } = session();
  let found = 0;
  remembered(open, 'board', () => ++found);
  change('sync_history', 'file_transfers', 'activity_log');
  expect(remembered(open, 'board', () => ++found)).toBe(1);
});
