import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownPerson } from '../../../shared/api/session.ts';
import { AppError } from '../../../shared/errors.ts';
import { toStorageError } from '../replica/database.ts';
import { readKeyFile } from './key-file.ts';
import { Profile } from './profile.ts';

/** Everybody whose data is on this machine, who was here last first. A folder whose key file cannot be read names nobody. */
export function knownPeople(userDataDir: string): KnownPerson[] {
  const people = profileNames(userDataDir).flatMap((name) => describe(userDataDir, name) ?? []);
  return people.sort((a, b) => (b.last_used_at ?? '').localeCompare(a.last_used_at ?? '') || a.email.localeCompare(b.email));
}

/**
 * Deletes what a person has on this machine; returns whose it was. Fails with REPLICA_UNSENT where changes are known that
 * only this machine has, and where nobody knows whether there are any, unless that was said and accepted.
 */
export function removePerson(userDataDir: string, name: string, unsentMayBeLost: boolean): KnownPerson {
  const person = profileNames(userDataDir).includes(name) ? describe(userDataDir, name) : null;
  if (!person) throw new AppError('NOT_FOUND', `there is no profile ${name}`);
  if (person.unsent === null ? !unsentMayBeLost : person.unsent > 0) {
    throw new AppError('REPLICA_UNSENT', 'there may be changes that only this machine has', { count: person.unsent });
  }
  new Profile(userDataDir, person.server, person.email).wipe();
  return person;
}

/** Folders that were set aside, and those of other programs, have other names. */
function profileNames(userDataDir: string): string[] {
  try {
    return readdirSync(join(userDataDir, 'profiles')).filter((name) => /^[0-9a-f]{32}$/.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw toStorageError(error);
  }
}

function describe(userDataDir: string, name: string): KnownPerson | null {
  const file = readKeyFileIn(join(userDataDir, 'profiles', name));
  if (!file) return null;
  const { email, server } = file;
  const profile = new Profile(userDataDir, server, email);
  // A key file that was copied into another folder speaks of another profile.
  if (profile.folder !== join(userDataDir, 'profiles', name)) return null;
  const { card } = profile;
  return {
    profile: name,
    email,
    server,
    name: card?.name ?? null,
    last_used_at: card?.last_used_at ?? null,
    unsent: card?.unsent ?? null,
  };
}

function readKeyFileIn(folder: string): ReturnType<typeof readKeyFile> {
  try {
    return readKeyFile(readFileSync(join(folder, 'key.json'), 'utf8'));
  } catch {
    // No key file, or none that can be read: signing in tells more.
    return null;
  }
}
