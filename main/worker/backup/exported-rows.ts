import type { Sqlite } from '../replica/database.ts';
import { tables as mirrored, type CellRow } from '../replica/tables.ts';
import { looseReferences } from './loose-references.ts';

/** Loose references that a row cannot be without. */
const requiredReferences: Readonly<Record<string, readonly string[]>> = {
  approval_delegations: ['delegator_id', 'delegate_id'],
  approval_notifications: ['recipient_id'],
  messages: ['sender_id'],
  notifications: ['user_id'],
  project_assignments: ['user_id'],
  purchase_orders: ['supplier_id'],
  saved_views: ['owner_id'],
  supplier_quotes: ['supplier_id'],
  supplier_rfqs: ['supplier_id'],
};

/**
 * Which rows of a replica make up the centre's own state: without changes that were not sent, and without what refers to rows
 * that the replica could not take in.
 */
export class ExportedRows {
  readonly #reader: Sqlite;
  readonly #shadows = new Map<string, Map<string, CellRow | null>>();
  readonly #leftOut = new Map<string, Set<string>>();

  constructor(reader: Sqlite) {
    this.#reader = reader;
    for (const { name } of mirrored) this.#shadows.set(name, new Map());
    const shadows = reader.prepare('select table_name as name, row_id as id, row from shadow').all() as { name: string; id: string; row: string | null }[];
    for (const { name, id, row } of shadows) this.#shadows.get(name)?.set(id, row === null ? null : (JSON.parse(row) as CellRow));
    // Parents first: what belongs to a row that is left out is left out with it.
    for (const { name } of mirrored) this.#leftOut.set(name, this.#unfit(name));
  }

  /** The centre's version of a row that was changed here; null where the centre has none, undefined where nothing was changed. */
  shadow(table: string, id: string): CellRow | null | undefined {
    return this.#shadows.get(table)?.get(id);
  }

  isLeftOut(table: string, id: string): boolean {
    return this.#leftOut.get(table)?.has(id) === true;
  }

  /** How many rows the centre has at least that are not in the backup, or in an older state. */
  leftOut(table: string): number {
    const aside = this.#reader.prepare('select count(*) from quarantine where table_name = ?').pluck().get(table) as number;
    return aside + (this.#leftOut.get(table)?.size ?? 0);
  }

  /** Rows that were deleted here and not yet in the centre, in the order of their ids. */
  deletedHere(table: string): string[] {
    const isHere = this.#reader.prepare(`select 1 from "${table}" where id = ?`).pluck();
    return [...(this.#shadows.get(table) ?? [])].filter(([id, row]) => row !== null && isHere.get(id) === undefined).map(([id]) => id).sort();
  }

  has(table: string, id: string): boolean {
    if (this.isLeftOut(table, id)) return false;
    const shadow = this.shadow(table, id);
    if (shadow !== undefined) return shadow !== null;
    return this.#reader.prepare(`select 1 from "${table}" where id = ?`).pluck().get(id) === 1;
  }

  /** For each column with a loose reference, what it names that is not in the backup. */
  missingTargets(table: string): ReadonlyMap<string, ReadonlySet<string>> {
    return new Map(Object.entries(looseReferences[table] ?? {}).map(([column, target]) => [column, this.#missing(table, column, target)]));
  }

  #missing(table: string, column: string, target: string): Set<string> {
    const named = this.#reader
      .prepare(`select distinct t."${column}" from "${table}" t where t."${column}" is not null and not exists (select 1 from "${target}" p where p.id = t."${column}")`)
      .pluck()
      .all() as string[];
    return new Set([...named.filter((id) => !this.has(target, id)), ...(this.#leftOut.get(target) ?? [])]);
  }

  #unfit(table: string): Set<string> {
    const found = new Set<string>();
    const add = (column: string, targets: ReadonlySet<string>): void => {
      if (targets.size === 0) return;
      const ids = this.#reader.prepare(`select id from "${table}" where "${column}" in (select value from json_each(?))`).pluck();
      for (const id of ids.all(JSON.stringify([...targets])) as string[]) found.add(id);
    };
    for (const column of requiredReferences[table] ?? []) add(column, this.#missing(table, column, looseReferences[table]?.[column] ?? ''));
    for (const { table: target, from } of this.#reader.pragma(`foreign_key_list("${table}")`) as { table: string; from: string }[]) {
      if (target !== table) add(from, this.#leftOut.get(target) ?? new Set());
    }
    return found;
  }
}
