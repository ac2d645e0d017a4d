import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SnapshotRestored } from '../../../shared/api/backup.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { AppError } from '../../../shared/errors.ts';
import { restoredFileOf } from '../profiles/profile.ts';
import { renameDurably } from '../profiles/durable-file.ts';
import { connect, keyOf, migrate, openReplica, toStorageError, type Sqlite } from '../replica/database.ts';
import { Overlay, distinctRows, type RowKey } from '../replica/overlay.ts';
import { removeReplica, sideFiles } from '../replica/rekey.ts';
import { findTable } from '../replica/tables.ts';
import type { OpenSession } from '../session.ts';
import { bringContents, holdsContents } from './file-contents.ts';
import { fillReplica } from './fill-replica.ts';
import { loadArchive } from './loaded-archive.ts';
import { makeThrowawayFolder } from './throwaway-folder.ts';
import type { PastRequest } from './time-machine.ts';

/** What sync and the person had of their own at the time of the snapshot. */
const broughtBack = ['outbox', 'outbox_effects', 'shadow', 'attention', 'quarantine'];
/** What is of this machine rather than of the data: it stays as it is. */
const ofMachine = ['stored_files', 'file_transfers', 'offline_choices', 'sync_history'];
/** Facts that come back with the snapshot. */
const oldFacts = ['recent_records', 'intake_drafts', 'contact_import_columns'];
/**
 * Facts that go: without them the next sync compares everything and trusts no number of a transaction, so that whatever is
 * newer at the centre comes over what the snapshot holds.
 */
const goneFacts = new Set(['instance_epoch', 'access_epoch', 'read_columns', 'checked_columns', 'last_check_at', 'deferred_indexes', ...oldFacts]);

/**
 * The centre keeps its answers to changes for 90 days. A repeated change gets the answer of then; one that is older would be
 * decided anew, over whatever has been written since.
 */
const ANSWERED_DAYS = 60;

/** What of a session is looked at while its replica is made anew. */
export type ReplacedSession = Pick<OpenSession, 'replica' | 'folder' | 'current'> & { files: Pick<OpenSession['files'], 'store'> };

/** A replica that was made of a snapshot and lies beside the present one, until that is closed. */
export interface PreparedReplica {
  /** After the session was closed: puts it in the present one's place. What fails leaves the present one. */
  takeOver(): SnapshotRestored;
  discard(): void;
}

/**
 * Makes a replica of a snapshot under the key of the present one. Fails with BACKUP_OTHER_PERSON for a snapshot of somebody
 * else, and as reading the archive does; then nothing is left.
 */
export async function prepareReplica(session: ReplacedSession, { file, manifest, reading, tell }: PastRequest): Promise<PreparedReplica> {
  const present = session.replica.write.name;
  const restored = restoredFileOf(session.folder);
  const key = keyOf(session.replica.write);
  const discard = (): void => removeReplica(restored);
  const folder = makeThrowawayFolder();
  discard();
  try {
    const loaded = await loadArchive(file, manifest, join(folder.path, 'backup.db'), randomBytes(32), { ...reading, restored: (rows) => tell('restoring', rows) });
    try {
      const owner = loaded.sqlite.prepare("select value from meta where key = 'user_id'").pluck().get();
      if (owner !== session.current().person.id) throw new AppError('BACKUP_OTHER_PERSON', 'the snapshot is of another person');
      migrate(loaded.sqlite);
      // Into the store of the present replica, whose list of contents stays.
      if (holdsContents(manifest)) await bringContents(file, manifest, reading, session.files.store);
      const replica = openReplica(restored, key);
      try {
        await fillReplica(loaded.sqlite, manifest, replica, session.current().organization.id, { signal: reading.signal, tell: (rows) => tell('comparing', rows) });
        replica.write.transaction(() => {
          for (const table of broughtBack) copyRows(loaded.sqlite, replica.write, table);
          copyRows(loaded.sqlite, replica.write, 'meta', `key in (${oldFacts.map((fact) => `'${fact}'`).join(', ')})`);
        })();
      } finally {
        replica.close();
      }
    } finally {
      loaded.close();
    }
  } catch (error) {
    discard();
    throw toStorageError(error);
  } finally {
    folder.remove();
  }
  return { discard, takeOver: () => takeOver(present, restored, key) };
}

function takeOver(present: string, restored: string, key: Buffer): SnapshotRestored {
  try {
    // A log that was not brought into the file belongs to a file that is still in use.
    if (existsSync(`${present}-wal`)) throw new AppError('STORAGE_FAILED', 'the replica is in use');
    const old = connect(present, key);
    let result: SnapshotRestored;
    try {
      result = completed(old, restored, key);
    } finally {
      old.close();
    }
    for (const side of sideFiles) rmSync(present + side, { force: true });
    renameDurably(restored, present);
    return result;
  } catch (error) {
    removeReplica(restored);
    throw toStorageError(error);
  }
}

