/*
 * COPY … TO STDOUT in text format: one line per row, tab between cells, \N for null, backslash escapes.
 * https://www.postgresql.org/docs/current/sql-copy.html, "Text Format"
 */

const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** COPY TO escapes single characters only; a backslash before any other character stands for that character. */
const unescape = (cell: string): string => cell.replace(/\\([\s\S])/g, (_, char: string) => escapes[char] ?? char);

/** One line of the format (without its line end) as cells. */
export function parseCopyLine(line: string): (string | null)[] {
  const cells: (string | null)[] = line.split('\t');
  if (!line.includes('\\')) return cells;
  for (let index = 0; index < cells.length; index++) {
    const cell = cells[index] as string;
    if (cell === '\\N') cells[index] = null;
    else if (cell.includes('\\')) cells[index] = unescape(cell);
  }
  return cells;
}

/** Cuts a stream of bytes into its complete lines, whatever the chunks; a line may span many chunks. */
export async function* copyLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  // A line break is never part of a multi-byte character in UTF-8, so cutting bytes at it is safe.
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(10);
    if (end < 0) {
      rest.push(chunk);
      continue;
    }
    const head = chunk.subarray(0, end);
    const text = (rest.length > 0 ? Buffer.concat([...rest, head]) : head).toString('utf8');
    rest = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
    yield text.split('\n');
  }
  if (rest.some((part) => part.length > 0)) throw new Error('COPY ended in the middle of a row');
}
