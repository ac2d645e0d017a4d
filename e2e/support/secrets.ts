import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Something that may lie nowhere, under a name that may be told. */
export interface Secret {
  name: string;
  /** The ways in which it could be written. */
  forms: Buffer[];
}

/** Base64 of a text wherever it stands inside of a longer one: three ways, without the characters that its neighbours share. */
function base64Forms(content: Buffer): Buffer[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), content]).toString('base64').replace(/=+$/, '');
    return Buffer.from(encoded.slice(before === 0 ? 0 : before + 1, -2));
  });
}

const hexForms = (content: Buffer): Buffer[] => {
  const hex = content.toString('hex');
  return [Buffer.from(hex), Buffer.from(hex.toUpperCase())];
};

/** A text as programs write texts: in all the usual encodings, of characters as of URLs, JSON and binary data. */
export function secretText(name: string, text: string): Secret {
  const spellings = new Set([text, text.normalize('NFC'), text.normalize('NFD'), text.normalize('NFKC')]);
  const forms = [...spellings].flatMap((spelling) => {
    const utf8 = Buffer.from(spelling, 'utf8');
    const utf16 = Buffer.from(spelling, 'utf16le');
    const form = new URLSearchParams({ x: spelling }).toString().slice(2);
    const ascii = JSON.stringify(spelling).slice(1, -1).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
    return [
      utf8,
      utf16,
      Buffer.from(utf16).swap16(),
      ...[encodeURIComponent(spelling), form, JSON.stringify(spelling).slice(1, -1), ascii].map((written) => Buffer.from(written)),
      ...base64Forms(utf8),
      ...base64Forms(utf16),
      ...hexForms(utf8),
    ];
  });
  return { name, forms };
}

/** Random bytes, as they are and as text. */
export const secretBytes = (name: string, bytes: Buffer): Secret => ({
  name,
  forms: [bytes, ...hexForms(bytes), ...base64Forms(bytes), Buffer.from(bytes.toString('base64url')), Buffer.from(bytes.join(','))],
});

const inside = (content: Buffer, secrets: readonly Secret[]): string[] =>
  secrets.filter(({ forms }) => forms.some((form) => content.includes(form))).map(({ name }) => name);

/** Where in a folder, file names included, which secrets lie. */
export function secretsInFolder(folder: string, secrets: readonly Secret[]): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    const content = entry.isFile() ? readFileSync(path) : entry.isSymbolicLink() ? Buffer.from(readlinkSync(path)) : Buffer.alloc(0);
    for (const secret of inside(Buffer.concat([Buffer.from(`${name}\n`), content]), secrets)) found.push(`${secret} in ${name}`);
  }
  return found;
}

/** A process and all that it has started, by their numbers. */
function processTree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const status = readProc(Number(name), 'status').toString();
    parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0));
  }
  const tree = [root];
  for (const parent of tree) for (const [child, of] of parents) if (of === parent) tree.push(child);
  return tree;
}

/** A process may have ended by the time that it is looked at. */
function readProc(pid: number, file: string): Buffer {
  try {
    return readFileSync(`/proc/${pid}/${file}`);
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return Buffer.alloc(0);
    throw error;
  }
}

/** Which secrets stand in the command line or environment of a process or of what it has started (Linux). */
export function secretsOfProcesses(root: number, secrets: readonly Secret[]): { looked: number; found: string[] } {
  const tree = processTree(root);
  const found = tree.flatMap((pid) =>
    ['cmdline', 'environ'].flatMap((file) => inside(readProc(pid, file), secrets).map((secret) => `${secret} in ${file} of ${pid}`)),
  );
  return { looked: tree.length, found };
}
