import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { writePrivateFile } from './atomic-file.ts';
import type { Log } from './logging.ts';

/** The part of Electron's safeStorage that is used here. Older runtimes cannot name their backend. */
export interface Vault {
  isEncryptionAvailable(): boolean;
  encryptString(text: string): Buffer;
  decryptString(sealed: Buffer): string;
  getSelectedStorageBackend?(): string;
}

const rememberedSchema = z.strictObject({
  email: z.string(),
  password: z.string(),
  /** The server that the password is for; it is never sent to another one. */
  serverUrl: z.string(),
});

export type Remembered = z.infer<typeof rememberedSchema>;

const fileSchema = z.strictObject({ version: z.literal(1), sealed: z.base64() });

export interface RememberedPassword {
  /** False where the system offers no keyring: then nothing is ever written. */
  available(): boolean;
  /** Null where nothing is remembered or it can no longer be read. */
  load(): Promise<Remembered | null>;
  save(remembered: Remembered): Promise<void>;
  forget(): Promise<void>;
}

export interface RememberedPasswordParts {
  file: string;
  vault: Vault;
  platform: NodeJS.Platform;
  log: Log;
}

/** Keeps the password of the last person in `file`, sealed with a key of the system's keyring. */
export function rememberedPassword({ file, vault, platform, log }: RememberedPasswordParts): RememberedPassword {
  const available = (): boolean =>
    vault.isEncryptionAvailable() &&
    // With this backend the key is a constant: the file would be as good as plain text.
    !(platform === 'linux' && vault.getSelectedStorageBackend?.() === 'basic_text');

  return {
    available,

    async load() {
      if (!available()) return null;
      try {
        const { sealed } = fileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
        return rememberedSchema.parse(JSON.parse(vault.decryptString(Buffer.from(sealed, 'base64'))));
      } catch (error) {
        // Only the kind of failure is logged: a parser's message may quote what it read.
        const { code, name } = error as NodeJS.ErrnoException;
        if (code !== 'ENOENT') log.warn('remembered-password.unreadable', { reason: code ?? name });
        return null;
      }
    },

    async save(remembered) {
      // Without a keyring an older file would bring back whoever signed in before.
      if (!available()) {
        await this.forget();
        return;
      }
      const sealed = vault.encryptString(JSON.stringify(remembered)).toString('base64');
      await writePrivateFile(file, JSON.stringify({ version: 1, sealed } satisfies z.infer<typeof fileSchema>));
    },

    async forget() {
      await rm(file, { force: true });
    },
  };
}
