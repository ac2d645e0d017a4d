import type { FoundRecord, RecordKind, searchApi } from '../../../shared/api/search.ts';
import { recordKinds } from '../../../shared/api/search.ts';
import { foldText, foldWords } from '../../../shared/domain/fold-text.ts';
import { searchTexts } from '../content/search-texts.ts';
import { durably, longWork, type Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import { isIndexing } from '../replica/search-index.ts';
import type { OpenSession } from '../session.ts';
import type { Handlers } from './context.ts';
import { likelyRarer } from './list-search.ts';

export const searchHandlers: Handlers<keyof typeof searchApi> = {
  'search.all': ({ replica }, { text, limit }) => ({
    records: findRecords(replica, text, limit),
    incomplete: isIndexing(replica.read),
  }),

  'search.recent': ({ replica, meta }) => readRecent(meta).flatMap(({ kind, id }) => readById(replica, kind, id) ?? []),

  'search.code': ({ replica }, { code }) =>
    (prepared(replica.read, byCode).get({ code }) as { id: string } | undefined) ?? null,

  'search.opened': async (session, record) => {
    // What was looked at last is not worth that a long pull begins again.
    await longWork(session.replica.write);
    noteOpened(session, record);
    return null;
  },
};

/** As it is written, or, by a hand or a scanner with another mind about capitals, in one case. */
const byCode = `
  select id from projects where project_id in (:code, upper(:code), lower(:code)) order by project_id = :code desc limit 1`;

interface RecordKey {
  kind: RecordKind;
  id: string;
}

const RECENT = 8;

const readRecent = (meta: OpenSession['meta']): RecordKey[] => JSON.parse(meta.get('recent_records') ?? '[]') as RecordKey[];

function noteOpened({ replica, meta, changes }: OpenSession, { kind, id }: RecordKey): void {
  const before = readRecent(meta);
  if (before[0]?.id === id) return;
  const recent = [{ kind, id }, ...before.filter((record) => record.id !== id)].slice(0, RECENT);
  durably(replica.write, 'NORMAL', () => meta.set({ recent_records: JSON.stringify(recent) }));
  changes.announce(['recent_records']);
}

function findRecords(replica: Replica, text: string, limit: number): FoundRecord[] {
  const words = foldWords(text);
  if (words.length === 0) return [];
  const asked = foldText(text.trim());
  const groups = recordKinds.map((kind) => {
    const rows = kind === 'project' ? projectsOfCode(replica, text, limit) : [];
    const found = readRows(replica, kind, [...new Set([...rows, ...candidates(replica, kind, words, limit)])]);
    const named = found
      .map((record) => ({ record, tier: tierOf(record, asked) }))
      .sort((a, b) => a.tier - b.tier)
      .slice(0, limit);
    return kind === 'document' && named.length < limit ? [...named, ...foundInside(replica, words, found, limit - named.length)] : named;
  });
  return groups
    .filter((group) => group.length > 0)
    .sort((a, b) => (a[0]?.tier ?? 0) - (b[0]?.tier ?? 0))
    .flatMap((group) => group.map(({ record }) => record));
}

/** Documents that have the words inside of their files, after those that are named like that. */
function foundInside(replica: Replica, words: readonly string[], named: readonly FoundRecord[], limit: number): { record: FoundRecord; tier: number }[] {
  const known = new Set(named.map(({ id }) => id));
  const found = searchTexts(replica, words, limit + known.size).filter(({ document_id }) => !known.has(document_id));
  const records = new Map(readRows(replica, 'document', found.map(({ row }) => row)).map((record) => [record.id, record]));
  return found.slice(0, limit).flatMap(({ document_id, snippet, version, is_current }) => {
    const record = records.get(document_id);
    return record?.kind === 'document' ? [{ record: { ...record, inside: { snippet, version, is_current } }, tier: 3 }] : [];
  });
}

/** Exactly what was typed comes before what begins with it, and that before all else. */
function tierOf({ code, title }: FoundRecord, asked: string): number {
  const names = [foldText(code ?? ''), foldText(title)];
  if (names.includes(asked)) return 0;
  return names.some((name) => name.startsWith(asked)) ? 1 : 2;
}

/** Up to so many rows are weighed against each other; where more are found, the words say too little for that. */
const WEIGHED = 1_000;
/** So many times the limit are looked at more closely. */
const MARGIN = 4;

const tableOf: Readonly<Record<RecordKind, string>> = {
  project: 'projects',
  contact: 'contacts',
  document: 'documents',
  person: 'users',
};

/** Rows in which all words are found, the best first. */
function candidates({ read }: Replica, kind: RecordKind, words: readonly string[], limit: number): number[] {
  const index = `search_${tableOf[kind]}`;
  const all = words.map(beginning).join(' ');
  const find = (order: string, match: string, most: number): number[] =>
    prepared(read, `select rowid from ${index} where ${index} match ? ${order} limit ?`).pluck().all(match, most) as number[];
  const isFew = (match: string): boolean => find('', match, WEIGHED + 1).length <= WEIGHED;
  const weighed = (): number[] => find("and rank match 'bm25(10, 5, 1, 3, 2)' order by rank", all, limit * MARGIN);
  // A word that few rows have is found at once, and tells that all words together have not more.
  if (isFew(beginning([...words].sort(likelyRarer)[0] ?? ''))) return weighed();
  const named = find('order by rowid desc', `{code title} : (${all})`, WEIGHED + 1);
  if (named.length <= WEIGHED && isFew(all)) return weighed();
  const first = named.slice(0, limit * MARGIN);
  return first.length < limit * MARGIN ? [...first, ...find('order by rowid desc', all, limit * MARGIN)] : first;
}

const beginning = (word: string): string => `"${word}"*`;

/** Codes that begin like what was typed, in the order of codes: `p2501` and `P 2501` mean `P-2501`. */
function projectsOfCode({ read }: Replica, text: string, limit: number): number[] {
  if (!/\d/.test(text)) return [];
  const code = text.trim().toUpperCase().replace(/^([A-Z]+)[\s-]*(?=\d)/, '$1-');
  const ofCode = 'select rowid from projects where project_id >= :code and project_id < :code || char(0x10ffff) order by project_id limit :limit';
  return prepared(read, ofCode).pluck().all({ code, limit }) as number[];
}

const selects: Readonly<Record<RecordKind, string>> = {
  project: `select r.rowid as row, 'project' as kind, r.id, r.project_id as code, r.title, r.status, c.company_name as customer_name
    from projects r left join contacts c on c.id = r.customer_id where true`,
  contact: `select r.rowid as row, 'contact' as kind, r.id, r.tax_id as code, r.company_name as title, r.type, r.contact_name, r.email, r.phone
    from contacts r where r.merged_into_id is null`,
  document: `select r.rowid as row, 'document' as kind, r.id, r.file_name as code, r.title, r.project_id, p.project_id as project_code
    from documents r left join projects p on p.id = r.project_id where true`,
  person: `select r.rowid as row, 'person' as kind, r.id, r.employee_id as code, r.name as title, r.role, r.department, r.email, r.phone
    from users r where true`,
};

/** The records of rows, in the order of the rows. */
function readRows({ read }: Replica, kind: RecordKind, rows: readonly number[]): FoundRecord[] {
  const statement = prepared(read, `${selects[kind]} and r.rowid in (select value from json_each(?))`);
  const found = statement.all(JSON.stringify(rows)) as (FoundRecord & { row: number })[];
  const byRow = new Map(found.map(({ row, ...record }) => [row, record]));
  return rows.flatMap((row) => byRow.get(row) ?? []);
}

function readById({ read }: Replica, kind: RecordKind, id: string): FoundRecord | undefined {
  const found = prepared(read, `${selects[kind]} and r.id = ?`).get(id) as (FoundRecord & { row: number }) | undefined;
  if (!found) return undefined;
  const { row: _, ...record } = found;
  return record;
}
