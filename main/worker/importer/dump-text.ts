import { isUtf8 } from 'node:buffer';
import { DumpError } from './dump-error.ts';

const NEWLINE = 0x0a;

/** First bytes of files that people mistake for a plain dump, and what to do about each. */
const otherFormats: readonly { name: string; bytes: readonly number[]; advice: string }[] = [
  { name: 'a gzip archive', bytes: [0x1f, 0x8b], advice: 'unpack it first (gunzip)' },
  { name: 'a zip archive', bytes: [0x50, 0x4b, 0x03, 0x04], advice: 'unpack it first' },
  { name: 'a zstd archive', bytes: [0x28, 0xb5, 0x2f, 0xfd], advice: 'unpack it first (unzstd)' },
  {
    name: "pg_dump's custom format",
    bytes: [0x50, 0x47, 0x44, 0x4d, 0x50],
    advice: 'turn it into SQL with pg_restore --data-only --file=dump.sql',
  },
  { name: 'a PNG image', bytes: [0x89, 0x50, 0x4e, 0x47], advice: 'choose the dump file' },
  { name: 'a PDF document', bytes: [0x25, 0x50, 0x44, 0x46], advice: 'choose the dump file' },
];

const utf16Marks: readonly (readonly number[])[] = [
  [0xff, 0xfe],
  [0xfe, 0xff],
];

const startsWith = (bytes: Uint8Array, prefix: readonly number[]): boolean =>
  prefix.every((byte, index) => bytes[index] === byte);

/** Number of bytes at the end that begin a UTF-8 character without completing it. */
function unfinishedTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue; // a continuation byte: look further back
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

function assertText(bytes: Uint8Array, firstLine: number): void {
  const valid = isUtf8(bytes);
  if (valid && !bytes.includes(0)) return;
  let line = firstLine;
  let start = 0;
  while (start <= bytes.length) {
    const next = bytes.indexOf(NEWLINE, start);
    const end = next === -1 ? bytes.length : next;
    const slice = bytes.subarray(start, end);
    if (slice.includes(0)) {
      throw new DumpError('DUMP_NOT_SQL', line, `the file holds binary data in line ${line}: it is not an SQL dump`);
    }
    if (!isUtf8(slice)) {
      throw new DumpError(
        'DUMP_ENCODING',
        line,
        `line ${line} is not UTF-8: write the dump again with --encoding=UTF8`,
      );
    }
    line += 1;
    start = end + 1;
  }
}

/**
 * Decodes a dump's bytes piece by piece, whole characters only. Throws a `DumpError` that names the line of the
 * first byte that isn't UTF-8 text, or the format when the file is something else.
 */
export async function* dumpText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  let pending: Uint8Array = new Uint8Array(0);
  let line = 1;
  let atStart = true;
  for await (const chunk of bytes) {
    const joined = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    if (atStart) {
      if (joined.length < 8) {
        pending = joined;
        continue;
      }
      refuseOtherFormats(joined);
      atStart = false;
    }
    const usable = joined.subarray(0, joined.length - unfinishedTail(joined));
    pending = joined.subarray(usable.length);
    assertText(usable, line);
    yield decoder.decode(usable, { stream: true });
    for (let at = usable.indexOf(NEWLINE); at !== -1; at = usable.indexOf(NEWLINE, at + 1)) line += 1;
  }
  if (pending.length === 0) return;
  if (!atStart) {
    throw new DumpError(
      'DUMP_TRUNCATED',
      line,
      `the file ends in line ${line}, in the middle of a character: get the whole file again`,
    );
  }
  refuseOtherFormats(pending);
  assertText(pending, line);
  yield decoder.decode(pending);
}

function refuseOtherFormats(start: Uint8Array): void {
  const other = otherFormats.find((format) => startsWith(start, format.bytes));
  if (other) throw new DumpError('DUMP_NOT_SQL', 1, `the file is ${other.name}, not an SQL dump: ${other.advice}`);
  if (utf16Marks.some((mark) => startsWith(start, mark))) {
    throw new DumpError('DUMP_ENCODING', 1, 'the file is UTF-16: save it as UTF-8');
  }
}
