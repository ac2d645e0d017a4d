import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Session } from '../../../../shared/api/session.ts';
import { useAppStore } from '../../../app/app-store.ts';
import { query, queryClient } from '../../../app/queries.ts';
import { askProject } from './ask-project.ts';

const id = '0b1c6a52-6d5f-4a6e-9d0e-3c8a0f6d2b11';

/** What was asked, each to be answered in the test's order. */
const asked = new Map<string, (value: unknown) => void>();

const comes = (role: Session['person']['role'], past?: Session['past']): void =>
  useAppStore.setState({ session: { person: { role }, ...(past && { past }) } as Session });

const answerAll = (): void => asked.forEach((answer, name) => answer({ ok: true, value: `answer to ${name}` }));

beforeEach(() => {
  const call = (name: string) => new Promise((resolve) => asked.set(name, resolve));
  vi.stubGlobal('window', { factoryPulse: { call } });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  queryClient.clear();
  asked.clear();
  useAppStore.setState({ session: null });
});

/** Whether the person has come from the page before to the project's. */
function arrival(): () => boolean {
  let arrived = false;
  void askProject({ params: { id } }).then(() => (arrived = true));
  return () => arrived;
}

it('the page of a project is shown when all of its answers are there', async () => {
  comes('management');
  const hasArrived = arrival();
  const names = ['projects.get', 'project.related', 'documents.mayAdd', 'project.team', 'files.offline', 'project.people'];
  expect([...asked.keys()]).toEqual(names);
  asked.get('projects.get')?.({ ok: true, value: 'the project' });
  await Promise.resolve();
  expect(hasArrived()).toBe(false);
  answerAll();
  await expect.poll(hasArrived).toBe(true);
  expect(queryClient.getQueryData(query('projects.get', { id }).queryKey)).toBe('the project');
});

it('nobody is kept on the page before by a worker that is busy', async () => {
  vi.useFakeTimers();
  comes('management');
  const hasArrived = arrival();
  await vi.advanceTimersByTimeAsync(200);
  expect(hasArrived()).toBe(true);
});

it('a failed answer keeps nobody either', async () => {
  comes('management');
  const hasArrived = arrival();
  asked.forEach((answer) => answer({ ok: false, error: { code: 'NOT_FOUND', message: 'gone', details: {} } }));
  await expect.poll(hasArrived).toBe(true);
});

it('only what the person is shown is asked', () => {
  comes('customer');
  arrival();
  expect([...asked.keys()]).toEqual(['projects.get', 'project.related', 'documents.mayAdd', 'files.offline']);
  asked.clear();
  queryClient.clear();
  comes('engineering', { at: '2026-01-01T00:00:00Z' } as unknown as Session['past']);
  arrival();
  expect([...asked.keys()]).toEqual(['projects.get', 'project.related', 'documents.mayAdd', 'project.team']);
});

it('nothing is asked before somebody has signed in', async () => {
  await askProject({ params: { id } });
  expect(asked.size).toBe(0);
});
