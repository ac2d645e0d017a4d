import { randomBytes } from 'node:crypto';
import { durably, keyOf, markOf, type Sqlite } from '../replica/database.ts';
import type { Meta } from '../replica/meta.ts';

/** The key of stored files; `id` names it in them. */
export interface FileKey {
  id: Buffer;
  key: Buffer;
}

interface Kept {
  id: string;
  key: string;
  /** The mark of the replica's key at that time. */
  made_for: string;
}

/**
 * The keys of this replica's files, the one for new files last. They are random and lie inside the replica, so that they
 * outlive a change of its key; with such a change a new one begins, so that who knew the old opens nothing newer.
 */
export function fileKeys(sqlite: Sqlite, meta: Meta): FileKey[] {
  const kept = JSON.parse(meta.get('file_keys') ?? '[]') as Kept[];
  const mark = markOf(keyOf(sqlite)).toString('hex');
  if (kept.at(-1)?.made_for !== mark) {
    kept.push({ id: randomBytes(8).toString('hex'), key: randomBytes(32).toString('hex'), made_for: mark });
    durably(sqlite, 'FULL', () => meta.set({ file_keys: JSON.stringify(kept) }));
  }
  return kept.map(({ id, key }) => ({ id: Buffer.from(id, 'hex'), key: Buffer.from(key, 'hex') }));
}
