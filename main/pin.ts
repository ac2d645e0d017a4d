import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';

const derive = promisify<string, Buffer, number, import('node:crypto').ScryptOptions, Buffer>(scrypt);

/** RFC 7914. Ten thousand PINs are soon tried whatever the cost: what protects is that the verifier lies in the encrypted replica. */
const cost = { N: 16_384, r: 8, p: 1 };
const BYTES = 32;

const verifierSchema = z.strictObject({ version: z.literal(1), salt: z.base64(), hash: z.base64() });

/** Makes what a PIN is checked against later, as text. */
export async function pinVerifier(pin: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(pin, salt, BYTES, cost);
  return JSON.stringify({ version: 1, salt: salt.toString('base64'), hash: hash.toString('base64') } satisfies z.infer<typeof verifierSchema>);
}

/** False also for a verifier that cannot be read. */
export async function pinMatches(verifier: string, pin: string): Promise<boolean> {
  let read;
  try {
    read = verifierSchema.parse(JSON.parse(verifier));
  } catch {
    return false;
  }
  const expected = Buffer.from(read.hash, 'base64');
  const given = await derive(pin, Buffer.from(read.salt, 'base64'), BYTES, cost);
  return expected.length === given.length && timingSafeEqual(expected, given);
}
