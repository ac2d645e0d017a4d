import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync, existsSync, fstatSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync, writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { v4 as uuidv4, validate as isUuid } from 'uuid';
import { normalizeEmail } from '../../../shared/domain/login-role.ts';
import { AppError } from '../../../shared/errors.ts';
import { toStorageError } from '../replica/database.ts';
import { derivedId } from '../replica/derived-id.ts';
import { newReplicaKey, readKeyFile, unwrapKey, wrapKey, type KeyFile } from './key-file.ts';

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
  readonly #unfinishedKeyFile: string;
  readonly #owner: { email: string; server: string };

  constructor(userDataDir: string, server: string, email: string) {
    this.#owner = { email: normalizeEmail(email), server };
    const name = createHash('sha256').update(`${server}\n${this.#owner.email}`).digest('hex').slice(0, 32);
    this.folder = join(userDataDir, 'profiles', name);
    this.replicaFile = join(this.folder, 'replica.db');
    this.#keyFile = join(this.folder, 'key.json');
    this.#unfinishedKeyFile = `${this.#keyFile}.new`;
    this.deviceId = derivedId(installationId(userDataDir), name);
  }

  /** Whether this person has worked here before; true also where something of it has been lost since. */
  get exists(): boolean {
    return existsSync(this.#keyFile) || (existsSync(this.replicaFile) && !existsSync(this.#unfinishedKeyFile));
  }

  /** The replica's key by the person's password; null for another password. Fails with REPLICA_DAMAGED. */
  async unlock(password: string): Promise<Buffer | null> {
    if (!this.exists) return null;
    const file = this.#read();
    // An empty database would open just as well, and the person would never hear that the old one is gone.
    if (!(statSync(this.replicaFile, { throwIfNoEntry: false })?.size ?? 0)) {
      throw new AppError('REPLICA_DAMAGED', 'the replica file is missing or empty', { file: 'replica.db' });
    }
    return unwrapKey(file, password);
  }

  /**
   * Makes a profile: `fill` creates the replica for the new key. Only then does the key file get its name, so that an
   * interrupted attempt is told from a profile that has lost a part, and is begun anew.
   */
  async create<T extends { close: () => void }>(password: string, fill: (key: Buffer) => T): Promise<T> {
    const key = newReplicaKey();
    let filled: T | null = null;
    try {
      for (const left of ['', '-wal', '-shm']) rmSync(this.replicaFile + left, { force: true });
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      await writeDurably(this.#unfinishedKeyFile, await this.#wrap(key, password));
      filled = fill(key);
      renameSync(this.#unfinishedKeyFile, this.#keyFile);
      return filled;
    } catch (error) {
      filled?.close();
      throw toStorageError(error);
    }
  }

  /** Wraps the replica's key for a new password. */
  async rewrap(key: Buffer, password: string): Promise<void> {
    try {
      const draft = `${this.#keyFile}.changed`;
      await writeDurably(draft, await this.#wrap(key, password));
      renameSync(draft, this.#keyFile);
    } catch (error) {
      throw toStorageError(error);
    }
  }

  /** Moves replica and key out of the way under another name; nothing is deleted. Returns the new folder. */
  setAside(now: Date): string {
    const kept = `${this.folder}.set-aside-${now.toISOString().replace(/[:.]/g, '-')}`;
    try {
      renameSync(this.folder, kept);
    } catch (error) {
      throw toStorageError(error);
    }
    return kept;
  }

  /**
   * Makes the replica unreadable and deletes it. The key goes first and is overwritten before: once it is gone, what a
   * disk keeps of the other files opens with no password.
   */
  wipe(): void {
    try {
      for (const file of [this.#keyFile, this.#unfinishedKeyFile, `${this.#keyFile}.changed`]) {
        if (existsSync(file)) overwrite(file);
        rmSync(file, { force: true });
      }
      rmSync(this.folder, { recursive: true, force: true });
    } catch (error) {
      throw toStorageError(error);
    }
  }

  async #wrap(key: Buffer, password: string): Promise<string> {
    return JSON.stringify(await wrapKey(key, password, this.#owner));
  }

  #read(): KeyFile {
    let text = '';
    try {
      if (existsSync(this.#keyFile)) text = readFileSync(this.#keyFile, 'utf8');
    } catch (error) {
      throw toStorageError(error);
    }
    const file = readKeyFile(text);
    if (!file) throw new AppError('REPLICA_DAMAGED', 'the key file cannot be read', { file: 'key.json' });
    return file;
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

function overwrite(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    writeSync(handle, randomBytes(fstatSync(handle).size));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Whoever renames the file afterwards knows that its content has reached the disk. */
async function writeDurably(file: string, content: string): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
