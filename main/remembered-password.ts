import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import type { SecuritySettings } from '../shared/domain/security-settings.ts';
import { writePrivateFile } from './atomic-file.ts';
import { hasKeyring, type Vault } from './keyring.ts';
import type { Log } from './logging.ts';

const stretchedSchema = z.strictObject({ N: z.int(), r: z.int(), p: z.int(), salt: z.base64(), key: z.base64() });

const rememberedSchema = z.strictObject({
  email: z.string(),
  password: z.string(),
  /** Beside the password it gives nothing away, because whoever reads this can make it; files of before have none. */
  stretchedPassword: stretchedSchema.nullable().default(null),
  /** The server that the password is for; it is never sent to another one. */
  serverUrl: z.string(),
});

export type Remembered = z.infer<typeof rememberedSchema>;

const fileSchema = z.union([
  z.strictObject({ version: z.literal(1), sealed: z.base64() }),
  z.strictObject({ version: z.literal(1), plain: rememberedSchema }),
]);

export interface RememberedPassword {
  /** Null where nothing is remembered or it can no longer be read. */
  load(): Promise<Remembered | null>;
  /** Without a keyring nothing is written, unless the organization has accepted plain text. */
  save(remembered: Remembered, withoutKeyring: SecuritySettings['without_keyring']): Promise<void>;
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
  return {
    async load() {
      try {
        const content = fileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
        if ('plain' in content) return content.plain;
        if (!hasKeyring(vault, platform)) return null;
        return rememberedSchema.parse(JSON.parse(vault.decryptString(Buffer.from(content.sealed, 'base64'))));
      } catch (error) {
        // Only the kind of failure is logged: a parser's message may quote what it read.
        const { code, name } = error as NodeJS.ErrnoException;
        if (code !== 'ENOENT') log.warn('remembered-password.unreadable', { reason: code ?? name });
        return null;
      }
    },

    async save(remembered, withoutKeyring) {
      if (hasKeyring(vault, platform)) {
        const sealed = vault.encryptString(JSON.stringify(remembered)).toString('base64');
        await write({ version: 1, sealed });
      } else if (withoutKeyring === 'plain') {
        await write({ version: 1, plain: remembered });
      } else {
        // An older file would bring back whoever signed in before.
        await this.forget();
      }
    },

    async forget() {
      await rm(file, { force: true });
    },
  };

  function write(content: z.infer<typeof fileSchema>): Promise<void> {
    return writePrivateFile(file, JSON.stringify(content));
  }
}
