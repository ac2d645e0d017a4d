import { foldText } from '../../../shared/domain/fold-text.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';

/** Something that was found inside of a file. */
export interface FoundInside {
  document_id: string;
  /** Of the document's row. */
  row: number;
  sha256: string;
  version: number;
  is_current: boolean;
  /** The words around the first that was found; null where they stand far behind in a long text. */
  snippet: string | null;
}

/** Contents that are looked at more closely; of more than these the words say too little. */
const MOST_TEXTS = 60;

/**
 * Documents in whose files all words are found, each at the beginning of a word: first those whose current version has
 * them, then those of which only an old version does. Only rows that this machine holds are seen, so nobody finds more than
 * they may read.
 */
export function searchTexts({ read }: Replica, words: readonly string[], limit: number): FoundInside[] {
  if (words.length === 0) return [];
  const match = words.map((word) => `"${word}"*`).join(' ');
  const hashes = prepared(read, 'select t.sha256 from search_texts s join document_texts t on t.rowid = s.rowid where s.text match ? order by s.rank limit ?')
    .pluck()
    .all(match, MOST_TEXTS) as string[];
  if (hashes.length === 0) return [];
  const wanted = JSON.stringify(hashes);
  const current = prepared(
    read,
    `select id as document_id, rowid as row, content_sha256 as sha256, version, 1 as is_current from documents
     where content_sha256 in (select value from json_each(?))`,
  ).all(wanted) as FoundRow[];
  const old = prepared(
    read,
    `select d.id as document_id, d.rowid as row, v.content_sha256 as sha256, v.version_number as version, 0 as is_current
     from document_versions v join documents d on d.id = v.document_id
     where v.content_sha256 in (select value from json_each(?)) and v.content_sha256 is not d.content_sha256
     order by v.version_number desc`,
  ).all(wanted) as FoundRow[];
  const rank = new Map(hashes.map((hash, at) => [hash, at]));
  const place = ({ sha256 }: FoundRow): number => rank.get(sha256) ?? MOST_TEXTS;
  const ordered = [...current.sort((a, b) => place(a) - place(b)), ...old];
  const documents = new Map<string, FoundRow>();
  for (const row of ordered) if (!documents.has(row.document_id)) documents.set(row.document_id, row);
  return [...documents.values()]
    .slice(0, limit)
    .map((row) => ({ ...row, is_current: row.is_current === 1, snippet: snippetOf(textOf(read, row.sha256), words) }));
}

type FoundRow = Omit<FoundInside, 'is_current' | 'snippet'> & { is_current: 0 | 1 };

/** So far into a text a snippet is looked for. */
const LOOKED_THROUGH = 100_000;

const textOf = (read: Replica['read'], sha256: string): string =>
  (prepared(read, `select substr(text, 1, ${LOOKED_THROUGH}) from document_texts where sha256 = ?`).pluck().get(sha256) as string | null) ?? '';

const BEFORE = 40;
const LONGEST = 140;

/** Folding changes how long a text is, so the line is folded in which the word stands, and the word is found by letters. */
export function snippetOf(text: string, words: readonly string[]): string | null {
  for (const line of text.split('\n')) {
    const folded = foldText(line);
    const word = words.find((each) => beginsWord(folded, each) >= 0);
    if (word === undefined) continue;
    const letters = Array.from(line);
    const at = Math.min(beginsWord(folded, word), letters.length);
    const begin = Math.max(0, at - BEFORE);
    const part = letters.slice(begin, begin + LONGEST).join('').replace(/\s+/g, ' ').trim();
    return `${begin > 0 ? '…' : ''}${part}${begin + LONGEST < letters.length ? '…' : ''}`;
  }
  return null;
}

function beginsWord(folded: string, word: string): number {
  for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(folded[at - 1] ?? '')) return at;
  }
  return -1;
}
