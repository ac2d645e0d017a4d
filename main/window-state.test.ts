import { describe, expect, it } from 'vitest';
import { minimumSize, placeWindow, usualSize } from './window-state.ts';

const display = { x: 0, y: 0, width: 1920, height: 1040 };
const left = { x: -1600, y: 0, width: 1600, height: 860 };
const kept = { bounds: { x: -1500, y: 40, width: 1400, height: 800 }, maximized: true };

describe('the window', () => {
  it('opens in its usual size the first time', () => {
    expect(placeWindow(null, [display])).toEqual({ ...usualSize, maximized: false });
  });

  it('opens as it was left', () => {
    expect(placeWindow(kept, [display, left])).toEqual({ ...kept.bounds, maximized: true });
  });

  it('opens on the main display when the one it stood on is gone', () => {
    expect(placeWindow(kept, [display])).toEqual({ width: usualSize.width, height: 800, maximized: true });
  });

  it('is not lost with its title bar outside of every display', () => {
    for (const [x, y] of [[100, -60], [1900, 100], [100, 1030]] as const) {
      const placed = placeWindow({ bounds: { x, y, width: 1400, height: 800 }, maximized: false }, [display]);
      expect(placed).not.toHaveProperty('x');
    }
  });

  it('fits a display that has become smaller, but never below its minimum', () => {
    const small = { x: 0, y: 0, width: 1280, height: 600 };
    const placed = placeWindow({ bounds: { x: 0, y: 0, width: 1900, height: 1000 }, maximized: false }, [small]);
    expect(placed).toMatchObject({ width: 1280, height: minimumSize.height });
  });
});
