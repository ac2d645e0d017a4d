import { createHash, randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isUnfinished, unfinishedName } from '../../../shared/domain/backup.ts';
import { AppError } from '../../../shared/errors.ts';

/** What another machine is writing to the same folder must not be taken for a remainder. */
export const ABANDONED_MS = 24 * 3_600_000;

const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
const ownPattern = new RegExp(`\\.${machine}-(\\d+)-[0-9a-f]+\\.unfinished$`);

/** Those that this process is writing: what else has its number was left by a disk that gave nothing up. */
const writing = new Set<string>();

/** Under which name this process writes an archive: the next one on this machine can tell whether it still does. */
export function draftOf(file: string): string {
  const draft = join(dirname(file), unfinishedName(basename(file), `${machine}-${process.pid}-${randomBytes(4).toString('hex')}`));
  writing.add(draft);
  return draft;
}

/** Whether it took its file's name or not: nobody writes it any more. */
export const endDraft = (draft: string): void => void writing.delete(draft);

/** Two that began in the same second would take each other's name. Fails with BACKUP_RUNNING. */
export async function demandSoleDraft(file: string, draft: string): Promise<void> {
  const names = await readdir(dirname(file));
  const isOther = (name: string): boolean => isUnfinished(name) && name.startsWith(`.${basename(file)}.`) && name !== basename(draft);
  if (names.some(isOther) || names.includes(basename(file))) throw new AppError('BACKUP_RUNNING', `another backup takes the name ${basename(file)}`);
}

/** Removes what a killed process left of a backup: on this machine at once, of another one a day later. */
export async function removeUnfinished(folder: string, now: Date): Promise<number> {
  let removed = 0;
  for (const name of (await readdir(folder)).filter(isUnfinished)) {
    const file = join(folder, name);
    const writer = ownPattern.exec(name)?.[1];
    const isOwn = Number(writer) === process.pid;
    if (writer === undefined || (isOwn ? writing.has(file) : isRunning(Number(writer)))) {
      const found = await stat(file).catch(() => null);
      if (!found || now.getTime() - found.mtimeMs < ABANDONED_MS) continue;
    }
    await rm(file, { force: true });
    removed += 1;
  }
  return removed;
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
