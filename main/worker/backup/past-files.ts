import { AppError } from '../../../shared/errors.ts';
import { Files } from '../files/service.ts';

/** Contents that a backup holds, while they are brought into the store. */
export interface Arriving {
  /** All that it holds, by its manifest. */
  held: ReadonlySet<string>;
  /** Settles when the last one is there, or with what hindered it. */
  ended: Promise<unknown>;
}

/** Contents of an earlier state. They arrive while it is looked at, and nothing is fetched from elsewhere. */
export class PastFiles extends Files {
  readonly #arriving: Arriving;

  constructor(arriving: Arriving, ...parts: ConstructorParameters<typeof Files>) {
    super(...parts);
    this.#arriving = arriving;
  }

  /** Fails with FILE_NOT_IN_BACKUP, and with what hindered the contents from arriving. */
  override async fetch(_documentId: string, sha256: string): Promise<void> {
    if (this.#arriving.held.has(sha256) && !this.store.has(sha256)) await this.#arrival(sha256);
    // What was damaged when the backup was made stands in it in part.
    if (!this.store.has(sha256)) throw new AppError('FILE_NOT_IN_BACKUP', 'the backup has no such content');
  }

  async #arrival(sha256: string): Promise<void> {
    let unsubscribe = (): void => undefined;
    const stored = new Promise<void>((resolve) => {
      unsubscribe = this.onStored((arrived) => {
        if (arrived === sha256) resolve();
      });
    });
    try {
      await Promise.race([stored, this.#arriving.ended]);
    } finally {
      unsubscribe();
    }
  }
}
