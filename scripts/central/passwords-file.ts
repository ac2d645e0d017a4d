import { open, rm } from 'node:fs/promises';
import type { ImportedPerson } from '../../main/worker/importer/import-dump.ts';

const fieldsOf = (person: ImportedPerson): string =>
  [person.email, person.oneTimePassword, person.role, person.name].join('\t');

export const passwordLines = (people: readonly ImportedPerson[]): string =>
  people.map((person) => `${fieldsOf(person)}\n`).join('');

export const defaultPasswordsFile = (): string =>
  `factory-pulse-passwords-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.txt`;

/** Writes the one-time passwords to a new file that its owner alone may read; never overwrites one. */
export async function writePasswords(path: string, people: readonly ImportedPerson[]): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(
      `# e-mail, one-time password (to be changed at the first sign-in), role, name\n${passwordLines(people)}`,
    );
    await file.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
