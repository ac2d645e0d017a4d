import { describe, expect, it } from 'vitest';
import { countLines, itemAt, layOut, pagesBetween } from './row-layout.ts';

const groups = [
  { value: 'a', name: 'A', count: 3 },
  { value: 'b', name: 'B', count: 2 },
  { value: null, name: null, count: 1 },
];

describe('the lines of the table', () => {
  it('are the rows alone where nothing is grouped', () => {
    const sections = layOut(null, 250, new Set());
    expect(countLines(sections)).toBe(250);
    expect(itemAt(sections, 249)).toEqual({ kind: 'row', section: 0, offset: 249 });
    expect(itemAt(sections, 250)).toBeUndefined();
    expect(pagesBetween(sections, 90, 210, 100)).toEqual([0, 1, 2].map((page) => ({ section: 0, page })));
  });

  it('have a heading above each group, and only the heading of a collapsed one', () => {
    const sections = layOut(groups, 6, new Set(['b']));
    expect(countLines(sections)).toBe(7);
    expect([0, 1, 3, 4, 5, 6, 7].map((line) => itemAt(sections, line))).toEqual([
      { kind: 'group', group: groups[0] },
      { kind: 'row', section: 0, offset: 0 },
      { kind: 'row', section: 0, offset: 2 },
      { kind: 'group', group: groups[1] },
      { kind: 'group', group: groups[2] },
      { kind: 'row', section: 2, offset: 0 },
      undefined,
    ]);
  });

  it('need the pages of those groups alone whose rows are in sight', () => {
    const sections = layOut(groups, 6, new Set());
    expect(pagesBetween(sections, 2, 4, 2)).toEqual([{ section: 0, page: 0 }, { section: 0, page: 1 }]);
    expect(pagesBetween(sections, 4, 5, 2)).toEqual([{ section: 1, page: 0 }]);
    expect(pagesBetween([], 0, 10, 2)).toEqual([]);
  });
});
