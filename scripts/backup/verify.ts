import { resolve } from 'node:path';
import { isVerified, verifyBackup, type Verification } from '../../main/worker/backup/verify.ts';
import { AppError } from '../../shared/errors.ts';
import { printJson, type Context } from '../central/context.ts';
import { checklist } from './checklist.ts';
import { refuseOldDump } from './inspect.ts';
import { givenPassphrase, type PassphraseOptions } from './passphrase.ts';
import { progressLine, stoppable } from './progress.ts';
import { withThrowawayServer } from './throwaway-server.ts';

export interface VerifyOptions extends PassphraseOptions {
  sqlite?: boolean;
}

/** Restores a backup into a throwaway database and says of each line of the checklist whether it holds. */
export async function verify(path: string, options: VerifyOptions, context: Context): Promise<void> {
  const file = resolve(context.directory, path);
  await refuseOldDump(file);
  const passphrase = await givenPassphrase(options, context);
  const found = await stoppable<Verification>((signal) => {
    const reading = { passphrase, signal, restored: progressLine(context, 'restoring on trial') };
    if (options.sqlite === true) return verifyBackup(file, reading, null);
    return withThrowawayServer((proof) => verifyBackup(file, reading, proof));
  });
  if (options.json === true) printJson(context, { file, verified: isVerified(found), checks: found.checks, faults: found.faults });
  else context.stdout(checklist(found));
  if (!isVerified(found)) throw new AppError('BACKUP_NOT_RESTORABLE', found.faults.join(', '));
}
