import { describe, expect, it } from 'vitest';
import type { SyncStatus } from '../../../shared/api/sync.ts';
import { isFirstLoad, loadedShare } from './first-load.ts';

const status = (changed: Partial<SyncStatus>): SyncStatus => ({
  state: 'online',
  pending: 0,
  attention: 0,
  lastSyncAt: null,
  lastCheckAt: null,
  error: null,
  retryInMs: null,
  progress: null,
  ...changed,
});

describe('the first load', () => {
  it('is shown from sign-in until replica and centre have agreed once', () => {
    expect(isFirstLoad({ loading: true }, null)).toBe(true);
    expect(isFirstLoad({ loading: true }, status({ progress: { step: 'first-load', rows: 1, total: 9, table: 'users', rowsPerSecond: 100 } }))).toBe(true);
    expect(isFirstLoad({ loading: true }, status({ state: 'offline' }))).toBe(true);
    expect(isFirstLoad({ loading: true }, status({ lastSyncAt: '2025-01-27 08:00:00+00' }))).toBe(false);
  });

  it('is not shown to somebody who comes back without a network', () => {
    expect(isFirstLoad({ loading: false }, status({ state: 'offline' }))).toBe(false);
  });

  it('never claims more than all rows, nor divides by none', () => {
    expect(loadedShare({ rows: 30, total: 20 })).toBe(1);
    expect(loadedShare({ rows: 0, total: 0 })).toBe(0);
    expect(loadedShare({ rows: 5, total: 20 })).toBe(0.25);
  });
});
