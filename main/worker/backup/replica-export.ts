import { hostname } from 'node:os';
import { centralSchemaVersion } from '../../../db/central/migrations.ts';
import type { LeftOut } from '../../../shared/domain/backup.ts';
import { parseTimestamp } from '../../../shared/domain/timestamps.ts';
import { connectReader, replicaSchemaVersion, takingTurns, type Replica, type Sqlite } from '../replica/database.ts';
import type { MetaValues } from '../replica/meta.ts';
import { tables as mirrored, type Cell, type CellRow, type TableMeta } from '../replica/tables.ts';
import { ArchiveWriter } from './archive-writer.ts';
import { backupBaseName, contentsInto, remarkOf, Script, type BackupTarget } from './centre-export.ts';
import { closingPieces, COPY_END, copyHeader, openingPieces } from './central-script.ts';
import { isReadInPart } from './central-tables.ts';
import { copyCell } from './copy-cell.ts';
import type { Manifest, ManifestFacts, ManifestTable } from './manifest.ts';
import { writeList } from './postgres-list.ts';
import { addRows } from './row-parts.ts';
import { referencesOf, replicaFigures } from './snapshot.ts';
import { summaries } from './summary.ts';

export interface ReplicaExport extends BackupTarget {
  kind: 'data' | 'complete';
  organization: { id: string; name: string };
  at: Date;
  zone: string;
  by: string;
  applicationVersion: string;
}

/** Columns that hold a list in the centre; the replica holds JSON of it. A test compares them with the centre. */
export const listColumns: Readonly<Record<string, readonly string[]>> = {
  contacts: ['ai_capabilities'],
  workflow_stages: ['responsible_roles'],
  workflow_sub_stages: ['responsible_roles', 'approval_roles'],
  projects: ['tags'],
  documents: ['tags'],
  google_drive_config: ['scopes'],
  approval_delegations: ['approval_types'],
  inventory_items: ['tags'],
  storage_buckets: ['allowed_mime_types'],
};

/** What the centre makes by itself: the number of a transaction, and the organization's own id once more. */
const isMadeThere = (table: string, column: string): boolean => column === 'sync_xid' || (table === 'organizations' && column === 'organization_id');

/** Columns that may point to a row that an administrator does not read. */
const clearable: Readonly<Record<string, readonly string[]>> = { messages: ['thread_id', 'parent_message_id'] };

const BATCH_ROWS = 400;

/**
 * The organization as this machine knows it, as the same SQL that the centre gives: for a day without the centre. Changes that
 * were not sent are not in it; they are in a snapshot. Fails as the archive does; then there is no file.
 */
export async function exportReplica(replica: Replica, request: ReplicaExport): Promise<Manifest> {
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

async function fill(reader: Sqlite, writer: ArchiveWriter, request: ReplicaExport): Promise<ManifestFacts> {
  const { kind, organization, signal } = request;
  const metaOf = (key: keyof MetaValues): string | null => (reader.prepare('select value from meta where key = ?').pluck().get(key) as string | undefined) ?? null;
  const instanceId = metaOf('instance_id');
  const syncedAt = metaOf('last_sync_at');
  const script = new Script(writer);
  await script.add(openingPieces(kind, centralSchemaVersion, instanceId, remarkOf(request)));

  const leftOut: LeftOut[] = [{ what: 'accounts' }, { what: 'devices' }, { what: 'sync-lists' }, ...(await contentsInto(writer, request))];
  const total = mirrored.reduce((sum, { name }) => sum + (reader.prepare(`select count(*) from "${name}"`).pluck().get() as number), 0);
  const stored: ManifestTable[] = [];
  let done = 0;
  for (const table of mirrored) {
    if (isReadInPart(table.name)) leftOut.push({ what: 'hidden-rows', table: table.name });
    const columns = table.columns.map(({ name }) => name).filter((name) => !isMadeThere(table.name, name));
    const facts = { name: table.name, columns, lists: [...(listColumns[table.name] ?? [])], key: ['id'] };
    const lines = new CentralLines(reader, table, columns);
    stored.push(
      await addRows(writer, facts, lines.read(), { before: copyHeader(facts), after: COPY_END }, () => script.nextPath(table.name), (rows) => {
        signal.throwIfAborted();
        request.progress((done += rows), total, table.name);
      }),
    );
    if (lines.cleared > 0) leftOut.push({ what: 'cleared-references', table: table.name, rows: lines.cleared });
  }
  await script.add(closingPieces(kind, []));
  const facts: ManifestFacts = {
    name: backupBaseName(request.file),
    kind,
    application: { version: request.applicationVersion, central_schema: centralSchemaVersion, replica_schema: replicaSchemaVersion },
    organization,
    instance_id: instanceId,
    created: {
      at: request.at.toISOString(),
      zone: request.zone,
      by: request.by,
      device: hostname(),
      source: 'replica',
      synced_at: syncedAt === null ? null : parseTimestamp(syncedAt).toISOString(),
      server: null,
    },
    tables: stored,
    references: mirrored.flatMap(({ name }) => referencesOf(reader, name)),
    left_out: leftOut,
  };
  for (const { file, text } of summaries(facts, replicaFigures(reader))) await writer.add({ path: file }, Buffer.from(text));
  return facts;
}

/** The lines of a table as the centre would print them, each row in the centre's own version. */
class CentralLines {
  readonly #reader: Sqlite;
  readonly #table: TableMeta;
  readonly #columns: readonly string[];
  readonly #shadows: ReadonlyMap<string, CellRow | null>;
  readonly #isHere;
  /** References that point to nothing now, because their row is not for this person. */
  cleared = 0;

  constructor(reader: Sqlite, table: TableMeta, columns: readonly string[]) {
    this.#reader = reader;
    this.#table = table;
    this.#columns = columns;
    const shadows = reader.prepare('select row_id, row from shadow where table_name = ?').all(table.name) as { row_id: string; row: string | null }[];
    this.#shadows = new Map(shadows.map(({ row_id: id, row }) => [id, row === null ? null : (JSON.parse(row) as CellRow)]));
    this.#isHere = reader.prepare(`select 1 from "${table.name}" where id = ?`).pluck();
  }

  async *read(): AsyncGenerator<Buffer> {
    const batch = this.#reader.prepare(`select * from "${this.#table.name}" where id > ? order by id limit ${BATCH_ROWS}`);
    const turn = takingTurns();
    for (let last = ''; ; ) {
      const rows = batch.all(last) as CellRow[];
      if (rows.length === 0) return;
      last = String(rows.at(-1)?.['id']);
      const lines = rows.map((row) => this.#line(row)).join('');
      if (lines !== '') yield Buffer.from(lines);
      await turn();
    }
  }

  /** Empty where the centre does not have the row yet. */
  #line(shown: CellRow): string {
    const shadow = this.#shadows.get(String(shown['id']));
    if (shadow === null) return '';
    const row = shadow ?? shown;
    const { name } = this.#table;
    const cells = this.#table.columns
      .filter((column) => this.#columns.includes(column.name))
      .map((column) => {
        const cell = this.#visible(name, column.name, row[column.name] ?? null);
        if (cell === null) return copyCell(null);
        if (column.kind === 'boolean') return cell === 1 ? 't' : 'f';
        return copyCell(listColumns[name]?.includes(column.name) === true ? writeList(String(cell)) : String(cell));
      });
    return `${cells.join('\t')}\n`;
  }

  #visible(table: string, column: string, cell: Cell): Cell {
    if (cell === null || clearable[table]?.includes(column) !== true || this.#isHere.get(cell) === 1) return cell;
    this.cleared += 1;
    return null;
  }
}
