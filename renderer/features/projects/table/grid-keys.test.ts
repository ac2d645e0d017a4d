import { describe, expect, it } from 'vitest';
import { step } from './grid-keys.ts';

const size = { lines: 50, columns: 5, page: 10 };
const go = (line: number, column: number, key: string, ctrl = false) => step({ line, column }, { key, ctrl }, size);

describe('keys in the table', () => {
  it('go from cell to cell and stop at the edges, the head above the first row', () => {
    expect(go(0, 0, 'ArrowRight')).toEqual({ line: 0, column: 1 });
    expect(go(0, 0, 'ArrowLeft')).toEqual({ line: 0, column: 0 });
    expect(go(0, 2, 'ArrowUp')).toEqual({ line: -1, column: 2 });
    expect(go(-1, 2, 'ArrowUp')).toEqual({ line: -1, column: 2 });
    expect(go(49, 4, 'ArrowDown')).toEqual({ line: 49, column: 4 });
    expect(go(3, 4, 'ArrowRight')).toEqual({ line: 3, column: 4 });
  });

  it('go to the ends of a row and of the table, and page by page', () => {
    expect(go(7, 2, 'Home')).toEqual({ line: 7, column: 0 });
    expect(go(7, 2, 'End')).toEqual({ line: 7, column: 4 });
    expect(go(7, 2, 'Home', true)).toEqual({ line: 0, column: 0 });
    expect(go(7, 2, 'End', true)).toEqual({ line: 49, column: 4 });
    expect(go(7, 2, 'PageUp')).toEqual({ line: 0, column: 2 });
    expect(go(45, 2, 'PageDown')).toEqual({ line: 49, column: 2 });
  });

  it('leave every other key alone, and an empty table at its head', () => {
    expect(go(7, 2, 'a')).toBeNull();
    expect(step({ line: -1, column: 1 }, { key: 'ArrowDown', ctrl: false }, { ...size, lines: 0 })).toEqual({ line: -1, column: 1 });
  });
});
