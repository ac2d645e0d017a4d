import { beforeEach, expect, it } from 'vitest';
import type { SyncStatus } from '../../shared/api/sync.ts';
import { useAppStore } from './app-store.ts';
import { askSyncStatus, receiveSyncStatus } from './sync-status.ts';

const statusOf = (state: SyncStatus['state']) => ({ state, retryInMs: null }) as SyncStatus;
const shown = () => useAppStore.getState().syncStatus?.state ?? null;

/** Questions to the worker, to be answered in the test's order. */
let asked: ((status: SyncStatus) => void)[];
const ask = () => new Promise<SyncStatus>((resolve) => asked.push(resolve));

beforeEach(() => {
  asked = [];
  receiveSyncStatus(null);
});

it('what two want to know at the same time is asked once', async () => {
  const both = [askSyncStatus('lan', ask), askSyncStatus('lan', ask)];
  expect(asked).toHaveLength(1);
  asked[0]?.(statusOf('online'));
  await Promise.all(both);
  expect(shown()).toBe('online');
});

it('an answer that is overtaken by news does not take its place', async () => {
  const answered = askSyncStatus('lan', ask);
  receiveSyncStatus(statusOf('syncing'));
  asked[0]?.(statusOf('connecting'));
  await answered;
  expect(shown()).toBe('syncing');
});

it('an answer about a person who has left is not shown to the next one, or to nobody', async () => {
  const first = askSyncStatus('lan', ask);
  const second = askSyncStatus('minh', ask);
  asked[1]?.(statusOf('online'));
  await second;
  asked[0]?.(statusOf('offline'));
  await first;
  expect(shown()).toBe('online');

  const third = askSyncStatus('lan', ask);
  receiveSyncStatus(null);
  asked[2]?.(statusOf('offline'));
  await third;
  expect(shown()).toBeNull();
});

it('who comes back before an old answer is asked about anew', async () => {
  const before = askSyncStatus('lan', ask);
  receiveSyncStatus(null);
  const now = askSyncStatus('lan', ask);
  asked[0]?.(statusOf('offline'));
  asked[1]?.(statusOf('online'));
  await Promise.all([before, now]);
  expect(shown()).toBe('online');
});

it('a question that failed is told to whoever asked, and can be asked again', async () => {
  await expect(askSyncStatus('lan', () => Promise.reject(new Error('the worker stopped')))).rejects.toThrow('the worker stopped');
  const again = askSyncStatus('lan', ask);
  asked[0]?.(statusOf('online'));
  await again;
  expect(shown()).toBe('online');
});
