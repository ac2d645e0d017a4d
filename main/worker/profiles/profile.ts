import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { v4 as uuidv4, validate as isUuid } from 'uuid';
import { normalizeEmail } from '../../../shared/domain/login-role.ts';
import { AppError } from '../../../shared/errors.ts';
import type { MachineSecret, StretchedPassword } from '../protocol.ts';
import { isOfKey, toStorageError } from '../replica/database.ts';
import { derivedId } from '../replica/derived-id.ts';
import { copyUnderKey, removeReplica, sideFiles } from '../replica/rekey.ts';
import { readCard, writeCard, type Card } from './card.ts';
import { destroy, renameDurably, replaceAndShred, shred, shreddable, syncFolder, writeDurably } from './durable-file.ts';
import { Guesses } from './guesses.ts';
import { machineIdOf, machineOf, newReplicaKey, readKeyFile, stretchAnew, stretchFor, unwrapKey, wrapKey, type KeyFile } from './key-file.ts';

const SET_ASIDE = '.set-aside-';
/** What main keeps here of the person's Google Drive. */
const DRIVE_FILES = ['drive.json', 'drive-transfers.json'];

/** Where a replica is made of a snapshot (main/worker/backup/restore-replica.ts), until it takes the place of the present one. */
export const restoredFileOf = (folder: string): string => join(folder, 'replica.restored.db');

/**
 * What one person has on this machine for one centre: a folder with the wrapped key and the encrypted replica.
 * Several people share a machine, each with a folder of their own.
 */
export class Profile {
  readonly folder: string;
  /** This person on this installation, as the centre lists it; the same at every start. */
  readonly deviceId: string;
  readonly replicaFile: string;
  /** Contents of documents, encrypted. */
  readonly filesFolder: string;
  /** Plain copies of those that are open in other programs. */
  readonly openedFolder: string;
  readonly #guesses: Guesses;
  readonly #keyFile: string;
  readonly #unfinishedKeyFile: string;
  readonly #rotatedFile: string;
  readonly #guessesFile: string;
  readonly #cardFile: string;
  readonly #owner: { email: string; server: string };
  readonly #machine: readonly MachineSecret[];
  #stretched: StretchedPassword | null = null;

  /** @param machine the secrets of this machine's keyring, the present one last; none where it has no keyring */
  constructor(userDataDir: string, server: string, email: string, machine: readonly MachineSecret[] = []) {
    this.#owner = { email: normalizeEmail(email), server };
    const name = createHash('sha256').update(`${server}\n${this.#owner.email}`).digest('hex').slice(0, 32);
    this.folder = join(userDataDir, 'profiles', name);
    this.replicaFile = join(this.folder, 'replica.db');
    this.filesFolder = join(this.folder, 'files');
    this.openedFolder = join(this.folder, 'opened');
    this.#rotatedFile = join(this.folder, 'replica.rotated.db');
    this.#keyFile = join(this.folder, 'key.json');
    this.#unfinishedKeyFile = `${this.#keyFile}.new`;
    this.#guessesFile = join(this.folder, 'guesses.json');
    this.#guesses = new Guesses(this.#guessesFile);
    this.#cardFile = join(this.folder, 'card.json');
    this.#machine = machine;
    this.deviceId = derivedId(installationId(userDataDir), name);
  }

