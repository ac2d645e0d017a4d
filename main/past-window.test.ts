import type { BrowserWindow } from 'electron';
import { beforeEach, expect, it } from 'vitest';
import { PastWindow } from './past-window.ts';
import type { Control } from './worker-host.ts';

/* The window of an earlier state is answered by that state: whichever is open beside it would show the present as the past. */

let asked: string[];
/** Lets the worker answer the oldest request that it has not. */
let answers: (() => void)[];
let windows: { id: number; open: boolean; close(): void }[];
let past: PastWindow;

const control: Control = (name) => {
  asked.push(name);
  return name === 'worker.openPast' ? new Promise((resolve) => answers.push(() => resolve({ at: '', name: '' } as never))) : Promise.resolve(null as never);
};

function openApart(closed: () => void): BrowserWindow {
  const close = (): void => {
    window.open = false;
    closed();
  };
  const window = { id: windows.length + 1, open: true, close };
  windows.push(window);
  return { webContents: { id: window.id }, destroy: close } as unknown as BrowserWindow;
}

beforeEach(() => {
  asked = [];
  answers = [];
  windows = [];
  past = new PastWindow({ control, openApart, contents: { 'files.open': () => Promise.resolve(null), 'files.saveAs': () => Promise.resolve(null) } });
});

it('is one at a time, also where two ask for it at once', async () => {
  const both = [past.open(null), past.open(null)];
  for (const answer of answers) answer();
  await Promise.all(both);
  const open = windows.filter((window) => window.open);
  expect(open).toHaveLength(1);
  expect(past.isPast(open[0]?.id ?? 0)).toBe(true);
  expect(asked).toEqual(['worker.openPast', 'worker.openPast']);
});

it('ends the earlier state when the person closes it', async () => {
  const opened = past.open(null);
  answers[0]?.();
  await opened;
  windows[0]?.close();
  expect(past.isPast(1)).toBe(false);
  expect(asked).toEqual(['worker.openPast', 'worker.closePast']);
});
