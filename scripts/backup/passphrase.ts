import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PASSPHRASE_MAX, PASSPHRASE_MIN } from '../../shared/domain/backup.ts';
import type { CommonOptions, Context } from '../central/context.ts';
import { CommandError, exitCodes } from '../central/failures.ts';

export const passphraseVariable = 'FACTORY_PULSE_BACKUP_PASSPHRASE';

export interface PassphraseOptions extends CommonOptions {
  passphraseFile?: string;
}

/** The passphrase that a backup is opened with; null where none is given. */
export async function givenPassphrase({ passphraseFile }: PassphraseOptions, context: Context): Promise<string | null> {
  if (passphraseFile === undefined) return context.env[passphraseVariable] || null;
  const [line = ''] = (await readFile(resolve(context.directory, passphraseFile), 'utf8')).split(/\r?\n/);
  return line || null;
}

/** The passphrase of a new backup. */
export async function newPassphrase(options: PassphraseOptions, context: Context): Promise<string> {
  const passphrase = await givenPassphrase(options, context);
  if (passphrase === null || passphrase.length < PASSPHRASE_MIN || passphrase.length > PASSPHRASE_MAX) {
    throw new CommandError(
      'PASSPHRASE_UNFIT',
      `a passphrase has ${PASSPHRASE_MIN} to ${PASSPHRASE_MAX} characters`,
      `give one in ${passphraseVariable} or --passphrase-file, several words are best`,
      exitCodes.usage,
    );
  }
  return passphrase;
}
