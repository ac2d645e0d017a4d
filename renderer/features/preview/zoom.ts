/** To the width of its box, or so many times its natural size. */
export type Zoom = 'width' | number;

const steps = [0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4, 6, 8];

/** The next step up or down from where the zoom is now. */
export function zoomed(now: number, direction: 1 | -1): number {
  const found = direction === 1 ? steps.find((step) => step > now + 0.005) : steps.findLast((step) => step < now - 0.005);
  return found ?? now;
}

/** How many times its natural size a page has that fills the width; what is small is not blown up. */
export const fitting = (width: number, available: number, most: number): number =>
  Math.max(0.02, Math.min(most, (available - 2) / width));
