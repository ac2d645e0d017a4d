import { basename } from 'node:path';
import {
  type BadRow,
  type contactImportApi,
  type FailedRowsWords,
  type ImportChange,
  type ImportPreview,
  type ImportProblem,
  type ImportProgress,
  type ImportResult,
} from '../../../shared/api/contact-import.ts';
import { contactColumns, newContact, type ContactType } from '../../../shared/api/contacts.ts';
import { mayAccess } from '../../../shared/domain/access-rules.ts';
import { columnOfHeading, guessMapping, headingKey, kindOf, type ContactColumn } from '../../../shared/domain/contact-headers.ts';
import { AppError } from '../../../shared/errors.ts';
import { durably, takingTurns } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { Mutation } from '../replica/write-path.ts';
import type { OpenSession } from '../session.ts';
import { NewFile } from '../tables/new-file.ts';
import { newTable } from '../tables/new-table.ts';
import type { FailedRowsRequest } from '../protocol.ts';
import { createContact, editContact, type StoredContact, type ContactEdit } from './contact-commands.ts';
import { contactIndex, keysOf, type ContactIndex, type IndexedContact } from './contact-index.ts';
import type { Handlers } from './context.ts';
import type { ParsedInput } from '../../../shared/api/index.ts';

const SAMPLE = 5;
/** So many rows of each kind are shown; the file of failed rows has all. */
const SHOWN = 100;
/** Headings are looked for in the first rows: a list often has a title above them. */
const HEADING_ROWS = 15;
const MAX_COLUMNS = 200;
const FAILED_BATCH = 500;

interface OpenFile {
  preview: ImportPreview;
  /** Rows below the headings, with their numbers in the file. */
  rows: { row: number; cells: string[] }[];
  /** What the last check or run could not take. */
  bad: BadRow[];
}

interface Desk {
  open: OpenFile | null;
  progress: ImportProgress | null;
  running: AbortController | null;
}

const desks = new WeakMap<OpenSession, Desk>();

function deskOf(session: OpenSession): Desk {
  let desk = desks.get(session);
  if (!desk) desks.set(session, (desk = { open: null, progress: null, running: null }));
  return desk;
}

export const contactImportHandlers: Handlers<keyof typeof contactImportApi> = {
  'contacts.checkImport': (session, plan) => atWork(session, async (signal) => (await judge(session, plan, signal)).result),

  'contacts.runImport': (session, plan) =>
    atWork(session, async (signal) => {
      const { result, mutations } = await judge(session, plan, signal);
      if (result.bad > 0 && !plan.skip_bad) {
        throw new AppError('IMPORT_BAD_ROWS', `${result.bad} rows are bad, and none may be skipped`, { bad: result.bad });
      }
      await write(session, mutations, signal);
      remember(session, plan.mapping);
      return result;
    }),

  'contacts.importProgress': (session) => deskOf(session).progress,

  'contacts.cancelImport': (session) => {
    deskOf(session).running?.abort(new AppError('IMPORT_CANCELLED', 'the person stopped the import'));
    return null;
  },

  'contacts.closeImport': (session) => {
    const desk = deskOf(session);
    desk.running?.abort(new AppError('IMPORT_CANCELLED', 'the import was closed'));
    desk.open = null;
    return null;
  },
};

/** One at a time; `cancelImport` aborts the signal. */
async function atWork<T>(session: OpenSession, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const desk = deskOf(session);
  if (desk.running) throw new AppError('IMPORT_RUNNING', 'another import is running');
  const stop = new AbortController();
  desk.running = stop;
  try {
    return await work(stop.signal);
  } finally {
    desk.running = null;
    desk.progress = null;
  }
}

/** Reads a file that the person chose. Fails as `readTable` does, or with FILE_EMPTY. */
export const openImport = (session: OpenSession, file: string): Promise<ImportPreview> =>
  atWork(session, async (signal) => {
    const desk = deskOf(session);
    desk.open = null;
    desk.progress = { step: 'read', rows: 0, total: null };
    const { readTable } = await import('../tables/table-reader.ts');
    const table = await readTable(file);
    signal.throwIfAborted();
    const at = headingRow(table.rows);
    const headings = (table.rows[at] ?? []).slice(0, MAX_COLUMNS);
    const rows = table.rows
      .map((cells, index) => ({ row: index + 1, cells }))
      .slice(at + 1)
      .filter(({ cells }) => cells.some((cell) => cell !== ''));
    if (rows.length === 0) throw new AppError('FILE_EMPTY', 'the file has no rows below its headings');
    const remembered = JSON.parse(session.meta.get('contact_import_columns') ?? '{}') as Record<string, string>;
    const preview: ImportPreview = {
      file: basename(file),
      form: table.form,
      headings,
      mapping: guessMapping(headings, remembered),
      sample: rows.slice(0, SAMPLE).map(({ cells }) => headings.map((_, column) => (cells[column] ?? '').slice(0, 200))),
      rows: rows.length,
    };
    desk.open = { preview, rows, bad: [] };
    return preview;
  });

