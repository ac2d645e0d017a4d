import { and, desc, eq } from 'drizzle-orm';
import type { ActivityRow } from '../../../shared/api/projects.ts';
import { activityLog, users } from '../../../db/replica/schema.ts';
import type { Replica } from '../replica/database.ts';
import { changesOf } from './project-page.ts';

const SHOWN = 50;

/** What was done to a record, newest first. */
export function readActivityOf({ db }: Replica, table: 'contacts' | 'documents', id: string): ActivityRow[] {
  const people = new Map(db.select({ id: users.id, name: users.name }).from(users).all().map((user) => [user.id, user.name]));
  return db
    .select()
    .from(activityLog)
    .where(and(eq(activityLog.entity_type, table), eq(activityLog.entity_id, id)))
    .orderBy(desc(activityLog.created_at), desc(activityLog.id))
    .limit(SHOWN)
    .all()
    .map(({ id: entry, entity_type, action, description, user_id, created_at, old_values, new_values }) => ({
      id: entry,
      entity_type,
      subject: null,
      action,
      description,
      user_name: people.get(user_id ?? '') ?? null,
      created_at,
      changes: changesOf(old_values, new_values, people),
    }));
}
