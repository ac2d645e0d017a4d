import { describe, expect, it } from 'vitest';
import { snapshotSees } from './snapshot.ts';

describe('a snapshot', () => {
  it.each([
    ['100:105:101,103', 99, true],
    ['100:105:101,103', 100, true],
    ['100:105:101,103', 101, false],
    ['100:105:101,103', 102, true],
    ['100:105:101,103', 103, false],
    ['100:105:101,103', 104, true],
    ['100:105:101,103', 105, false],
    ['100:105:101,103', 1_000_000, false],
    ['100:100:', 99, true],
    ['100:100:', 100, false],
    // A running id is compared whole, not as a part of another.
    ['1:2000:1001', 100, true],
    ['1:2000:1001', 1, true],
    // Beyond 32 bits, where the epoch of a long-lived cluster begins.
    ['8589934592:8589934600:8589934595', 8_589_934_595, false],
    ['8589934592:8589934600:8589934595', 8_589_934_596, true],
  ])('%s sees %d: %s', (snapshot, xid, seen) => {
    expect(snapshotSees(snapshot, xid)).toBe(seen);
  });
});
