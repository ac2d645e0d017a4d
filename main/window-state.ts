export const minimumSize = { width: 1024, height: 640 };
export const usualSize = { width: 1366, height: 860 };

/** Pixels independent of the display's scale, as Electron counts them. */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface WindowState {
  bounds: Rectangle;
  maximized: boolean;
}

/** What was kept of a window, or null where it is not that. */
export function toWindowState(kept: unknown): WindowState | null {
  const { bounds, maximized } = (kept ?? {}) as Partial<WindowState>;
  const { x, y, width, height } = (bounds ?? {}) as Partial<Rectangle>;
  if (typeof maximized !== 'boolean' || ![x, y, width, height].every(Number.isInteger)) return null;
  return { bounds: { x, y, width, height } as Rectangle, maximized };
}

/** How much of the title bar has to be on a display so that a person can take hold of the window. */
const grip = { width: 120, height: 32 };

const overlap = (startA: number, lengthA: number, startB: number, lengthB: number): number =>
  Math.min(startA + lengthA, startB + lengthB) - Math.max(startA, startB);

const holdsTitleBar = (area: Rectangle, { x, y, width }: Rectangle): boolean =>
  overlap(x, width, area.x, area.width) >= grip.width && overlap(y, grip.height, area.y, area.height) >= grip.height;

/**
 * Where to open the window: as it was left, unless the display it stood on is gone or has become smaller.
 * Without a position Electron centres the window on the main display.
 */
export function placeWindow(
  kept: WindowState | null,
  workAreas: readonly Rectangle[],
): { width: number; height: number; x?: number; y?: number; maximized: boolean } {
  if (kept === null) return { ...usualSize, maximized: false };
  const { bounds, maximized } = kept;
  const area = workAreas.find((candidate) => holdsTitleBar(candidate, bounds));
  const width = Math.max(minimumSize.width, Math.min(bounds.width, area?.width ?? usualSize.width));
  const height = Math.max(minimumSize.height, Math.min(bounds.height, area?.height ?? usualSize.height));
  return area === undefined ? { width, height, maximized } : { x: bounds.x, y: bounds.y, width, height, maximized };
}