/** The row that is known to head columns; else the first that has two cells of its own. */
function headingRow(rows: readonly string[][]): number {
  const first = rows.slice(0, HEADING_ROWS);
  const known = first.map((cells) => cells.filter((cell) => columnOfHeading(cell) !== null).length);
  const most = Math.max(0, ...known);
  if (most >= 2) return known.indexOf(most);
  return Math.max(0, first.findIndex((cells) => new Set(cells.filter((cell) => cell !== '')).size >= 2));
}

interface Judged {
  result: ImportResult;
  mutations: Mutation[];
}

type Plan = ParsedInput<'contacts.checkImport'>;

/** What each row would do. */
async function judge(session: OpenSession, plan: Plan, signal: AbortSignal): Promise<Judged> {
  const desk = deskOf(session);
  const { open } = desk;
  if (!open) throw new AppError('IMPORT_NOT_OPEN', 'no file was opened');
  if (!plan.mapping.includes('company_name')) throw new AppError('IMPORT_NO_NAME', 'no column is the name of the company');
  const index = await contactIndex(session);
  const known = new KnownContacts(index);
  const seen = new Map<string, number>();
  const result: ImportResult = { created: 0, changed: 0, same: 0, bad: 0, bad_rows: [], new_rows: [], changed_rows: [] };
  const mutations: Mutation[] = [];
  const bad: BadRow[] = [];
  const turn = takingTurns();
  for (const [done, { row, cells }] of open.rows.entries()) {
    signal.throwIfAborted();
    const outcome = judgeRow(session, known, plan, cells, seen, row);
    if ('problem' in outcome) bad.push({ row, ...outcome });
    else if (outcome.mutation === null) result.same += 1;
    else {
      mutations.push(outcome.mutation);
      const kind = outcome.mutation.op === 'insert' ? 'created' : 'changed';
      result[kind] += 1;
      const list = kind === 'created' ? result.new_rows : result.changed_rows;
      if (list.length < SHOWN) list.push({ row, company_name: outcome.name, columns: outcome.columns });
    }
    if (done % 100 === 0) desk.progress = { step: 'check', rows: done, total: open.rows.length };
    await turn();
  }
  open.bad = bad;
  return { result: { ...result, bad: bad.length, bad_rows: bad.slice(0, SHOWN) }, mutations };
}

type Outcome =
  | { mutation: Mutation | null; name: string; columns: ImportChange['columns'] }
  | { problem: ImportProblem; column: ContactColumn | null; value: string; other: number | null };

const problemsByColumn: Partial<Record<ContactColumn, ImportProblem>> = { email: 'email', credit_limit: 'amount', currency: 'currency' };

function judgeRow(
  session: OpenSession,
  known: KnownContacts,
  plan: Plan,
  cells: readonly string[],
  seen: Map<string, number>,
  row: number,
): Outcome {
  const facts: Partial<Record<ContactColumn, string>> = {};
  plan.mapping.forEach((column, at) => {
    const value = cells[at] ?? '';
    if (column !== null && value !== '') facts[column] = value;
  });
  const problem = (code: ImportProblem, column: ContactColumn | null, other: number | null = null): Outcome => ({
    problem: code,
    column,
    value: (column === null ? '' : (facts[column] ?? '')).slice(0, 200),
    other,
  });
  const type = facts.type === undefined ? plan.type : kindOf(facts.type);
  if (type === null) return problem('kind', 'type');
  if (facts.currency !== undefined) facts.currency = currencyOf(facts.currency);
  const parsed = newContact.safeParse({ ...facts, type, company_name: facts.company_name ?? '' });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const column = (issue?.path[0] ?? null) as ContactColumn | null;
    if (column === 'company_name' && !facts.company_name) return problem('required', column);
    if (issue?.code === 'too_big') return problem('tooLong', column);
    return problem((column && problemsByColumn[column]) ?? 'tooLong', column);
  }
  const clean = parsed.data;
  const keys = keysOf(clean);
  // One company twice in a file would be written twice, or overwrite itself.
  const own = keys.tax_id ?? keys.email ?? keys.name ?? '';
  const earlier = seen.get(`${type} ${own}`);
  if (earlier !== undefined) return problem('repeated', null, earlier);
  seen.set(`${type} ${own}`, row);

  const { role } = session.current().person;
  const found = known.find(type as ContactType, keys);
  if (!found) {
    if (!mayAccess(role, 'insert', 'contacts', { contactType: type })) return problem('kindNotAllowed', 'type');
    return { mutation: createContact(session, clean), name: clean.company_name, columns: [] };
  }
  if (!mayAccess(role, 'update', 'contacts', { contactType: type })) return problem('kindNotAllowed', 'type');
  const stored = prepared(session.replica.read, 'select * from contacts where id = ?').get(found.contact.id) as StoredContact;
  const columns = contactColumns.flatMap((name) => {
    // Nothing is emptied by an empty cell, and who is known by the name keeps its spelling.
    if (facts[name] === undefined || name === 'type' || (name === 'company_name' && found.by === 'name')) return [];
    const after = clean[name];
    return after === null || after === undefined || after === stored[name] ? [] : [{ name, before: stored[name], after }];
  });
  if (columns.length === 0) return { mutation: null, name: stored.company_name, columns };
  const patch: ContactEdit = Object.fromEntries(columns.map(({ name, after }) => [name, after]));
  return { mutation: editContact(session, stored, patch), name: stored.company_name, columns };
}

