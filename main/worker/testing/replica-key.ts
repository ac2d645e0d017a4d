import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readKeyFile, stretchFor, unwrapKey } from '../profiles/key-file.ts';

/** The keys of all replicas below a data folder that a password opens, on a machine without a keyring. */
export async function replicaKeys(userDataDir: string, password: string): Promise<Buffer[]> {
  const profiles = join(userDataDir, 'profiles');
  const keys: Buffer[] = [];
  for (const name of readdirSync(profiles)) {
    const file = readKeyFile(readFileSync(join(profiles, name, 'key.json'), 'utf8'));
    const key = file && unwrapKey(file, await stretchFor(file, password), null);
    if (key) keys.push(key);
  }
  return keys;
}
