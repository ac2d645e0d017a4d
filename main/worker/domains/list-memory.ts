import type { OpenSession } from '../session.ts';

/** A question is asked again for every window that is scrolled to; what it counts holds until something changes. */
const MOST = 50;

/** What is counted comes out of these tables; the many other news (a line of the sync history, a file on its way) leave it as it is. */
const counted = new Set(['projects', 'contacts', 'users', 'workflow_stages', 'search_progress']);

const memories = new WeakMap<OpenSession, Map<string, unknown>>();

function memoryOf(session: OpenSession): Map<string, unknown> {
  const known = memories.get(session);
  if (known) return known;
  const created = new Map<string, unknown>();
  memories.set(session, created);
  session.changes.subscribe((tables) => {
    if (tables.some((table) => counted.has(table))) created.clear();
  });
  return created;
}

/** What was found for a question since the last change of the replica, or is found now. */
export function remembered<T>(session: OpenSession, question: unknown, find: () => T): T {
  const memory = memoryOf(session);
  // Deadlines pass at midnight without a change.
  const key = JSON.stringify([new Date().toISOString().slice(0, 13), question]);
  const found = memory.has(key) ? (memory.get(key) as T) : find();
  // What is asked again becomes the youngest; the oldest makes room.
  memory.delete(key);
  memory.set(key, found);
  const [oldest] = memory.keys();
  if (oldest !== undefined && memory.size > MOST) memory.delete(oldest);
  return found;
}
