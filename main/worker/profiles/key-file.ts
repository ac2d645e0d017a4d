import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { MachineSecret, StretchedPassword } from '../protocol.ts';
import { checksumOf } from './checksum.ts';

/*
 * The replica's key is 32 random bytes, kept wrapped by a key that is derived from the person's password and a secret of
 * this machine: whoever can unwrap it has proved the password without asking the centre, and on another machine the
 * password alone opens nothing. Where the machine has no keyring to keep a secret in, the password is all there is.
 */

const KEY_BYTES = 32;
const derive = promisify<string, Buffer, number, import('node:crypto').ScryptOptions, Buffer>(scrypt);

/** RFC 7914; 64 MiB and between a tenth and a third of a second per guess. */
const cost = { N: 65_536, r: 8, p: 1 };
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const WRAPPING = 'factory pulse: key of a replica';

const bytes = (length: number) => z.base64().refine((text) => Buffer.from(text, 'base64').length === length);

const fieldsOfVersion1 = z.object({
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

const fields = fieldsOfVersion1.extend({
  version: z.literal(2),
  /** Which secret of a machine is needed besides the password; null for none. */
  machine: z.string().nullable(),
});

/** `checksum` tells a damaged file from another password, which to GCM are the same; it protects against no attacker. */
const checked = { checksum: z.string() };
const keyFile = z.discriminatedUnion('version', [fieldsOfVersion1.extend(checked), fields.extend(checked)]);

export type KeyFile = z.infer<typeof keyFile>;

/** Reads what `wrapKey` made, in this version or the one before, written as JSON; null where it is damaged. */
export function readKeyFile(text: string): KeyFile | null {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return null;
  }
  const { data } = keyFile.safeParse(content);
  if (!data) return null;
  const { checksum, ...rest } = data;
  return checksum === checksumOf(rest) ? data : null;
}

export const newReplicaKey = (): Buffer => randomBytes(KEY_BYTES);

/** Names a secret without telling it. */
export const machineIdOf = (secret: MachineSecret): string =>
  createHash('sha256').update('factory pulse: machine').update(secret).digest('hex').slice(0, 16);

/** Which secret a key file needs; files of the first version and those made without a keyring need none. */
export const machineOf = (file: KeyFile): string | null => (file.version === 1 ? null : file.machine);

type Kdf = Omit<StretchedPassword, 'key'>;

/** Stretches a password for a new key file. */
export const stretchAnew = (password: string): Promise<StretchedPassword> =>
  stretch(password, { ...cost, salt: randomBytes(SALT_BYTES).toString('base64') });

/** Stretches a password as the key file asks. */
export const stretchFor = ({ kdf }: KeyFile, password: string): Promise<StretchedPassword> => stretch(password, kdf);

async function stretch(password: string, { N, r, p, salt }: Kdf): Promise<StretchedPassword> {
  const options = { N, r, p, maxmem: 256 * N * r };
  const key = await derive(password.normalize('NFKC'), Buffer.from(salt, 'base64'), KEY_BYTES, options);
  return { N, r, p, salt, key: key.toString('base64') };
}

/** Wraps the key for a password that `stretchAnew` stretched, on this machine alone where it has a secret. */
export function wrapKey(
  key: Buffer,
  stretched: StretchedPassword,
  machine: MachineSecret | null,
  owner: { email: string; server: string },
): KeyFile {
  const { N, r, p, salt } = stretched;
  const nonce = randomBytes(NONCE_BYTES);
  const wrapping = wrappingKey(Buffer.from(stretched.key, 'base64'), machine);
  const cipher = createCipheriv('aes-256-gcm', wrapping, nonce, { authTagLength: TAG_BYTES });
  const wrapped = Buffer.concat([cipher.update(key), cipher.final()]);
  const file = fields.parse({
    version: 2,
    ...owner,
    kdf: { name: 'scrypt', N, r, p, salt },
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    wrapped: wrapped.toString('base64'),
    machine: machine && machineIdOf(machine),
  });
  return { ...file, checksum: checksumOf(file) };
}

/**
 * The key, or null where the password is not the one that it was wrapped with, or was stretched for another key file.
 * @param machine the secret that `machineOf` asks for
 */
export function unwrapKey(file: KeyFile, stretched: StretchedPassword, machine: MachineSecret | null): Buffer | null {
  if (!isStretchedFor(file, stretched)) return null;
  const derived = Buffer.from(stretched.key, 'base64');
  const wrapping = file.version === 1 ? derived : wrappingKey(derived, machine);
  const decipher = createDecipheriv('aes-256-gcm', wrapping, Buffer.from(file.nonce, 'base64'), { authTagLength: TAG_BYTES });
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

/** RFC 5869: to somebody who lacks either of the two, the result is random. */
const wrappingKey = (derived: Buffer, machine: MachineSecret | null): Buffer =>
  Buffer.from(hkdfSync('sha256', derived, machine ?? Buffer.alloc(0), WRAPPING, KEY_BYTES));

const isStretchedFor = ({ kdf }: KeyFile, { N, r, p, salt }: Kdf): boolean => kdf.N === N && kdf.r === r && kdf.p === p && kdf.salt === salt;
