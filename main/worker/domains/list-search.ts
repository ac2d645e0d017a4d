import { and, inArray, or, sql, type SQL } from 'drizzle-orm';
import { foldText, foldWords } from '../../../shared/domain/fold-text.ts';
import { projects } from '../../../db/replica/schema.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import { isIndexing } from '../replica/search-index.ts';
import type { OpenSession } from '../session.ts';
import { remembered } from './list-memory.ts';
import { RowSet } from './row-set.ts';

export type Searched = 'project_id' | 'title' | 'customer';

/** A word that few rows have is looked up first; whatever else is asked for is then asked of those alone. */
const FEW = 1_000;

/** Every word has to begin a word of one of the columns, whatever its diacritics. */
export function searched(session: OpenSession, text: string, columns: readonly Searched[]): SQL | undefined {
  if (text.trim() === '') return undefined;
  const words = foldWords(text);
  // Signs are in no index; and rows that are not indexed yet must not be missing from a list.
  if (words.length === 0 || isIndexing(session.replica.read)) return likeIn(text, columns);
  const few = fewOf(session, words, columns);
  return few === null ? and(...words.map((word) => indexedIn(word, columns))) : inArray(projects.id, few);
}

/** Whether so few rows have what is looked for that they are known by their ids. */
export function isNarrow(session: OpenSession, text: string, columns: readonly Searched[]): boolean {
  const words = foldWords(text);
  return words.length > 0 && !isIndexing(session.replica.read) && fewOf(session, words, columns) !== null;
}

/**
 * For each word the rows that have it, where all the words are in too many rows to be known by their ids; else null. SQL would
 * gather these rows for each question anew, and ask them for each of the others.
 */
export function commonRows(session: OpenSession, text: string, columns: readonly Searched[]): RowSet[] | null {
  const words = foldWords(text);
  if (words.length === 0 || isIndexing(session.replica.read) || fewOf(session, words, columns) !== null) return null;
  return words.map((word) => remembered(session, ['rows of', word, columns], () => new RowSet(allRowsOf(session.replica, word, columns))));
}

const fewOf = (session: OpenSession, words: readonly string[], columns: readonly Searched[]): string[] | null =>
  remembered(session, ['found', words, columns], () => findFew(session.replica, words, columns));

/**
 * The ids of the rows that have all words, where one of the words is in few rows. A word that begins many is gathered whole
 * before its first row is known, so those that are likely in few are looked up first, and the others not at all.
 */
function findFew(replica: Replica, words: readonly string[], columns: readonly Searched[]): string[] | null {
  let few: number[] | null = null;
  for (const word of [...words].sort(likelyRarer)) {
    few = rowsOf(replica, word, columns);
    if (few !== null) break;
  }
  if (few === null) return null;
  const rows = prepared(
    replica.read,
    `select p.id, p.project_id, p.title, c.company_name as customer from projects p left join contacts c on c.id = p.customer_id
      where p.rowid in (select value from json_each(?))`,
  ).all(JSON.stringify(few)) as ({ id: string } & Record<Searched, string | null>)[];
  return rows.filter((row) => {
    const begun = columns.flatMap((column) => beginnings(column, row[column] ?? ''));
    return words.every((word) => begun.some((one) => one.startsWith(word)));
  }).map(({ id }) => id);
}

/** Numbers before words, longer ones before shorter ones. */
export const likelyRarer = (a: string, b: string): number => Number(/\d/.test(b)) - Number(/\d/.test(a)) || b.length - a.length;

/** A code is also found by its last digits: the fragments of the index. */
const beginnings = (column: Searched, text: string): string[] =>
  wordsIn(text).concat(column === 'project_id' ? [3, 4, 5, 6, 7].flatMap((from) => wordsIn(text.slice(from))) : []);

const wordsIn = (text: string): string[] => foldText(text).match(/[\p{L}\p{N}]+/gu) ?? [];

const customersOf = 'select c.id from contacts c where c.rowid in (select rowid from search_contacts where search_contacts match ?)';

function allRowsOf({ read }: Replica, word: string, columns: readonly Searched[]): number[] {
  const own = prepared(read, 'select rowid from search_projects where search_projects match ?').pluck().all(matchIn(word, columns)) as number[];
  if (!columns.includes('customer')) return own;
  return own.concat(prepared(read, `select rowid from projects where customer_id in (${customersOf})`).pluck().all(matchCustomer(word)) as number[]);
}

function rowsOf({ read }: Replica, word: string, columns: readonly Searched[]): number[] | null {
  const own = prepared(read, 'select rowid from search_projects where search_projects match ? limit ?').pluck();
  const rows = own.all(matchIn(word, columns), FEW + 1) as number[];
  if (rows.length > FEW || !columns.includes('customer')) return rows.length > FEW ? null : rows;
  const others = prepared(read, `select rowid from projects where customer_id in (${customersOf}) limit ?`).pluck();
  const ofCustomers = others.all(matchCustomer(word), FEW + 1) as number[];
  return ofCustomers.length > FEW ? null : [...new Set([...rows, ...ofCustomers])];
}

const indexColumns: Record<Searched, string> = { project_id: 'code fragments', title: 'title', customer: '' };

const matchIn = (word: string, columns: readonly Searched[]): string => `{${columns.map((column) => indexColumns[column]).join(' ')}} : "${word}"*`;

const matchCustomer = (word: string): string => `{title} : "${word}"*`;

function indexedIn(word: string, columns: readonly Searched[]): SQL | undefined {
  return or(
    sql`${projects}.rowid in (select rowid from search_projects where search_projects match ${matchIn(word, columns)})`,
    columns.includes('customer')
      ? sql`${projects.customer_id} in (select c.id from contacts c where c.rowid in
          (select rowid from search_contacts where search_contacts match ${matchCustomer(word)}))`
      : undefined,
  );
}

const pattern = (word: string): string => `%${word.replace(/[\\%_]/g, '\\$&')}%`;

function likeIn(text: string, columns: readonly Searched[]): SQL | undefined {
  return and(
    ...text.trim().split(/\s+/).map((word) => {
      const like = sql`like ${pattern(word)} escape '\\'`;
      const places: Record<Searched, SQL> = {
        project_id: sql`${projects.project_id} ${like}`,
        title: sql`${projects.title} ${like}`,
        // Asked once for all rows, where a join would ask for each.
        customer: sql`${projects.customer_id} in (select c.id from contacts c where c.company_name ${like})`,
      };
      return or(...columns.map((column) => places[column]));
    }),
  );
}
