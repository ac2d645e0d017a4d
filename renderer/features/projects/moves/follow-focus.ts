/*
 * A moved card is drawn anew in another column. Whoever moved it by keyboard goes on from there, so the new card takes
 * the focus, if it appears soon.
 */

const PATIENCE_MS = 2000;

let wish: { projectId: string; until: number } | null = null;

export function followWithFocus(projectId: string): void {
  wish = { projectId, until: performance.now() + PATIENCE_MS };
}

export function forgetFocusWish(): void {
  wish = null;
}

/** Whether this card is the one that shall have the focus; the answer is yes once. */
export function takeFocusWish(projectId: string): boolean {
  if (wish?.projectId !== projectId) return false;
  const inTime = performance.now() <= wish.until;
  wish = null;
  return inTime;
}
