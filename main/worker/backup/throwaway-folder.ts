import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ABANDONED_MS, isRunning } from './unfinished.ts';

const name = /^factory-pulse-throwaway-(\d+)-/;

/** Those of this process; a worker that was started again in it knows nothing of what its predecessor left. */
const inUse = new Set<string>();

/** A folder for a database that nobody keeps: one on trial, or one that is compared. */
export interface ThrowawayFolder {
  readonly path: string;
  /** Fails nothing: what another program holds, such as one that looks for viruses, goes at the next start. */
  remove(): void;
}

export function makeThrowawayFolder(): ThrowawayFolder {
  const path = mkdtempSync(join(tmpdir(), `factory-pulse-throwaway-${process.pid}-`));
  inUse.add(basename(path));
  return {
    path,
    remove: () => {
      inUse.delete(basename(path));
      try {
        rmSync(path, { recursive: true, force: true });
      } catch {
        // Of no use to whoever waits for what was done in it.
      }
    },
  };
}

/**
 * Removes what a killed process left. What is in it is encrypted under a key that was never written down, so that it takes
 * nothing but space. Another person's on the same machine is left to them.
 */
export async function sweepThrowawayFolders(now = new Date()): Promise<number> {
  let removed = 0;
  for (const found of await readdir(tmpdir())) {
    const owner = name.exec(found)?.[1];
    if (owner === undefined || inUse.has(found)) continue;
    const path = join(tmpdir(), found);
    // The number of a process that is gone is given to another one some day; none of these works for a whole day.
    const mayBeInUse = Number(owner) !== process.pid && isRunning(Number(owner));
    if (mayBeInUse && now.getTime() - ((await stat(path).catch(() => null))?.mtimeMs ?? 0) < ABANDONED_MS) continue;
    const isGone = await rm(path, { recursive: true, force: true }).then(() => true, () => false);
    if (isGone) removed += 1;
  }
  return removed;
}
