import { readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { parseTimestamp } from '../../../shared/domain/timestamps.ts';
import { checksumOf } from './checksum.ts';
import { replaceDurably } from './durable-file.ts';

const fields = z.object({
  version: z.literal(1),
  name: z.string(),
  last_used_at: z.string().refine(isTimestamp),
  /** Changes that only this machine has; null while the replica is open, and after an end that came without warning. */
  unsent: z.int().min(0).nullable(),
});
const cardFile = fields.extend({ checksum: z.string() });

export type Card = Omit<z.infer<typeof fields>, 'version'>;

/** What the sign-in screen may know of a closed replica, in plain text beside it; null where it is missing or damaged. */
export function readCard(file: string): Card | null {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
  const { data } = cardFile.safeParse(content);
  if (!data) return null;
  const { checksum, ...rest } = data;
  const { name, last_used_at, unsent } = rest;
  return checksum === checksumOf(rest) ? { name, last_used_at, unsent } : null;
}

/** Where the disk takes nothing any more, no card is left: an old one would tell a number that no longer holds. */
export function writeCard(file: string, card: Card): void {
  const content = fields.parse({ version: 1, ...card });
  try {
    replaceDurably(file, JSON.stringify({ ...content, checksum: checksumOf(content) }));
  } catch {
    rmSync(file, { force: true });
  }
}

function isTimestamp(text: string): boolean {
  try {
    parseTimestamp(text);
    return true;
  } catch {
    return false;
  }
}
