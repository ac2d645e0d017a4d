import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { writePrivateFile } from '../atomic-file.ts';
import { hasKeyring, type Vault } from '../keyring.ts';
import type { Log } from '../logging.ts';

const fileSchema = z.strictObject({ version: z.literal(1), sealed: z.base64() });

export interface Keyring {
  vault: Vault;
  platform: NodeJS.Platform;
  log: Log;
}

/** A secret in a file of its own, sealed by the system's keyring; without a keyring nothing is ever written. */
export class SealedFile<Schema extends z.ZodType> {
  readonly #file: string;
  readonly #schema: Schema;
  readonly #keyring: Keyring;
  /** One thing at a time, in the order in which it was asked for: what is forgotten is not written again by what came before. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: string, schema: Schema, keyring: Keyring) {
    this.#file = file;
    this.#schema = schema;
    this.#keyring = keyring;
  }

  /** Null where nothing is kept or it can no longer be read. */
  load(): Promise<z.output<Schema> | null> {
    return this.#inTurn(() => this.#load());
  }

  save(value: z.input<Schema>): Promise<void> {
    return this.#inTurn(() => this.#save(value));
  }

  forget(): Promise<void> {
    return this.#inTurn(() => rm(this.#file, { force: true }));
  }

  async #load(): Promise<z.output<Schema> | null> {
    const { vault, platform, log } = this.#keyring;
    try {
      const { sealed } = fileSchema.parse(JSON.parse(await readFile(this.#file, 'utf8')));
      if (!hasKeyring(vault, platform)) return null;
      return this.#schema.parse(JSON.parse(vault.decryptString(Buffer.from(sealed, 'base64'))));
    } catch (error) {
      // Only the kind of failure is logged: a parser's message may quote what it read.
      const { code, name } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') log.warn('drive.file-unreadable', { reason: code ?? name });
      return null;
    }
  }

  async #save(value: z.input<Schema>): Promise<void> {
    const { vault, platform } = this.#keyring;
    if (!hasKeyring(vault, platform)) return;
    const sealed = vault.encryptString(JSON.stringify(value)).toString('base64');
    await writePrivateFile(this.#file, JSON.stringify({ version: 1, sealed } satisfies z.infer<typeof fileSchema>));
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    // Whoever asked hears of a failure; the next in turn begins all the same.
    this.#last = result.catch(() => undefined);
    return result;
  }
}
