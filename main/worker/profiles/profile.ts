import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { v4 as uuidv4, validate as isUuid } from 'uuid';
import { normalizeEmail } from '../../../shared/domain/login-role.ts';
import { AppError } from '../../../shared/errors.ts';
import { toStorageError } from '../replica/database.ts';
import { derivedId } from '../replica/derived-id.ts';
import { keyFileSchema, newReplicaKey, unwrapKey, wrapKey, type KeyFile } from './key-file.ts';

/**
 * What one person has on this machine for one centre: a folder with the wrapped key and the encrypted replica.
 * Several people share a machine, each with a folder of their own.
 */
export class Profile {
  readonly folder: string;
  /** This person on this installation, as the centre lists it; the same at every start. */
  readonly deviceId: string;
  readonly replicaFile: string;
  readonly #keyFile: string;
  readonly #owner: { email: string; server: string };

  constructor(userDataDir: string, server: string, email: string) {
    this.#owner = { email: normalizeEmail(email), server };
    const name = createHash('sha256').update(`${server}\n${this.#owner.email}`).digest('hex').slice(0, 32);
    this.folder = join(userDataDir, 'profiles', name);
    this.replicaFile = join(this.folder, 'replica.db');
    this.#keyFile = join(this.folder, 'key.json');
    this.deviceId = derivedId(installationId(userDataDir), name);
  }

  get exists(): boolean {
    return existsSync(this.#keyFile);
  }

  /** The replica's key by the person's password; null for another password. */
  async unlock(password: string): Promise<Buffer | null> {
    const file = this.#read();
    return file ? unwrapKey(file, password) : null;
  }

  /** Makes a key for a new replica, or wraps the given one for a new password. */
  async lock(password: string, key: Buffer = newReplicaKey()): Promise<Buffer> {
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      await writeDurably(this.#keyFile, JSON.stringify(await wrapKey(key, password, this.#owner)));
    } catch (error) {
      throw toStorageError(error);
    }
    return key;
  }

  /** Moves replica and key out of the way under another name; nothing is deleted. Returns the new folder. */
  setAside(now: Date): string {
    const kept = `${this.folder}.set-aside-${now.toISOString().replace(/[:.]/g, '-')}`;
    renameSync(this.folder, kept);
    return kept;
  }

  #read(): KeyFile | null {
    if (!this.exists) return null;
    let content: unknown;
    try {
      content = JSON.parse(readFileSync(this.#keyFile, 'utf8'));
    } catch (error) {
      if (error instanceof SyntaxError) content = null;
      else throw toStorageError(error);
    }
    const parsed = keyFileSchema.safeParse(content);
    if (!parsed.success) throw new AppError('REPLICA_DAMAGED', 'the key file cannot be read', { file: 'key.json' });
    return parsed.data;
  }
}

/** Names this installation; made once, in a file of its own. */
function installationId(userDataDir: string): string {
  const file = join(userDataDir, 'installation-id');
  try {
    mkdirSync(userDataDir, { recursive: true });
    if (!existsSync(file)) writeFileSync(file, uuidv4(), { mode: 0o600, flag: 'wx' });
    const id = readFileSync(file, 'utf8').trim();
    // A damaged file names nothing any more; the centre then lists this machine as a new one.
    if (isUuid(id)) return id;
    rmSync(file);
    return installationId(userDataDir);
  } catch (error) {
    throw toStorageError(error);
  }
}

/** A reader finds the old content or the new one, never half of it, whenever the power fails. */
async function writeDurably(file: string, content: string): Promise<void> {
  const temporary = `${file}.new`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}
