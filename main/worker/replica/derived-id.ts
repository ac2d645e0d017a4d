import { createHash } from 'node:crypto';

/**
 * The same namespace and name give the same UUID (version 8, RFC 9562 section 5.8: the first 16 bytes of a SHA-256)
 * here and in the centre (`app.derived_id` in db/central/0001_foundation.sql), so that both can create one row.
 */
export function derivedId(namespace: string, name: string): string {
  const digest = createHash('sha256')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.subarray(0, 16).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
