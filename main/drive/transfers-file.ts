import { join } from 'node:path';
import { TRANSFERS_FILE, keptTransfers, type KeptTransfer } from './kept.ts';
import { SealedFile, type Keyring } from './sealed-file.ts';

/**
 * Where the files between Drive and this machine outlive the application's end. Nothing waits for a disk that takes nothing: what is not
 * written down goes on all the same, and ends with the session, as everything does on a machine without a keyring.
 */
export class TransfersFile {
  readonly #file: SealedFile<typeof keptTransfers>;
  readonly #owner: string;
  readonly #keyring: Keyring;
  #writing: Promise<void>;
  #closed = false;

  /**
   * @param owner as in `keptConnection`
   * @param before settles when an earlier session writes no more
   */
  constructor(folder: string, owner: string, keyring: Keyring, before: Promise<void> = Promise.resolve()) {
    this.#file = new SealedFile(join(folder, TRANSFERS_FILE), keptTransfers, keyring);
    this.#owner = owner;
    this.#keyring = keyring;
    this.#writing = before;
  }

  async load(): Promise<KeptTransfer[]> {
    await this.#writing;
    const kept = await this.#file.load();
    return kept?.owner === this.#owner ? kept.transfers : [];
  }

  /** Resolves when it is on the disk. */
  save(transfers: KeptTransfer[]): Promise<void> {
    if (this.#closed) return this.#writing;
    this.#writing = this.#writing.then(async () => {
      try {
        if (transfers.length === 0) await this.#file.forget();
        else await this.#file.save({ owner: this.#owner, transfers });
      } catch (error) {
        const { code, name } = error as NodeJS.ErrnoException;
        this.#keyring.log.warn('drive.transfers-not-kept', { reason: code ?? name });
      }
    });
    return this.#writing;
  }

  /** Nothing that is told from now on is written: the session is over. Resolves when what was told before is. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#writing;
  }

  /** Nothing of it is left on the disk afterwards. */
  async forget(): Promise<void> {
    await this.#writing;
    await this.#file.forget();
  }
}
