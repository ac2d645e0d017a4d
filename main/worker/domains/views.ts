import { and, eq, or } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import type { SavedView, ViewScreen, viewsApi } from '../../../shared/api/views.ts';
import { mayAccess } from '../../../shared/domain/access-rules.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { AppError } from '../../../shared/errors.ts';
import { savedViews, users } from '../../../db/replica/schema.ts';
import { prepared } from '../replica/prepared.ts';
import type { Mutation } from '../replica/write-path.ts';
import type { OpenSession } from '../session.ts';
import type { Handlers } from './context.ts';

const byName = new Intl.Collator('vi');

export const viewHandlers: Handlers<keyof typeof viewsApi> = {
  'views.list': (session, { screen }) => readViews(session, screen),

  'views.add': (session, { screen, name, definition, is_shared }) => {
    const { person } = session.current();
    if (!mayAccess(person.role, 'insert', 'saved_views', { own: true })) throw new AppError('NOT_ALLOWED', 'this role keeps no views');
    const id = uuidv7();
    const now = formatTimestamp(new Date());
    session.accept([
      {
        table_name: 'saved_views',
        row_id: id,
        op: 'insert',
        patch: { screen, name, definition, is_shared, is_active: true },
        derived: { organization_id: person.organization_id, owner_id: person.id, created_at: now, updated_at: now, sync_xid: 0 },
      },
    ]);
    return id;
  },

  'views.change': (session, { id, patch }) => {
    session.accept([change(session, id, patch)]);
    return null;
  },

  'views.archive': (session, { id, archived }) => {
    session.accept([change(session, id, { is_active: !archived })]);
    return null;
  },

  'views.setDefault': (session, { screen, id }) => {
    const own = readViews(session, screen).filter((view) => view.own);
    if (id !== null && !own.some((view) => view.id === id)) throw notOwn(id);
    session.accept(
      own
        .filter((view) => (view.definition['is_default'] === true) !== (view.id === id))
        .map((view) => change(session, view.id, { definition: { ...view.definition, is_default: view.id === id } })),
    );
    return null;
  },
};

function readViews({ replica, current }: OpenSession, screen: ViewScreen): SavedView[] {
  const { person } = current();
  const waiting = prepared(
    replica.read,
    `select row_id from outbox where table_name = 'saved_views' and state <> 'acknowledged'`,
  ).pluck();
  const pending = new Set(waiting.all());
  return replica.db
    .select({
      id: savedViews.id,
      name: savedViews.name,
      definition: savedViews.definition,
      is_shared: savedViews.is_shared,
      owner_id: savedViews.owner_id,
      owner_name: users.name,
    })
    .from(savedViews)
    .leftJoin(users, eq(users.id, savedViews.owner_id))
    .where(
      and(
        eq(savedViews.screen, screen),
        eq(savedViews.is_active, true),
        or(eq(savedViews.owner_id, person.id), eq(savedViews.is_shared, true)),
      ),
    )
    .all()
    .map(({ owner_id, ...view }) => ({ ...view, own: owner_id === person.id, pending: pending.has(view.id) }))
    .sort((a, b) => Number(b.own) - Number(a.own) || byName.compare(a.name, b.name));
}

const notOwn = (id: string): AppError => new AppError('NOT_ALLOWED', `view ${id} is somebody else's`);

/** Fails with NOT_FOUND or NOT_ALLOWED: a view belongs to whoever made it. */
function change(session: OpenSession, id: string, patch: Record<string, unknown>): Mutation {
  const view = session.replica.db.select({ owner_id: savedViews.owner_id }).from(savedViews).where(eq(savedViews.id, id)).get();
  if (!view) throw new AppError('NOT_FOUND', `no view ${id} in the replica`, { entity: 'view' });
  if (view.owner_id !== session.current().person.id) throw notOwn(id);
  return { table_name: 'saved_views', row_id: id, op: 'update', patch, derived: { updated_at: formatTimestamp(new Date()) } };
}
