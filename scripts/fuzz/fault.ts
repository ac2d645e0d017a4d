import type { Node, World } from './world.ts';

/** Brings one fault about, for one desktop or for the centre. */
export type Strike = (world: World, node: Node) => Promise<void> | void;

export interface Fault {
  /** How often it happens beside the others. */
  weight: number;
  strike: Strike;
}

/** SQLSTATEs with which the centre answers somebody who came too late or asks what its constraints forbid. */
export const lockNotAvailable = '55P03';
export const foreignKeyViolation = '23503';

export const sqlStateOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

/** A connection or an application that a fault has just ended; the next step meets it again. */
export function ignoreClosed(error: unknown): void {
  if (!(error instanceof Error)) throw error;
}
