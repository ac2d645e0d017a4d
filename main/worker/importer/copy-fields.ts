import { isUtf8 } from 'node:buffer';
import { DumpError } from './dump-error.ts';

const letters: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const escapes = /\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|([^]?))/g;

/** The fields of one line in COPY's text format; `\N` is null. Throws `DumpError` at a broken escape. */
export function copyFields(line: string, lineNumber: number): (string | null)[] {
  return line.split('\t').map((field) => {
    if (field === '\\N') return null;
    return field.includes('\\') ? unescapeField(field, lineNumber) : field;
  });
}

const byteEscape = /\\[0-7x]/;

function unescapeField(field: string, lineNumber: number): string {
  if (byteEscape.test(field)) return unescapeBytes(field, lineNumber);
  return field.replace(escapes, (...match) => unescapeLetter(String(match[3] ?? ''), lineNumber));
}

function unescapeLetter(letter: string, lineNumber: number): string {
  if (letter === '') {
    throw new DumpError(
      'DUMP_SYNTAX',
      lineNumber,
      `line ${lineNumber} ends in a lone backslash: get the whole file again`,
    );
  }
  return letters[letter] ?? letter;
}

/** Octal and hexadecimal escapes stand for bytes, several of which may make one character. */
function unescapeBytes(field: string, lineNumber: number): string {
  const parts: Buffer[] = [];
  let end = 0;
  for (const match of field.matchAll(escapes)) {
    const [whole, octal, hex, letter = ''] = match;
    parts.push(Buffer.from(field.slice(end, match.index)));
    end = match.index + whole.length;
    if (octal !== undefined) parts.push(Buffer.from([parseInt(octal, 8) & 0xff]));
    else if (hex !== undefined) parts.push(Buffer.from([parseInt(hex, 16)]));
    else parts.push(Buffer.from(unescapeLetter(letter, lineNumber)));
  }
  parts.push(Buffer.from(field.slice(end)));
  const bytes = Buffer.concat(parts);
  if (!isUtf8(bytes) || bytes.includes(0)) {
    throw new DumpError(
      'DUMP_ENCODING',
      lineNumber,
      `line ${lineNumber} is not UTF-8: write the dump again with --encoding=UTF8`,
    );
  }
  return bytes.toString('utf8');
}