  /** Whether this person has worked here before; true also where something of it has been lost since. */
  get exists(): boolean {
    return existsSync(this.#keyFile) || (existsSync(this.replicaFile) && !existsSync(this.#unfinishedKeyFile));
  }

  /** What opens the key file as it is now without stretching the password; null until the password has opened it. */
  get stretchedPassword(): StretchedPassword | null {
    return this.#stretched;
  }

  /**
   * The replica's key by the person's password; null for another password. Fails with REPLICA_DAMAGED, and with
   * REPLICA_OTHER_MACHINE where the key was wrapped with a secret that this machine does not have.
   */
  unlock(password: string): Promise<Buffer | null> {
    return this.#unlockBy(password, (file) => stretchFor(file, password));
  }

  async #unlockBy(password: string, stretch: (file: KeyFile) => StretchedPassword | Promise<StretchedPassword>): Promise<Buffer | null> {
    if (!this.exists) return null;
    const file = this.#read();
    // An empty database would open just as well, and the person would never hear that the old one is gone.
    if (!(statSync(this.replicaFile, { throwIfNoEntry: false })?.size ?? 0)) {
      throw new AppError('REPLICA_DAMAGED', 'the replica file is missing or empty', { file: 'replica.db' });
    }
    const machine = this.#secretOf(file);
    const stretched = await stretch(file);
    const key = unwrapKey(file, stretched, machine);
    if (!key) return null;
    this.#stretched = stretched;
    try {
      this.#endRotation(key);
      // What was interrupted before it took the place of the replica never counted.
      removeReplica(restoredFileOf(this.folder));
      if (!this.#isUpToDate(file)) await this.#wrapAnew(key, password);
    } catch (error) {
      throw toStorageError(error);
    }
    return key;
  }

  /**
   * Makes a profile: `fill` creates the replica for the new key. Only then does the key file get its name, so that an
   * interrupted attempt is told from a profile that has lost a part, and is begun anew.
   */
  async create<T extends { close: () => void }>(password: string, fill: (key: Buffer) => T): Promise<T> {
    const key = newReplicaKey();
    let filled: T | null = null;
    try {
      removeReplica(this.replicaFile);
      removeReplica(this.#rotatedFile);
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeDurably(this.#unfinishedKeyFile, await this.#wrap(key, password));
      this.#guesses.reset();
      filled = fill(key);
      renameDurably(this.#unfinishedKeyFile, this.#keyFile);
      return filled;
    } catch (error) {
      filled?.close();
      throw toStorageError(error);
    }
  }

  /**
   * Gives the closed replica a new key, wrapped for a new password: whoever has kept the old key file, the old password
   * or the old key opens nothing that is written from now on. At every instant one file and its key are complete: the
   * copy under the new key counts from when the key file is replaced. Returns the new key.
   */
  async rotate(key: Buffer, password: string): Promise<Buffer> {
    const next = newReplicaKey();
    const wrapped = await this.#wrap(next, password);
    try {
      copyUnderKey(this.replicaFile, key, this.#rotatedFile, next);
      syncFolder(this.folder);
      replaceAndShred(this.#keyFile, wrapped);
      this.#endRotation(next);
    } catch (error) {
      throw toStorageError(error);
    }
    return next;
  }

  /** How long this machine asks to wait before it looks at another password. */
  guessWaitMs(now: number): number {
    this.#beginCounting();
    return this.#guesses.waitMs(now);
  }

  /**
   * Like `unlock`, for a password that nobody has confirmed: wrong ones are counted.
   * @param known what `stretchedPassword` gave for the same password: it spares stretching it as long as the key file is the
   *   same, and what it opens was no guess
   */
  async guess(password: string, now: number, known: StretchedPassword | null = null): Promise<Buffer | null> {
    this.#beginCounting();
    const remembered = known && (await this.#unlockBy(password, () => known));
    if (remembered) {
      this.#guesses.reset();
      return remembered;
    }
    const takeBack = this.#guesses.count(now);
    try {
      const key = await this.unlock(password);
      if (key) this.#guesses.reset();
      return key;
    } catch (error) {
      // It was no guess: something else than the password was in the way.
      takeBack();
      throw toStorageError(error);
    }
  }

  /** The centre has confirmed the password. */
  forgiveGuesses(): void {
    this.#guesses.reset();
  }

  /** What is told of this person before anybody has signed in. */
  get card(): Card | null {
    return readCard(this.#cardFile);
  }

  leaveCard(card: Card): void {
    writeCard(this.#cardFile, card);
  }

  /** Moves replica and key out of the way under another name; nothing is deleted. Returns the new folder. */
  setAside(now: Date): string {
    const kept = `${this.folder}${SET_ASIDE}${now.toISOString().replace(/[:.]/g, '-')}`;
    try {
      // Access to a Google account has no part in what is kept to be looked at later.
      for (const name of DRIVE_FILES) rmSync(join(this.folder, name), { force: true });
      renameSync(this.folder, kept);
    } catch (error) {
      throw toStorageError(error);
    }
    return kept;
  }

  /**
   * Wraps the replica's key for a new password while the replica is open. The key stays; it changes with the next password
   * that is met at signing in.
   */
  async rewrap(key: Buffer, password: string): Promise<void> {
    try {
      replaceAndShred(this.#keyFile, await this.#wrap(key, password));
    } catch (error) {
      throw toStorageError(error);
    }
  }

  /** Deletes key and replica: the key first, because without it nothing of the rest can be read. */
  wipe(): void {
    try {
      for (const file of [this.#keyFile, this.#unfinishedKeyFile]) {
        for (const name of [file, shreddable(file), `${file}.changed`]) destroy(name);
      }
      removeReplica(this.replicaFile);
      removeReplica(this.#rotatedFile);
      removeReplica(restoredFileOf(this.folder));
      rmSync(this.folder, { recursive: true, force: true });
    } catch (error) {
      throw toStorageError(error);
    }
  }

  /** Finishes what was interrupted between the new key file and the replica's name, or drops a copy that never counted. */
  #endRotation(key: Buffer): void {
    if (existsSync(this.#rotatedFile)) {
      if (isOfKey(this.#rotatedFile, key)) {
        // The copy holds all of it; a log of the old file would be taken for one of the new.
        for (const side of sideFiles) rmSync(this.replicaFile + side, { force: true });
        renameDurably(this.#rotatedFile, this.replicaFile);
      } else {
        removeReplica(this.#rotatedFile);
      }
    }
    shred(shreddable(this.#keyFile));
  }

  #isUpToDate(file: KeyFile): boolean {
    const present = this.#machine.at(-1);
    return file.version === 2 && file.machine === (present ? machineIdOf(present) : null);
  }

  /** The same key in the present form: of an earlier version, or from before the machine had its secret. */
  async #wrapAnew(key: Buffer, password: string): Promise<void> {
    this.#beginCounting();
    replaceAndShred(this.#keyFile, await this.#wrap(key, password));
  }

  /** Beside a key file of the first version there may be no count yet; later a missing one is suspicious. */
  #beginCounting(): void {
    if (!existsSync(this.#guessesFile) && this.#read().version === 1) this.#guesses.reset();
  }

  #secretOf(file: KeyFile): MachineSecret | null {
    const wanted = machineOf(file);
    if (wanted === null) return null;
    const secret = this.#machine.find((candidate) => machineIdOf(candidate) === wanted);
    if (secret) return secret;
    throw new AppError('REPLICA_OTHER_MACHINE', 'the key is bound to a secret that this machine does not have', {
      keyring: this.#machine.length > 0,
    });
  }

  async #wrap(key: Buffer, password: string): Promise<string> {
    this.#stretched = await stretchAnew(password);
    return JSON.stringify(wrapKey(key, this.#stretched, this.#machine.at(-1) ?? null, this.#owner));
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
