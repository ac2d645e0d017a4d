import { eq } from 'drizzle-orm';
import type { helpApi } from '../../../shared/api/help.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { users } from '../../../db/replica/schema.ts';
import type { OpenSession } from '../session.ts';
import type { Handlers } from './context.ts';

const TOUR_SEEN = 'tour_seen_at';

export const helpHandlers: Handlers<keyof typeof helpApi> = {
  // Before the person's own row has arrived nobody knows; the tour can wait.
  'help.tour': (session) => {
    const preferences = readPreferences(session);
    return { seen: preferences === null || TOUR_SEEN in preferences };
  },

  'help.endTour': (session) => {
    const preferences = readPreferences(session);
    if (preferences === null || TOUR_SEEN in preferences) return null;
    const now = formatTimestamp(new Date());
    session.accept([
      {
        table_name: 'users',
        row_id: session.current().person.id,
        op: 'update',
        patch: { preferences: { ...preferences, [TOUR_SEEN]: now } },
        derived: { updated_at: now },
      },
    ]);
    return null;
  },
};

const readPreferences = (session: OpenSession): Record<string, unknown> | null =>
  session.replica.db.select({ preferences: users.preferences }).from(users).where(eq(users.id, session.current().person.id)).get()
    ?.preferences ?? null;
