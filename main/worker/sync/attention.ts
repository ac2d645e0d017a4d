import { desc, eq } from 'drizzle-orm';
import { AppError } from '../../../shared/errors.ts';
import { attention } from '../../../db/replica/schema.ts';
import type { Changes } from '../replica/changes.ts';
import { durably, type Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { CellRow } from '../replica/tables.ts';

export type StoredAttention = typeof attention.$inferSelect;

/** So many changes that were given up can be brought back. */
const REMEMBERED = 50;

const notFound = (id: string): AppError =>
  new AppError('NOT_FOUND', `no refused change ${id}`, { entity: 'attention' });

/** Refused changes until the person settles them; the outbox puts them in. */
export class Attention {
  readonly #replica: Replica;
  readonly #changes: Changes;
  /** Given up in this session, oldest first: "undo" is for the moment after, not for another day. */
  readonly #discarded = new Map<string, CellRow>();

  constructor(replica: Replica, changes: Changes) {
    this.#replica = replica;
    this.#changes = changes;
  }

  /** Newest first. */
  list(offset: number, limit: number): StoredAttention[] {
    return this.#replica.db
      .select()
      .from(attention)
      .orderBy(desc(attention.refused_at), desc(attention.mutation_id))
      .limit(limit)
      .offset(offset)
      .all();
  }

  /** Fails with NOT_FOUND. */
  find(id: string): StoredAttention {
    const item = this.#replica.db.select().from(attention).where(eq(attention.mutation_id, id)).get();
    if (!item) throw notFound(id);
    return item;
  }

  /** Takes a change off the list, inside the transaction that settles it; returns the tables that changed. */
  remove(id: string): string[] {
    prepared(this.#replica.write, 'delete from attention where mutation_id = ?').run(id);
    return ['attention'];
  }

  /** Gives a change up. */
  discard(id: string): void {
    const { write } = this.#replica;
    const row = prepared(write, 'select * from attention where mutation_id = ?').get(id) as CellRow | undefined;
    if (!row) throw notFound(id);
    const tables = durably(write, 'FULL', () => this.remove(id));
    this.#discarded.set(id, row);
    const [oldest] = this.#discarded.keys();
    if (this.#discarded.size > REMEMBERED && oldest !== undefined) this.#discarded.delete(oldest);
    this.#changes.announce(tables);
  }

  /** Brings back what was given up. Fails with NOT_FOUND where it is not remembered (any more). */
  undoDiscard(id: string): void {
    const { write } = this.#replica;
    const row = this.#discarded.get(id);
    if (!row) throw notFound(id);
    const columns = Object.keys(row);
    durably(write, 'FULL', () => {
      prepared(write, `insert into attention (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`).run(
        Object.values(row),
      );
    });
    this.#discarded.delete(id);
    this.#changes.announce(['attention']);
  }
}
