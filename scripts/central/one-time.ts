import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type pg from 'pg';
import { oneTimePassword } from '../../db/central/people.ts';
import { scramVerifier } from '../../db/central/scram.ts';
import type { ImportedPerson } from '../../main/worker/importer/import-dump.ts';
import { type CommonOptions, type Context, printJson } from './context.ts';
import { defaultPasswordsFile, passwordLines, writePasswords } from './passwords-file.ts';

export interface OneTimeOptions extends CommonOptions {
  passwordsFile?: string;
}

/**
 * Gives one person a one-time password by `give` and hands it over once: on a terminal, else in a new file that is there
 * before the change is final, so that no password is lost and none is left of a change that was taken back.
 */
export async function handOverOneTime<T extends Omit<ImportedPerson, 'oneTimePassword'>>(
  client: pg.Client,
  options: OneTimeOptions,
  context: Context,
  give: (verifier: string) => Promise<T>,
): Promise<void> {
  const password = oneTimePassword();
  const shownOnScreen = options.passwordsFile === undefined && context.isTerminal && options.json !== true;
  let file: string | null = null;
  await client.query('begin');
  let person: T;
  try {
    person = await give(scramVerifier(password));
    if (!shownOnScreen) {
      const target = resolve(context.directory, options.passwordsFile ?? defaultPasswordsFile());
      await writePasswords(target, [{ ...person, oneTimePassword: password }]);
      file = target;
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    if (file !== null) await rm(file, { force: true });
    throw error;
  }
  const { email } = person;
  if (options.json === true) printJson(context, { ...person, passwordsFile: file });
  else if (file !== null) context.stdout(`One-time password of ${email}: ${file} (only you can read it)\n`);
  else context.stdout(`One-time password, not shown again:\n${passwordLines([{ ...person, oneTimePassword: password }])}`);
}
