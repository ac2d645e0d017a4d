import type { CollisionDetection, KeyboardCoordinateGetter, UniqueIdentifier } from '@dnd-kit/core';

interface Span {
  id: UniqueIdentifier;
  left: number;
  right: number;
}

/** The column that an x coordinate lies in, or the nearest one. */
export function columnAt(columns: readonly Span[], x: number): UniqueIdentifier | null {
  let nearest: { id: UniqueIdentifier; distance: number } | null = null;
  for (const { id, left, right } of columns) {
    const distance = Math.max(left - x, x - right, 0);
    if (!nearest || distance < nearest.distance) nearest = { id, distance };
  }
  return nearest?.id ?? null;
}

/** The column beside another one in reading order; null at the ends. */
export function neighbour(columns: readonly Span[], id: UniqueIdentifier, step: 1 | -1): UniqueIdentifier | null {
  const ordered = [...columns].sort((a, b) => a.left - b.left);
  const index = ordered.findIndex((column) => column.id === id);
  return index < 0 ? null : (ordered[index + step]?.id ?? null);
}

type Rects = Parameters<CollisionDetection>[0]['droppableRects'];

const spans = (rects: Rects): Span[] => Array.from(rects, ([id, { left, right }]) => ({ id, left, right }));

/** A card goes to the column under the pointer (or under the card's middle); its height does not matter. */
export const columnCollision: CollisionDetection = ({ collisionRect, droppableRects, pointerCoordinates }) => {
  const x = pointerCoordinates?.x ?? collisionRect.left + collisionRect.width / 2;
  const id = columnAt(spans(droppableRects), x);
  return id === null ? [] : [{ id }];
};

const steps: Readonly<Record<string, 1 | -1 | 0>> = { ArrowRight: 1, ArrowLeft: -1, ArrowUp: 0, ArrowDown: 0 };

/** Arrow keys carry a picked-up card from column to column; up and down mean nothing on the board. */
export const columnCoordinates: KeyboardCoordinateGetter = (event, { context }) => {
  const step = steps[event.code];
  if (step === undefined) return undefined;
  // The page behind the card shall not scroll.
  event.preventDefault();
  const { collisionRect, droppableRects } = context;
  if (step === 0 || !collisionRect) return undefined;
  const columns = spans(droppableRects);
  const current = columnAt(columns, collisionRect.left + collisionRect.width / 2);
  const next = current === null ? null : neighbour(columns, current, step);
  const target = next === null ? undefined : droppableRects.get(next);
  if (!target) return undefined;
  return { x: target.left + (target.width - collisionRect.width) / 2, y: collisionRect.top };
};
