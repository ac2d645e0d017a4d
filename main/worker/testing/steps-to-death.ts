import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import Database from 'better-sqlite3';

type Call = (this: unknown, ...parameters: unknown[]) => unknown;

/**
 * Ends this process like a power cut before a step of the work: each call that changes something below the folder is one,
 * those of SQLite and those of the file system. Answers how many there were where the work comes to its end.
 * @param dieBefore the number of the step
 */
export async function dieBeforeStep(dieBefore: number, folder: string, work: () => Promise<void>): Promise<number> {
  let steps = 0;
  let counting = false;
  const step = (): void => {
    if (!counting) return;
    steps += 1;
    if (steps === dieBefore) process.kill(process.pid, 'SIGKILL');
  };
  const counted = (call: Call, isStep: (self: unknown, first: unknown) => boolean): Call =>
    function (this: unknown, ...parameters) {
      if (isStep(this, parameters[0])) step();
      return call.apply(this, parameters);
    };
  // A descriptor is of a file that was opened there.
  const isThere = (_: unknown, place: unknown): boolean => typeof place !== 'string' || place.startsWith(folder);
  for (const name of ['openSync', 'writeSync', 'fsyncSync', 'copyFileSync', 'linkSync', 'renameSync', 'rmSync'] as const) {
    Object.assign(fs, { [name]: counted(fs[name] as Call, isThere) });
  }
  syncBuiltinESMExports();
  const prototype = Database.prototype as unknown as Record<string, Call>;
  for (const name of ['pragma', 'rekey', 'close', 'transaction']) {
    // Most pragmas ask or say something about the connection alone.
    prototype[name] = counted(prototype[name] as Call, (self, first) =>
      (self as Database.Database).name.startsWith(folder) && (name !== 'pragma' || /journal_mode|wal_checkpoint|key/.test(String(first))));
  }
  counting = true;
  await work();
  counting = false;
  return steps;
}
