import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptWindows } from './kept-windows.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fp-windows-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const place = (x: number) => ({ bounds: { x, y: 20, width: 1400, height: 800 }, maximized: false });

describe('how the windows were left', () => {
  it('is known at the next start, each by its number, with the zoom of all', () => {
    const kept = new KeptWindows(dir);
    kept.keepPlace(1, place(10));
    kept.keepPlace(3, place(30));
    kept.keepZoom(-1.5);
    kept.keepPlace(2, place(20));
    const next = new KeptWindows(dir);
    expect([1, 2, 3, 4].map((number) => next.placeOf(number))).toEqual([place(10), place(20), place(30), null]);
    expect(next.zoom).toBe(-1.5);
    expect(readdirSync(dir)).toEqual(['window-state.json']);
  });

  it('begins anew where it was never kept, or the file is damaged', () => {
    for (const content of [null, '', '{"main": ', '[]', 'null', '"text"', '{"main": {"bounds": {"x": 1.5, "y": 0, "width": 1, "height": 1}, "maximized": false}, "others": 7, "zoom": "big"}']) {
      if (content !== null) writeFileSync(join(dir, 'window-state.json'), content);
      const kept = new KeptWindows(dir);
      expect([kept.placeOf(1), kept.placeOf(2), kept.zoom], String(content)).toEqual([null, null, null]);
      kept.keepPlace(2, place(5));
      expect(new KeptWindows(dir).placeOf(2)).toEqual(place(5));
    }
  });
});
