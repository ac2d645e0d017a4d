import { createHash } from 'node:crypto';

/** Tells a damaged file from a whole one; against somebody who writes files it protects nothing. */
export const checksumOf = (content: object): string => createHash('sha256').update(JSON.stringify(content)).digest('hex');
