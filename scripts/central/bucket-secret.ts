import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Context } from './context.ts';
import { CommandError, exitCodes } from './failures.ts';

export const secretVariable = 'FACTORY_PULSE_BUCKET_SECRET';

/** The secret key, which never stands on a command line: every user of the machine could read it there. */
export async function readSecret(file: string | undefined, context: Context): Promise<string> {
  const given = file === undefined ? (context.env[secretVariable] ?? '') : await readFile(resolve(context.directory, file), 'utf8');
  const secret = given.trim();
  if (secret === '') {
    throw new CommandError('SECRET_MISSING', 'no secret key is given', `set ${secretVariable}, or name a file with --secret-file`, exitCodes.usage);
  }
  return secret;
}
