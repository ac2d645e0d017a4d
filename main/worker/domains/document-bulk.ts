import { inArray } from 'drizzle-orm';
import type { DocumentBulkAction, DocumentBulkChange, DocumentBulkResult } from '../../../shared/api/documents.ts';
import { AppError, isErrorCode } from '../../../shared/errors.ts';
import { documents } from '../../../db/replica/schema.ts';
import type { Mutation } from '../replica/write-path.ts';
import type { OpenSession } from '../session.ts';
import { editDocument, type StoredDocument } from './document-commands.ts';

type Values = DocumentBulkChange['after'];

/** Changes what may be changed, durably and together, and says of the rest why not. */
export const changeMany = (session: OpenSession, ids: readonly string[], action: DocumentBulkAction): DocumentBulkResult =>
  applyTo(session, ids, (row) => {
    const after = valuesAfter(row, action);
    return after && { before: valuesOf(row, after), after };
  });

/** Takes changes of many back, each document by itself; EDIT_OVERTAKEN for what was changed since. */
export function undoMany(session: OpenSession, changes: readonly DocumentBulkChange[]): DocumentBulkResult {
  const byId = new Map(changes.map((change) => [change.id, change]));
  return applyTo(session, [...byId.keys()], ({ id }) => {
    const { before, after } = byId.get(id) ?? { before: {}, after: {} };
    return { before: after, after: before, expected: after };
  });
}

interface Change {
  before: Values;
  after: Values;
  /** What has to stand still. */
  expected?: Values;
}

function applyTo(session: OpenSession, ids: readonly string[], decide: (row: StoredDocument) => Change | null): DocumentBulkResult {
  const rows = session.replica.db.select().from(documents).where(inArray(documents.id, [...ids])).all();
  const present = new Map(rows.map((row) => [row.id, row]));
  const mutations: Mutation[] = [];
  const changed: DocumentBulkChange[] = [];
  const refused: DocumentBulkResult['refused'] = [];
  let unchanged = 0;
  for (const id of new Set(ids)) {
    const row = present.get(id);
    try {
      if (!row) throw new AppError('NOT_FOUND', `no document ${id} in the replica`, { entity: 'document' });
      const change = decide(row);
      if (change === null) {
        unchanged += 1;
        continue;
      }
      const { before, after, expected = null } = change;
      mutations.push(editDocument(session, row, after, expected));
      changed.push({ id, before, after });
    } catch (error) {
      if (!(error instanceof AppError) || !isErrorCode(error.code)) throw error;
      refused.push({ id, title: row?.title ?? null, code: error.code });
    }
  }
  session.accept(mutations);
  return { changed, unchanged, refused };
}

const valuesOf = (row: StoredDocument, asked: Values): Values =>
  Object.fromEntries(Object.keys(asked).map((name) => [name, row[name as keyof Values]]));

/** What the action makes of a document; null where it is so already. */
function valuesAfter(row: StoredDocument, action: DocumentBulkAction): Values | null {
  switch (action.kind) {
    case 'category':
      return row.category === action.category ? null : { category: action.category };
    case 'level':
      return row.access_level === action.access_level ? null : { access_level: action.access_level };
    case 'move':
      return row.project_id === action.project_id ? null : { project_id: action.project_id };
    case 'tags': {
      const tags = [...new Set([...row.tags.filter((tag) => !action.remove.includes(tag)), ...action.add])];
      const same = tags.length === row.tags.length && tags.every((tag, index) => tag === row.tags[index]);
      return same ? null : { tags };
    }
  }
}
