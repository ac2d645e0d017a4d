import { hostname } from 'node:os';
import { parseTimestamp } from '../../../shared/domain/timestamps.ts';
import { connectReader, replicaSchemaVersion, takingTurns, type Replica, type Sqlite } from '../replica/database.ts';
import type { MetaValues } from '../replica/meta.ts';
import { tables as mirrored } from '../replica/tables.ts';
import type { ArchiveWriter } from './archive-writer.ts';
import { backupBaseName, contentsInto, type BackupTarget } from './backup-target.ts';
import type { Manifest, ManifestFacts, ManifestTable, Reference } from './manifest.ts';
import { addRows } from './row-parts.ts';
import { figureSelects, summaries, type Figures } from './summary.ts';

export interface SnapshotRequest extends BackupTarget {
  organization: { id: string; name: string };
  at: Date;
  zone: string;
  by: string;
  applicationVersion: string;
  centralSchema: number;
}

/**
 * What belongs to a snapshot beside the mirrored tables: work that only this machine has, and what it is laid over. What
 * sync and search can make again (history, staging, indexes, sums) is not.
 */
const ownTables = ['outbox', 'outbox_effects', 'shadow', 'attention', 'quarantine', 'meta'];

/** Facts about the replica that are no secret and of use elsewhere; no session, no verifier of a PIN. */
const keptMeta: readonly (keyof MetaValues)[] = ['user_id', 'organization_id', 'instance_id', 'last_sync_at', 'recent_records', 'intake_drafts', 'contact_import_columns'];

const snapshotTables = (): string[] => [...mirrored.map(({ name }) => name), ...ownTables];

/** Lines of one batch are made in SQLite; between two batches waiting requests get their turn. */
const BATCH_ROWS = 400;
/** Rows are read in the order in which they were stored, which a restore repeats. */
const KEY = ['rowid'];

/**
 * Writes one state of the replica into an archive while people go on working: a read transaction of its own sees nothing
 * of what is written meanwhile. Fails as the archive does; then there is no file.
 */
export async function takeSnapshot(replica: Replica, request: SnapshotRequest): Promise<Manifest> {
  const { ArchiveWriter } = await import('./archive-writer.ts');
  const reader = connectReader(replica.write);
  try {
    reader.exec('begin');
    const writer = await ArchiveWriter.create(request.file, request.passphrase, request.signal);
    try {
      return await writer.finish(await fill(reader, writer, request));
    } catch (error) {
      await writer.discard();
      throw error;
    }
  } finally {
    reader.close();
  }
}

async function fill(reader: Sqlite, writer: ArchiveWriter, request: SnapshotRequest): Promise<ManifestFacts> {
  const names = snapshotTables();
  const total = names.reduce((sum, name) => sum + countOf(reader, name), 0);
  const stored: ManifestTable[] = [];
  const references: Reference[] = [];
  let part = 0;
  let done = 0;
  for (const name of names) {
    const columns = columnsOf(reader, name);
    const pathOf = (): string => `rows/${String((part += 1)).padStart(6, '0')}_${name}.jsonl`;
    stored.push(
      await addRows(writer, { name, columns, key: KEY }, rowLines(reader, name, columns), { before: '', after: '' }, pathOf, (rows) => {
        request.signal.throwIfAborted();
        request.progress((done += rows), total, name);
      }),
    );
    references.push(...referencesOf(reader, name));
  }
  const files = await contentsInto(writer, request);
  const facts: ManifestFacts = {
    name: backupBaseName(request.file),
    kind: 'snapshot',
    application: { version: request.applicationVersion, central_schema: request.centralSchema, replica_schema: replicaSchemaVersion },
    organization: request.organization,
    instance_id: metaOf(reader, 'instance_id'),
    created: {
      at: request.at.toISOString(),
      zone: request.zone,
      by: request.by,
      device: hostname(),
      source: 'replica',
      synced_at: syncedAt(reader),
      server: null,
    },
    tables: stored,
    references,
    left_out: [{ what: 'accounts' }, { what: 'sync-lists' }, ...files],
  };
  for (const { file, text } of summaries(facts, replicaFigures(reader))) await writer.add({ path: file }, Buffer.from(text));
  return facts;
}

const countOf = (reader: Sqlite, name: string): number => reader.prepare(`select count(*) from "${name}"`).pluck().get() as number;

const columnsOf = (reader: Sqlite, name: string): string[] =>
  (reader.pragma(`table_info("${name}")`) as { name: string }[]).map((column) => column.name);

/** The rows of a table as JSON arrays, one on a line. Also of a restored one, which has to give the same. */
export async function* rowLines(reader: Sqlite, name: string, columns: readonly string[]): AsyncGenerator<Buffer> {
  const cells = columns.map((column) => `t."${column}"`).join(', ');
  const condition = name === 'meta' ? `and t.key in (${keptMeta.map((key) => `'${key}'`).join(', ')})` : '';
  const batch = reader
    .prepare(
      `select cast(group_concat(line, char(10)) || char(10) as blob) as lines, max(position) as last from (
         select json_array(${cells}) as line, t.rowid as position from "${name}" t where t.rowid > ? ${condition} order by t.rowid limit ${BATCH_ROWS})`,
    );
  const turn = takingTurns();
  for (let last = -1; ; ) {
    const found = batch.get(last) as { lines: Buffer | null; last: number | null };
    if (found.lines === null || found.last === null) return;
    last = found.last;
    // Bytes, so that no text is turned into JavaScript's and back.
    yield found.lines;
    await turn();
  }
}

export function referencesOf(reader: Sqlite, name: string): Reference[] {
  const found = new Map<number, Reference>();
  for (const { id, table, from, to } of reader.pragma(`foreign_key_list("${name}")`) as { id: number; table: string; from: string; to: string | null }[]) {
    const reference = found.get(id) ?? { table: name, columns: [], target: table, target_columns: [] };
    reference.columns.push(from);
    reference.target_columns.push(to ?? 'id');
    found.set(id, reference);
  }
  return [...found.values()];
}

const metaOf = (reader: Sqlite, key: keyof MetaValues): string | null =>
  (reader.prepare('select value from meta where key = ?').pluck().get(key) as string | undefined) ?? null;

function syncedAt(reader: Sqlite): string | null {
  const stored = metaOf(reader, 'last_sync_at');
  return stored === null ? null : parseTimestamp(stored).toISOString();
}

export function replicaFigures(reader: Sqlite): Figures {
  const read = (name: keyof Figures): { name: string; count: number }[] =>
    reader.prepare(figureSelects[name].replace('{where}', '')).all() as { name: string; count: number }[];
  return { people: read('people'), stages: read('stages'), customers: read('customers') };
}
