import { useEffect, useState } from 'react';
import { queryClient } from './queries.ts';

/*
 * Nobody sees dialogs, menus and hints before they ask for them. They are one file of their own, which the window reads when
 * its first screen stands, so that they are there when somebody asks.
 */
export type LaterParts = typeof import('./later-parts.ts');

let present: LaterParts | null = null;
let reading: Promise<LaterParts> | null = null;

const read = (): Promise<LaterParts> => (reading ??= import('./later-parts.ts').then((parts) => (present = parts)));

const LONGEST_WAIT_MS = 1_500;
const LOOK_EVERY_MS = 30;

const untilIdle = (): Promise<unknown> => new Promise((resolve) => requestIdleCallback(resolve, { timeout: LONGEST_WAIT_MS }));
const pause = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));

let standing: Promise<void> | null = null;

/** Resolves when the first screen has what it asked for and has been drawn, and the window has time. */
export const firstScreen = (): Promise<void> => (standing ??= waitForFirstScreen());

async function waitForFirstScreen(): Promise<void> {
  const began = performance.now();
  await pause();
  while (queryClient.isFetching() > 0 && performance.now() - began < LONGEST_WAIT_MS) await pause();
  await untilIdle();
}

/** The parts that come later, null until they are there. With `asked` they are read at once: somebody waits for one. */
export function useLaterParts(asked = false): LaterParts | null {
  const [parts, setParts] = useState(present);
  useEffect(() => {
    if (parts !== null) return undefined;
    let gone = false;
    void (asked ? read() : firstScreen().then(read)).then((all) => {
      if (!gone) setParts(all);
    });
    return () => {
      gone = true;
    };
  }, [parts, asked]);
  return parts;
}

/**
 * The parts for something that opens, and whether it is to be shown open: at first a moment after it was drawn closed, because
 * it notes at its opening where the focus goes back to.
 */
export function useOpening(opened: boolean): [parts: LaterParts | null, shown: boolean] {
  const parts = useLaterParts(true);
  const [drawn, setDrawn] = useState(false);
  useEffect(() => {
    if (parts !== null) queueMicrotask(() => setDrawn(true));
  }, [parts]);
  return [parts, opened && drawn];
}
