import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** PostgreSQL's own default (scram_iterations). */
const iterations = 4096;
const saltBytes = 16;

/**
 * What PostgreSQL stores for a password under SCRAM-SHA-256 (RFC 5802, RFC 7677), computed here so that the server
 * and its log never see the password itself.
 *
 * Of SASLprep (RFC 4013) only its Unicode normalization, NFKC, is applied: the rest concerns control characters and
 * invisible ones, which nobody types into a password. Whoever signs in has to normalize in the same way.
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(saltBytes), rounds = iterations): string {
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, rounds, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${rounds}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
