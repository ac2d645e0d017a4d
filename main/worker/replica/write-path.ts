import { v7 as uuidv7 } from 'uuid';
import type { StoredEffect } from '../../../db/replica/machinery.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import type { Changes } from './changes.ts';
import { durably, inSlices, type Sqlite } from './database.ts';
import type { Overlay } from './overlay.ts';
import { fromCell, tableOf } from './tables.ts';

/** One change that a person makes, as it will be sent to the centre. */
export interface Mutation {
  table_name: string;
  row_id: string;
  op: 'insert' | 'update' | 'delete';
  /** Changed columns with their new values (for an insert: all business columns that are set). */
  patch: Record<string, unknown>;
  /** Columns of the same row that the centre will set by itself and that the screen shows at once. */
  derived?: Record<string, unknown>;
  /** Other rows that the centre will change along with this one. */
  effects?: StoredEffect[];
}

/**
 * The one way in which replicated data changes on this machine: row, effects and outbox entry in one durable
 * transaction. When `accept` has returned, the change survives the end of the process at any instant.
 */
export class WritePath {
  readonly #sqlite: Sqlite;
  readonly #overlay: Overlay;
  readonly #changes: Changes;
  readonly #append;
  readonly #appendEffect;
  readonly #lastOfRow;
  readonly #othersAfter;
  readonly #mergeEntry;
  readonly #effectCount;
  readonly #ownEffect;
  readonly #mergeEffect;

  constructor(sqlite: Sqlite, overlay: Overlay, changes: Changes) {
    this.#sqlite = sqlite;
    this.#overlay = overlay;
    this.#changes = changes;
    this.#append = sqlite.prepare(
      'insert into outbox (mutation_id, table_name, row_id, op, patch, base, created_at) values (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#appendEffect = sqlite.prepare(
      'insert into outbox_effects (seq, position, table_name, row_id, op, patch) values (?, ?, ?, ?, ?, ?)',
    );
    this.#lastOfRow = sqlite.prepare(
      "select seq, op, patch, base from outbox where table_name = ? and row_id = ? and state = 'pending' order by seq desc limit 1",
    );
    this.#othersAfter = sqlite.prepare(
      'select count(*) from outbox_effects where table_name = ? and row_id = ? and seq > ?',
    ).pluck();
    this.#effectCount = sqlite.prepare('select count(*) from outbox_effects where seq = ?').pluck();
    this.#ownEffect = sqlite.prepare('select patch from outbox_effects where seq = ? and position = 0');
    this.#mergeEffect = sqlite.prepare('update outbox_effects set patch = ? where seq = ? and position = 0');
    this.#mergeEntry = sqlite.prepare('update outbox set patch = ?, base = ? where seq = ?');
  }

  /**
   * Accepts changes together: all of them or, on an error, none. `also` is for what becomes true with them in the replica's
   * own tables; it runs in the same transaction and names the tables that it changed.
   */
  accept(mutations: readonly Mutation[], also: () => readonly string[] = () => []): void {
    const touched = new Set<string>();
    durably(this.#sqlite, 'FULL', () => {
      for (const mutation of mutations) {
        for (const table of this.#acceptOne(mutation)) touched.add(table);
      }
      for (const table of also()) touched.add(table);
    });
    this.#changes.announce(touched);
  }

  /**
   * Accepts as many changes as an import has, all or none, in slices, so that requests are answered meanwhile. It does not
   * wait for the disk: the caller's next durable transaction does, for both.
   * @param signal when aborted, nothing stays and its reason is thrown
   */
  async acceptMany(mutations: readonly Mutation[], signal: AbortSignal, tell: (done: number) => void): Promise<void> {
    const touched = new Set<string>();
    const steps = function* (acceptOne: (mutation: Mutation) => string[]): Generator<void> {
      for (const [done, mutation] of mutations.entries()) {
        for (const table of acceptOne(mutation)) touched.add(table);
        tell(done + 1);
        yield;
      }
    };
    await inSlices(this.#sqlite, () => steps((mutation) => this.#acceptOne(mutation)), signal);
    this.#changes.announce(touched);
  }

  #acceptOne(mutation: Mutation): string[] {
    const table = tableOf(mutation.table_name);
    const current = this.#overlay.current(table, mutation.row_id);
    const patch: Record<string, unknown> = {};
    const base: Record<string, unknown> = {};
    for (const column of table.columns) {
      if (!Object.hasOwn(mutation.patch, column.name)) continue;
      const before = current ? fromCell(column.kind, current[column.name] ?? null) : null;
      const after = mutation.patch[column.name] ?? null;
      if (mutation.op === 'update' && JSON.stringify(before) === JSON.stringify(after)) continue;
      patch[column.name] = after;
      if (current) base[column.name] = before;
    }
    if (mutation.op === 'update' && Object.keys(patch).length === 0) return [];

    const own: StoredEffect = {
      table_name: mutation.table_name,
      row_id: mutation.row_id,
      op: mutation.op,
      patch: { ...mutation.derived, ...mutation.patch },
    };
    const effects = [own, ...(mutation.effects ?? [])];
    for (const effect of effects) this.#overlay.protect(effect);
    if (!this.#merge(mutation, own, patch, base)) this.#enqueue(mutation, effects, patch, base);
    for (const effect of effects) this.#overlay.recompute(effect);
    return [...effects.map((effect) => effect.table_name), 'outbox'];
  }

  #enqueue(
    mutation: Mutation,
    effects: StoredEffect[],
    patch: Record<string, unknown>,
    base: Record<string, unknown>,
  ): void {
    const { lastInsertRowid: seq } = this.#append.run(
      uuidv7(),
      mutation.table_name,
      mutation.row_id,
      mutation.op,
      JSON.stringify(patch),
      JSON.stringify(base),
      formatTimestamp(new Date()),
    );
    effects.forEach((effect, position) => {
      this.#appendEffect.run(seq, position, effect.table_name, effect.row_id, effect.op, JSON.stringify(effect.patch));
    });
  }

  /**
   * Consecutive edits of one row merge while they are unsent, so that a person who types for an hour sends one
   * mutation. Only into the row's last entry, so that no other effect on the row changes its place.
   */
  #merge(
    mutation: Mutation,
    own: StoredEffect,
    patch: Record<string, unknown>,
    base: Record<string, unknown>,
  ): boolean {
    if (mutation.op !== 'update' || (mutation.effects ?? []).length > 0) return false;
    const last = this.#lastOfRow.get(mutation.table_name, mutation.row_id) as
      | { seq: number; op: string; patch: string; base: string }
      | undefined;
    if (!last || last.op === 'delete') return false;
    if (this.#othersAfter.get(mutation.table_name, mutation.row_id, last.seq) !== 0) return false;
    if (this.#effectCount.get(last.seq) !== 1) return false;
    const merged = { ...(JSON.parse(last.patch) as Record<string, unknown>), ...patch };
    const oldest = last.op === 'insert' ? {} : { ...base, ...(JSON.parse(last.base) as Record<string, unknown>) };
    this.#mergeEntry.run(JSON.stringify(merged), JSON.stringify(oldest), last.seq);
    const effect = this.#ownEffect.get(last.seq) as { patch: string };
    const shown = { ...(JSON.parse(effect.patch) as Record<string, unknown>), ...own.patch };
    this.#mergeEffect.run(JSON.stringify(shown), last.seq);
    return true;
  }
}
