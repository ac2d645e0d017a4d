import { createHash } from 'node:crypto';
import { PART_BYTES } from './archive-format.ts';
import type { ArchiveWriter } from './archive-writer.ts';
import type { ManifestTable } from './manifest.ts';

const NEWLINE = 10;
const MANY_PIECES = 12;

/** What stands around the rows of a part, so that each part is something whole. */
export interface Frame {
  before: string;
  after: string;
}

/**
 * Cuts the lines of a table, one for each row, into parts of an archive, and keeps count and digest of them.
 * @param chunks lines in any portions
 */
export async function addRows(
  writer: ArchiveWriter,
  { name, columns, lists, key }: Pick<ManifestTable, 'name' | 'columns' | 'lists' | 'key'>,
  chunks: AsyncIterable<Buffer>,
  frame: Frame,
  pathOf: () => string,
  tell: (rows: number) => void,
): Promise<ManifestTable> {
  const digest = createHash('sha256');
  let held: Buffer[] = [];
  let heldBytes = 0;
  let rows = 0;

  const store = async (lines: Buffer[]): Promise<void> => {
    const count = lines.reduce((sum, chunk) => sum + countLines(chunk), 0);
    for (const chunk of lines) digest.update(chunk);
    await writer.add({ path: pathOf(), table: name, rows: count }, ...gathered([Buffer.from(frame.before), ...lines, Buffer.from(frame.after)]));
    rows += count;
    tell(count);
  };

  for await (const chunk of chunks) {
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes < PART_BYTES) continue;
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) continue;
    await store([...held.slice(0, -1), chunk.subarray(0, end)]);
    held = end < chunk.length ? [chunk.subarray(end)] : [];
    heldBytes = chunk.length - end;
  }
  if (heldBytes > 0) await store(held);
  return { name, columns, ...(lists && lists.length > 0 ? { lists } : {}), key, rows, sha256: digest.digest('hex') };
}

/** Each piece costs a way to zlib's thread and back, each copy costs memory that has to be collected: few are left as they are. */
const gathered = (pieces: readonly Buffer[]): readonly Buffer[] => (pieces.length > MANY_PIECES ? [Buffer.concat(pieces)] : pieces.filter(({ length }) => length > 0));

function countLines(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}