/** Lays what only the present replica has over the restored one, which is whole on the disk afterwards. */
function completed(old: Sqlite, restored: string, key: Buffer): SnapshotRestored {
  const sqlite = connect(restored, key);
  // A row whose parent sync has set aside is no reason to fail: the comparison that follows settles it.
  sqlite.pragma('foreign_keys = OFF');
  try {
    const result = sqlite.transaction(() => {
      for (const table of ofMachine) copyRows(old, sqlite, table);
      copyRows(old, sqlite, 'meta', `key not in (${[...goneFacts].map((fact) => `'${fact}'`).join(', ')})`);
      return joinChanges(old, sqlite);
    })();
    sqlite.pragma('journal_mode = DELETE');
    return result;
  } finally {
    sqlite.close();
    const descriptor = openSync(restored, 'r+');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}

interface Change {
  seq: number;
  mutation_id: string;
}

/**
 * Unsent changes of both: those of the present follow those of the snapshot. A change of the snapshot that was refused since,
 * or whose answer the centre may have forgotten, waits for the person instead of being sent.
 */
function joinChanges(old: Sqlite, sqlite: Sqlite): SnapshotRestored {
  const touched: RowKey[] = [];
  const present = old.prepare('select seq, mutation_id from outbox order by seq').all() as Change[];
  const known = new Set(present.map(({ mutation_id: id }) => id));
  const refused = new Set(old.prepare('select mutation_id from attention').pluck().all() as string[]);
  const horizon = formatTimestamp(new Date(Date.now() - ANSWERED_DAYS * 86_400_000));
  let waiting = 0;
  let returned = 0;
  for (const { seq, mutation_id: id } of sqlite.prepare('select seq, mutation_id from outbox order by seq').all() as Change[]) {
    const isOld = !known.has(id) && (sqlite.prepare('select created_at < ? from outbox where seq = ?').pluck().get(horizon, seq) as number) === 1;
    if (!known.has(id) && !refused.has(id) && !isOld) {
      returned += 1;
      continue;
    }
    if (isOld && !refused.has(id)) {
      keepForPerson(sqlite, seq);
      waiting += 1;
    }
    // The present one's version of the same change is laid over below.
    touched.push(...drop(sqlite, seq));
  }
  for (const { seq } of present) touched.push(...append(old, sqlite, seq));
  copyRows(old, sqlite, 'attention');
  const overlay = new Overlay(sqlite);
  sqlite.pragma('defer_foreign_keys = ON');
  for (const row of distinctRows(touched)) if (findTable(row.table_name)) overlay.recompute(row);
  return { kept: present.length, returned, waiting };
}

function keepForPerson(sqlite: Sqlite, seq: number): void {
  sqlite
    .prepare(
      `insert or ignore into attention (mutation_id, table_name, row_id, op, patch, base, effects, code, details, created_at, refused_at)
       select mutation_id, table_name, row_id, op, patch, base,
              (select json_group_array(json_object('table_name', e.table_name, 'row_id', e.row_id, 'op', e.op, 'patch', json(e.patch)))
                 from (select * from outbox_effects where seq = o.seq order by position) e),
              'RESTORED_TOO_OLD', '{}', created_at, ? from outbox o where seq = ?`,
    )
    .run(formatTimestamp(new Date()), seq);
}

function drop(sqlite: Sqlite, seq: number): RowKey[] {
  const rows = sqlite.prepare('select table_name, row_id from outbox_effects where seq = ?').all(seq) as RowKey[];
  sqlite.prepare('delete from outbox_effects where seq = ?').run(seq);
  sqlite.prepare('delete from outbox where seq = ?').run(seq);
  return rows;
}

/** Takes a change of the present replica over as the last one, over the centre's version as the present replica knows it. */
function append(old: Sqlite, sqlite: Sqlite, seq: number): RowKey[] {
  const entry = old.prepare('select * from outbox where seq = ?').get(seq) as Record<string, unknown>;
  const { lastInsertRowid } = insert(sqlite, 'outbox', { ...entry, seq: null });
  const effects = old.prepare('select * from outbox_effects where seq = ? order by position').all(seq) as (RowKey & Record<string, unknown>)[];
  for (const effect of effects) {
    insert(sqlite, 'outbox_effects', { ...effect, seq: lastInsertRowid });
    const shadow = old.prepare('select * from shadow where table_name = ? and row_id = ?').get(effect.table_name, effect.row_id) as Record<string, unknown> | undefined;
    if (shadow) insert(sqlite, 'shadow', shadow, 'insert or replace');
  }
  return effects.map(({ table_name, row_id }) => ({ table_name, row_id }));
}

function copyRows(from: Sqlite, to: Sqlite, table: string, condition = 'true'): void {
  for (const row of from.prepare(`select * from "${table}" where ${condition} order by rowid`).iterate() as IterableIterator<Record<string, unknown>>) {
    insert(to, table, row, 'insert or replace');
  }
}

function insert(sqlite: Sqlite, table: string, row: Record<string, unknown>, how = 'insert'): { lastInsertRowid: number | bigint } {
  const columns = Object.keys(row);
  const sql = `${how} into "${table}" (${columns.map((column) => `"${column}"`).join(', ')}) values (${columns.map(() => '?').join(', ')})`;
  return sqlite.prepare(sql).run(...Object.values(row));
}
