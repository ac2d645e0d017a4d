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

/** The hashes of the texts that have what is bound to `:match`. */
export const textsMatching = 'select t.sha256 from search_texts s join document_texts t on t.rowid = s.rowid where s.text match :match';

/** Every word at the beginning of one, in the index's words. */
const matchOf = (words: readonly string[]): string => words.map((word) => `"${word}"*`).join(' ');

/**
 * Documents in whose files all words are found, each at the beginning of a word: first those whose current version has
 * them, then those of which only an old version does. Only rows that this machine holds are seen, so nobody finds more than
 * they may read.
 */
export function searchTexts({ read }: Replica, words: readonly string[], limit: number): FoundInside[] {
  if (words.length === 0) return [];
  const hashes = prepared(read, `${textsMatching} order by s.rank limit :limit`).pluck().all({ match: matchOf(words), limit: MOST_TEXTS }) as string[];
  if (hashes.length === 0) return [];
  const rank = new Map(hashes.map((hash, at) => [hash, at]));
  const place = ({ sha256 }: FoundRow): number => rank.get(sha256) ?? MOST_TEXTS;
  const found = prepared(read, documentsWith('select value from json_each(:hashes)', 'true')).all({ hashes: JSON.stringify(hashes) }) as FoundRow[];
  const [current, old] = [found.filter(({ is_current }) => is_current === 1), found.filter(({ is_current }) => is_current === 0)];
  return firstOfEach([...current.sort((a, b) => place(a) - place(b)), ...old]).slice(0, limit).map((row) => described(read, row, words));
}

/** What of these documents has all words inside of its file, by the document's id. */
export function insideOf({ read }: Replica, ids: readonly string[], words: readonly string[]): Map<string, FoundInside> {
  if (words.length === 0 || ids.length === 0) return new Map();
  const rows = prepared(read, documentsWith(textsMatching, 'd.id in (select value from json_each(:ids))'))
    .all({ match: matchOf(words), ids: JSON.stringify(ids) }) as FoundRow[];
  return new Map(firstOfEach(rows).map((row) => [row.document_id, described(read, row, words)]));
}

type FoundRow = Omit<FoundInside, 'is_current' | 'snippet'> & { is_current: 0 | 1 };

/** Documents and old versions of them that hold one of the contents: current ones first, then the newest. */
const documentsWith = (hashes: string, which: string): string => `
  select d.id as document_id, d.rowid as row, d.content_sha256 as sha256, d.version, 1 as is_current from documents d
    where d.content_sha256 in (${hashes}) and ${which}
  union all
  select d.id, d.rowid, v.content_sha256, v.version_number, 0 from document_versions v join documents d on d.id = v.document_id
    where v.content_sha256 in (${hashes}) and v.content_sha256 is not d.content_sha256 and ${which}
  order by is_current desc, version desc`;

const firstOfEach = (rows: readonly FoundRow[]): FoundRow[] => {
  const first = new Map<string, FoundRow>();
  for (const row of rows) if (!first.has(row.document_id)) first.set(row.document_id, row);
  return [...first.values()];
};

const described = (read: Replica['read'], row: FoundRow, words: readonly string[]): FoundInside => ({
  ...row,
  is_current: row.is_current === 1,
  snippet: snippetOf(textOf(read, row.sha256), words),
});

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
