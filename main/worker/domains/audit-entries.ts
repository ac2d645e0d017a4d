import type { AuditEntry, AuditRow } from '../../../shared/api/audit.ts';
import { foldText } from '../../../shared/domain/fold-text.ts';
import type { OpenSession } from '../session.ts';
import { prepared } from '../replica/prepared.ts';
import { AuditNames, type Logged } from './audit-names.ts';

interface StoredEntry {
  id: string;
  created_at: string;
  client_time: string | null;
  user_id: string | null;
  device_id: string | null;
  entity_type: string;
  entity_id: string | null;
  project_id: string | null;
  action: string;
  description: string | null;
  old_values: string | null;
  new_values: string | null;
}

const columns = `id, created_at, client_time, user_id, device_id, entity_type, entity_id, project_id, action, description,
  old_values, new_values`;
const byPosition = `select ${columns} from activity_log where rowid = ?`;
const byId = `select ${columns} from activity_log where id = ?`;

/** What an entry tells beyond its own columns. */
interface Told {
  stored: StoredEntry;
  before: Logged | null;
  after: Logged | null;
}

/** Puts entries of the log into terms that a person reads. One for each reading: it remembers the names that it met. */
export class AuditEntries {
  readonly #session: Pick<OpenSession, 'replica' | 'device'>;
  readonly #names: AuditNames;

  constructor(session: Pick<OpenSession, 'replica' | 'device'>) {
    this.#session = session;
    this.#names = new AuditNames(session.replica);
  }

  /** The entry at a position if every word is found in its names and values; null where one is not. */
  find(position: number, words: readonly string[]): Told | null {
    const told = this.#read(prepared(this.#session.replica.read, byPosition).get(position) as StoredEntry | undefined);
    if (told === null || words.length === 0) return told;
    const text = this.#searchable(told);
    return words.every((word) => text.includes(word)) ? told : null;
  }

  byId(id: string): Told | null {
    return this.#read(prepared(this.#session.replica.read, byId).get(id) as StoredEntry | undefined);
  }

  row({ stored, before, after }: Told): AuditRow {
    const { device } = this.#session;
    return {
      id: stored.id,
      created_at: stored.created_at,
      client_time: stored.client_time,
      user_id: stored.user_id,
      user_name: this.#names.person(stored.user_id),
      device_id: stored.device_id,
      device_name: stored.device_id === device.id ? device.name : null,
      entity_type: stored.entity_type,
      entity_id: stored.entity_id,
      subject: this.#names.record(stored.entity_type, stored.entity_id, after ?? before ?? {}),
      project: this.#names.project(stored.project_id),
      action: stored.action,
      description: stored.description,
      columns: differing(before, after),
    };
  }

  entry(told: Told): AuditEntry {
    const { before, after } = told;
    return {
      ...this.row(told),
      changes: differing(before, after).map((column) => ({
        column,
        before: this.#names.value(before?.[column]),
        after: this.#names.value(after?.[column]),
      })),
      currency: this.#currency(told),
    };
  }

  /** An amount without its currency among the changes is in that of its project. */
  #currency({ stored, before, after }: Told): string | null {
    const logged = after?.['currency'] ?? before?.['currency'];
    if (typeof logged === 'string') return logged;
    if (stored.project_id === null) return null;
    const ofProject = prepared(this.#session.replica.read, 'select currency from projects where id = ?').pluck().get(stored.project_id);
    return typeof ofProject === 'string' ? ofProject : null;
  }

  #read(stored: StoredEntry | undefined): Told | null {
    return stored ? { stored, before: parsed(stored.old_values), after: parsed(stored.new_values) } : null;
  }

  #searchable(told: Told): string {
    const { stored, before, after } = told;
    const project = this.#names.project(stored.project_id);
    const { device } = this.#session;
    const parts: unknown[] = [
      this.#names.person(stored.user_id),
      project?.code,
      project?.title,
      this.#names.record(stored.entity_type, stored.entity_id, after ?? before ?? {}),
      stored.device_id === device.id ? device.name : null,
      stored.description,
    ];
    for (const values of [before, after]) collect(values, parts);
    const texts: string[] = [];
    for (const part of parts) {
      const text = typeof part === 'string' ? this.#names.value(part) : part;
      if (typeof text === 'string' || typeof text === 'number') texts.push(String(text));
    }
    return foldText(texts.join('\n'));
  }
}

/** A log holds objects; whatever else is found there tells nothing by columns. */
function parsed(json: string | null): Logged | null {
  if (json === null) return null;
  const value: unknown = JSON.parse(json);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Logged) : null;
}

/** The columns that differ; of a creation or removal, those that hold something. */
function differing(before: Logged | null, after: Logged | null): string[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  if (!before || !after) for (const silent of unspoken) names.delete(silent);
  return [...names].filter((name) => JSON.stringify(before?.[name] ?? null) !== JSON.stringify(after?.[name] ?? null));
}

/** What every whole row holds and the entry tells by itself. */
const unspoken = ['id', 'organization_id', 'created_at'];

/** Everything that can be read among values, however deep. */
function collect(value: unknown, into: unknown[]): void {
  if (typeof value !== 'object' || value === null) {
    into.push(value);
    return;
  }
  for (const inner of Object.values(value)) collect(inner, into);
}
