import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readKeyFile, stretchFor, unwrapKey, type KeyFile } from '../profiles/key-file.ts';

/** The key files of all replicas below a data folder. */
const keyFiles = (userDataDir: string): KeyFile[] => {
  const profiles = join(userDataDir, 'profiles');
  return readdirSync(profiles).flatMap((name) => readKeyFile(readFileSync(join(profiles, name, 'key.json'), 'utf8')) ?? []);
};

/** The keys of all replicas below a data folder that a password opens, on a machine without a keyring. */
export async function replicaKeys(userDataDir: string, password: string): Promise<Buffer[]> {
  const keys: Buffer[] = [];
  for (const file of keyFiles(userDataDir)) {
    const key = unwrapKey(file, await stretchFor(file, password), null);
    if (key) keys.push(key);
  }
  return keys;
}

/** What scrypt makes of a password for each of these key files. */
export async function stretchedPasswords(userDataDir: string, password: string): Promise<Buffer[]> {
  const stretched = await Promise.all(keyFiles(userDataDir).map((file) => stretchFor(file, password)));
  return stretched.map(({ key }) => Buffer.from(key, 'base64'));
}
