import { desc, eq, sql } from 'drizzle-orm';
import type { AttentionItem, syncApi } from '../../../shared/api/sync.ts';
import { AppError, isErrorCode } from '../../../shared/errors.ts';
import { attention, projects } from '../../../db/replica/schema.ts';
import { durably } from '../replica/database.ts';
import { findTable, fromCell } from '../replica/tables.ts';
import type { OpenSession } from '../session.ts';
import type { Handlers } from './context.ts';
import { ownerOf } from './record-state.ts';

export const syncHandlers: Handlers<keyof typeof syncApi> = {
  'sync.status': ({ engine }) => engine.status(),

  'sync.now': ({ engine }) => {
    engine.retryNow();
    return engine.status();
  },

  'sync.check': ({ engine }) => {
    engine.checkNow();
    return engine.status();
  },

  'sync.cancel': ({ engine }) => {
    engine.cancel();
    return engine.status();
  },

  'sync.attention': (session) =>
    session.replica.db
      .select()
      .from(attention)
      .orderBy(desc(attention.refused_at), desc(attention.mutation_id))
      .all()
      .map((item) => describe(session, item)),

  'sync.retryAttention': (session, { id }) => {
    const item = find(session, id);
    session.accept([
      {
        table_name: item.table_name,
        row_id: item.row_id,
        op: item.op,
        patch: item.patch,
        derived: item.effects[0]?.patch ?? {},
        effects: item.effects.slice(1),
      },
    ]);
    forget(session, id);
    return null;
  },

  'sync.discardAttention': (session, { id }) => {
    forget(session, find(session, id).mutation_id);
    return null;
  },
};

type StoredAttention = typeof attention.$inferSelect;

function find(session: OpenSession, id: string): StoredAttention {
  const item = session.replica.db.select().from(attention).where(eq(attention.mutation_id, id)).get();
  if (!item) throw new AppError('NOT_FOUND', `nothing needs attention under ${id}`, { entity: 'attention' });
  return item;
}

function forget(session: OpenSession, id: string): void {
  durably(session.replica.write, 'FULL', () => {
    session.replica.write.prepare('delete from attention where mutation_id = ?').run(id);
  });
  session.changes.announce(['attention', 'outbox']);
}

function describe(session: OpenSession, item: StoredAttention): AttentionItem {
  // A table that only another version of the application knows has no columns to show.
  const table = findTable(item.table_name);
  const central = table ? session.overlay.central(item) : null;
  const [owner] = session.replica.db.all<{ project_id: string | null }>(
    sql`select ${ownerOf('a')} as project_id from attention a where a.mutation_id = ${item.mutation_id}`,
  );
  const projectId = owner?.project_id ?? null;
  const project = projectId
    ? session.replica.db
        .select({ code: projects.project_id, title: projects.title })
        .from(projects)
        .where(eq(projects.id, projectId))
        .get()
    : undefined;
  return {
    id: item.mutation_id,
    table_name: item.table_name,
    row_id: item.row_id,
    subject: project ? `${project.code} · ${project.title}` : null,
    project_id: project ? projectId : null,
    op: item.op,
    code: isErrorCode(item.code) ? item.code : 'VALUE_REFUSED',
    details: item.details,
    columns: (table?.columns ?? [])
      .filter((column) => Object.hasOwn(item.patch, column.name))
      .map((column) => ({
        name: column.name,
        mine: item.patch[column.name],
        base: item.base[column.name] ?? null,
        theirs: central ? fromCell(column.kind, central[column.name] ?? null) : null,
      })),
    created_at: item.created_at,
  };
}
