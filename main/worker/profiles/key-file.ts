import { createCipheriv, createDecipheriv, createHash, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';

/*
 * The replica's key is 32 random bytes, kept wrapped by a key derived from the person's password: whoever can unwrap
 * it has proved the password without asking the centre, and without the password the file on disk stays closed.
 */

const KEY_BYTES = 32;
const derive = promisify<string, Buffer, number, import('node:crypto').ScryptOptions, Buffer>(scrypt);

/** RFC 7914; 64 MiB and between a tenth and a third of a second per guess. */
const cost = { N: 65_536, r: 8, p: 1 };
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const bytes = (length: number) => z.base64().refine((text) => Buffer.from(text, 'base64').length === length);

const fields = z.object({
  version: z.literal(1),
  email: z.string(),
  server: z.string(),
  /** The bounds leave room for a higher cost later and none for one that would exhaust the machine. */
  kdf: z.object({
    name: z.literal('scrypt'),
    N: z.number().refine((n) => n >= 2 ** 14 && n <= 2 ** 18 && Number.isInteger(Math.log2(n))),
    r: z.literal(8),
    p: z.literal(1),
    salt: bytes(SALT_BYTES),
  }),
  /** AES-256-GCM: nonce, tag and ciphertext. */
  nonce: bytes(NONCE_BYTES),
  tag: bytes(TAG_BYTES),
  wrapped: bytes(KEY_BYTES),
});

/** `checksum` tells a damaged file from another password, which to GCM are the same; it protects against no attacker. */
const keyFile = fields.extend({ checksum: z.string() });

export type KeyFile = z.infer<typeof keyFile>;

/** Reads what `wrapKey` made, written as JSON; null where it is damaged. */
export function readKeyFile(text: string): KeyFile | null {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return null;
  }
  const { data } = keyFile.safeParse(content);
  return data && data.checksum === checksumOf(fields.parse(data)) ? data : null;
}

export const newReplicaKey = (): Buffer => randomBytes(KEY_BYTES);

/** Wraps the key for a password. */
export async function wrapKey(key: Buffer, password: string, owner: { email: string; server: string }): Promise<KeyFile> {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', await deriveKey(password, salt, cost), nonce, { authTagLength: TAG_BYTES });
  const wrapped = Buffer.concat([cipher.update(key), cipher.final()]);
  const file = fields.parse({
    version: 1,
    ...owner,
    kdf: { name: 'scrypt', ...cost, salt: salt.toString('base64') },
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    wrapped: wrapped.toString('base64'),
  });
  return { ...file, checksum: checksumOf(file) };
}

/** The key, or null where the password is not the one that it was wrapped with. */
export async function unwrapKey(file: KeyFile, password: string): Promise<Buffer | null> {
  const derived = await deriveKey(password, Buffer.from(file.kdf.salt, 'base64'), file.kdf);
  const nonce = Buffer.from(file.nonce, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', derived, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(Buffer.from(file.tag, 'base64'));
  const key = decipher.update(Buffer.from(file.wrapped, 'base64'));
  try {
    decipher.final();
  } catch {
    // The tag does not fit: it was wrapped with another password.
    return null;
  }
  return key;
}

const checksumOf = (file: z.infer<typeof fields>): string =>
  createHash('sha256').update(JSON.stringify(file)).digest('hex');

const deriveKey = (password: string, salt: Buffer, { N, r, p }: { N: number; r: number; p: number }): Promise<Buffer> =>
  derive(password.normalize('NFKC'), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r });
