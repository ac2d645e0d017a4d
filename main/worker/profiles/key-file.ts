import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';

/*
 * The replica's key is 32 random bytes, kept wrapped by a key derived from the person's password: whoever can unwrap
 * it has proved the password without asking the centre, and without the password the file on disk stays closed.
 */

const KEY_BYTES = 32;
const derive = promisify<string, Buffer, number, import('node:crypto').ScryptOptions, Buffer>(scrypt);

/** RFC 7914; 64 MiB and about a fifth of a second per guess. */
const cost = { N: 65_536, r: 8, p: 1 };

export const keyFileSchema = z.object({
  version: z.literal(1),
  email: z.string(),
  server: z.string(),
  kdf: z.object({ name: z.literal('scrypt'), N: z.number(), r: z.number(), p: z.number(), salt: z.base64() }),
  /** AES-256-GCM: nonce, tag and ciphertext. */
  nonce: z.base64(),
  tag: z.base64(),
  wrapped: z.base64(),
});

export type KeyFile = z.infer<typeof keyFileSchema>;

export const newReplicaKey = (): Buffer => randomBytes(KEY_BYTES);

/** Wraps the key for a password. */
export async function wrapKey(key: Buffer, password: string, owner: { email: string; server: string }): Promise<KeyFile> {
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', await deriveKey(password, salt, cost), nonce);
  const wrapped = Buffer.concat([cipher.update(key), cipher.final()]);
  return {
    version: 1,
    ...owner,
    kdf: { name: 'scrypt', ...cost, salt: salt.toString('base64') },
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    wrapped: wrapped.toString('base64'),
  };
}

/** The key, or null where the password is not the one that it was wrapped with. */
export async function unwrapKey(file: KeyFile, password: string): Promise<Buffer | null> {
  const derived = await deriveKey(password, Buffer.from(file.kdf.salt, 'base64'), file.kdf);
  const decipher = createDecipheriv('aes-256-gcm', derived, Buffer.from(file.nonce, 'base64'));
  decipher.setAuthTag(Buffer.from(file.tag, 'base64'));
  try {
    return Buffer.concat([decipher.update(Buffer.from(file.wrapped, 'base64')), decipher.final()]);
  } catch (error) {
    // Authentication failed: another password (or a damaged file, which no password opens either).
    if (error instanceof Error) return null;
    throw error;
  }
}

const deriveKey = (password: string, salt: Buffer, { N, r, p }: { N: number; r: number; p: number }): Promise<Buffer> =>
  derive(password.normalize('NFKC'), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r });