/** `đ`, `VNĐ` and `usd` as codes; what is none stays, and is refused. */
function currencyOf(written: string): string {
  const upper = written.trim().toUpperCase();
  return { 'Đ': 'VND', '₫': 'VND', 'VNĐ': 'VND', $: 'USD', '€': 'EUR', '¥': 'JPY' }[upper] ?? upper;
}

/** Contacts by what an imported row says of them: the tax number first, then the address, then the name. */
class KnownContacts {
  readonly #index: ContactIndex;
  /** A duplicate that was merged leads to the one that stayed. */
  readonly #merged = { tax_id: new Map<string, IndexedContact>(), email: new Map<string, IndexedContact>(), name: new Map<string, IndexedContact>() };

  constructor(index: ContactIndex) {
    this.#index = index;
    for (const { keys, merged_into } of index.contacts) {
      const stays = merged_into === null ? undefined : index.byId.get(merged_into);
      if (!stays) continue;
      for (const by of ['tax_id', 'email', 'name'] as const) if (keys[by] !== null) this.#merged[by].set(keys[by], stays);
    }
  }

  find(type: ContactType, keys: IndexedContact['keys']): { contact: IndexedContact; by: 'tax_id' | 'email' | 'name' } | null {
    for (const by of ['tax_id', 'email', 'name'] as const) {
      const key = keys[by];
      if (key === null) continue;
      const merged = this.#merged[by].get(key);
      const contact = [...(this.#index.byKey[by].get(key) ?? []), ...(merged ? [merged] : [])].find(
        // Another tax number is another company, whatever else is the same.
        (one) => one.type === type && (by === 'tax_id' || keys.tax_id === null || one.keys.tax_id === null || one.keys.tax_id === keys.tax_id || one === merged),
      );
      if (contact) return { contact, by };
    }
    return null;
  }
}

async function write(session: OpenSession, mutations: readonly Mutation[], signal: AbortSignal): Promise<void> {
  const desk = deskOf(session);
  const total = mutations.length;
  await session.acceptMany(mutations, signal, (rows) => {
    desk.progress = { step: 'write', rows, total };
  });
}

/** What was decided about each heading, for the next file. This also waits for the disk, which the large transaction did not. */
function remember(session: OpenSession, mapping: Plan['mapping']): void {
  const headings = deskOf(session).open?.preview.headings ?? [];
  const before = JSON.parse(session.meta.get('contact_import_columns') ?? '{}') as Record<string, string>;
  const decided = headings.flatMap((heading, at) => (headingKey(heading) === '' ? [] : [[headingKey(heading), mapping[at] ?? '']]));
  durably(session.replica.write, 'FULL', () =>
    session.meta.set({ contact_import_columns: JSON.stringify({ ...before, ...(Object.fromEntries(decided) as Record<string, string>) }) }),
  );
}

/** Writes the rows that could not be imported, as they were, with the reason behind them. Fails as `NewFile` does. */
export async function saveFailedRows(session: OpenSession, { file, draft, format, words }: FailedRowsRequest): Promise<{ rows: number }> {
  const { open } = deskOf(session);
  if (!open) throw new AppError('IMPORT_NOT_OPEN', 'no file was opened');
  const { headings } = open.preview;
  const cellsOf = new Map(open.rows.map(({ row, cells }) => [row, cells]));
  const table = await newTable(format, { name: words.sheet, widths: [...headings.map(() => 22), 50] });
  const target = await NewFile.create(file, draft);
  try {
    await target.write(table.begin([...headings, words.reason]));
    for (let done = 0; done < open.bad.length; done += FAILED_BATCH) {
      const rows = open.bad.slice(done, done + FAILED_BATCH).map((one) => {
        const cells = cellsOf.get(one.row) ?? [];
        return [...headings.map((_, column) => cells[column] ?? ''), reasonText(one, words)];
      });
      await target.write(table.rows(rows));
    }
    await target.write(table.end());
    await target.finish();
    return { rows: open.bad.length };
  } catch (error) {
    await target.discard();
    throw error;
  }
}

const reasonText = ({ problem, column, value, other }: BadRow, words: FailedRowsWords): string =>
  words.problems[problem]
    .replaceAll('{column}', () => (column === null ? '' : (words.columns[column] ?? column)))
    .replaceAll('{value}', () => value)
    .replaceAll('{other}', () => String(other ?? ''));
