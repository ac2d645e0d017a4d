import { describe, expect, it } from 'vitest';
import { columnAt, neighbour } from './board-navigation.ts';

const columns = [
  { id: 'quoted', left: 220, right: 430 },
  { id: 'inquiry', left: 0, right: 210 },
  { id: 'shipped', left: 440, right: 650 },
];

describe('moving over the board', () => {
  it('lands in the column under the pointer, or in the nearest one', () => {
    expect(columnAt(columns, 100)).toBe('inquiry');
    expect(columnAt(columns, 214)).toBe('inquiry');
    expect(columnAt(columns, -500)).toBe('inquiry');
    expect(columnAt(columns, 9000)).toBe('shipped');
    expect(columnAt([], 100)).toBeNull();
  });

  it('steps by arrow key in the order on the screen, and stops at the ends', () => {
    expect(neighbour(columns, 'inquiry', 1)).toBe('quoted');
    expect(neighbour(columns, 'quoted', -1)).toBe('inquiry');
    expect(neighbour(columns, 'shipped', 1)).toBeNull();
    expect(neighbour(columns, 'inquiry', -1)).toBeNull();
    expect(neighbour(columns, 'unknown', 1)).toBeNull();
  });
});
