import '../../../scripts/fuzz/cheap-keys.ts';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import Database from 'better-sqlite3';
import { Profile } from '../profiles/profile.ts';

/*
 * Opens the profile named in the first parameter, gives it another key where there is a new password, and ends like a
 * power cut before the step whose number is in it: each call that changes the disk is a step, those of SQLite and those
 * of the file system. Prints the number of steps where it comes to its end.
 */

const { folder, server, email, machine, password, newPassword, dieBefore } = JSON.parse(process.argv[2] ?? '{}') as {
  folder: string;
  server: string;
  email: string;
  /** Hexadecimal; null for none. */
  machine: string | null;
  password: string;
  newPassword: string | null;
  dieBefore: number;
};

let steps = 0;
let counting = false;

function step(): void {
  if (!counting) return;
  steps += 1;
  if (steps === dieBefore) process.kill(process.pid, 'SIGKILL');
}

function counted<Parameters extends unknown[], Result>(work: (...parameters: Parameters) => Result) {
  return function (this: unknown, ...parameters: Parameters): Result {
    step();
    return work.apply(this, parameters);
  };
}

for (const name of ['openSync', 'writeSync', 'fsyncSync', 'copyFileSync', 'linkSync', 'renameSync', 'rmSync'] as const) {
  Object.assign(fs, { [name]: counted(fs[name] as (...parameters: unknown[]) => unknown) });
}
syncBuiltinESMExports();
const prototype = Database.prototype as unknown as Record<string, (...parameters: unknown[]) => unknown>;
for (const name of ['pragma', 'rekey', 'close']) prototype[name] = counted(prototype[name] as (...parameters: unknown[]) => unknown);

const profile = new Profile(folder, server, email, machine === null ? [] : [Buffer.from(machine, 'hex')]);
counting = true;
const key = await profile.unlock(password);
if (!key) throw new Error('the profile does not open');
if (newPassword !== null) await profile.rotate(key, newPassword);
counting = false;
process.stdout.write(String(steps));
