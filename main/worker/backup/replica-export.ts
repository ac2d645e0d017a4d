import { hostname } from 'node:os';
import { centralSchemaVersion } from '../../../db/central/migrations.ts';
import type { LeftOut } from '../../../shared/domain/backup.ts';
import { parseTimestamp } from '../../../shared/domain/timestamps.ts';
import { connectReader, replicaSchemaVersion, takingTurns, type Replica, type Sqlite } from '../replica/database.ts';
import type { MetaValues } from '../replica/meta.ts';
import { tables as mirrored, type Cell, type CellRow, type TableMeta } from '../replica/tables.ts';
import { COPY_END } from './archive-format.ts';
import { ArchiveWriter } from './archive-writer.ts';
import { backupBaseName, contentsInto, type BackupTarget } from './backup-target.ts';
import { remarkOf, Script } from './centre-export.ts';
import { closingPieces, copyHeader, openingPieces } from './central-script.ts';
import { isReadInPart } from './central-tables.ts';
import { copyCell } from './copy-cell.ts';
import { ExportedRows } from './exported-rows.ts';
import { looseReferences } from './loose-references.ts';
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
  const exported = new ExportedRows(reader);
  const stored: ManifestTable[] = [];
  let done = 0;
  for (const table of mirrored) {
    if (isReadInPart(table.name)) leftOut.push({ what: 'hidden-rows', table: table.name });
    const columns = table.columns.map(({ name }) => name).filter((name) => !isMadeThere(table.name, name));
    const facts = { name: table.name, columns, lists: [...(listColumns[table.name] ?? [])], key: ['id'] };
    const lines = new CentralLines(reader, exported, table, columns);
    stored.push(
      await addRows(writer, facts, lines.read(), { before: copyHeader(facts), after: COPY_END }, () => script.nextPath(table.name), (rows) => {
        signal.throwIfAborted();
        request.progress((done += rows), total, table.name);
      }),
    );
    if (lines.cleared > 0) leftOut.push({ what: 'cleared-references', table: table.name, rows: lines.cleared });
    const aside = exported.leftOut(table.name);
    if (aside > 0) leftOut.push({ what: 'set-aside', table: table.name, rows: aside });
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
  readonly #exported: ExportedRows;
  readonly #table: TableMeta;
  readonly #columns: readonly string[];
  readonly #missing: ReadonlyMap<string, ReadonlySet<string>>;
  /** References that point to nothing now, because their row is not in the backup. */
  cleared = 0;

  constructor(reader: Sqlite, exported: ExportedRows, table: TableMeta, columns: readonly string[]) {
    this.#reader = reader;
    this.#exported = exported;
    this.#table = table;
    this.#columns = columns;
    this.#missing = exported.missingTargets(table.name);
  }

  async *read(): AsyncGenerator<Buffer> {
    const batch = this.#reader.prepare(`select * from "${this.#table.name}" where id > ? order by id limit ${BATCH_ROWS}`);
    const deleted = this.#exported.deletedHere(this.#table.name);
    const turn = takingTurns();
    for (let last = ''; ; ) {
      const rows = batch.all(last) as CellRow[];
      const isEnd = rows.length === 0;
      if (!isEnd) last = String(rows.at(-1)?.['id']);
      // In the order of their ids, as the centre prints them.
      while (deleted[0] !== undefined && (isEnd || deleted[0] < last)) rows.push({ id: deleted.shift() as string });
      if (rows.length === 0) return;
      rows.sort((one, other) => (String(one['id']) < String(other['id']) ? -1 : 1));
      const lines = rows.map((row) => this.#line(row)).join('');
      if (lines !== '') yield Buffer.from(lines);
      if (isEnd) return;
      await turn();
    }
  }

  /** Empty where the row does not go into the backup. */
  #line(shown: CellRow): string {
    const { name } = this.#table;
    const id = String(shown['id']);
    const shadow = this.#exported.shadow(name, id);
    if (shadow === null || this.#exported.isLeftOut(name, id)) return '';
    const row = shadow ?? shown;
    const cells = this.#table.columns
      .filter((column) => this.#columns.includes(column.name))
      .map((column) => {
        const cell = this.#visible(column.name, row[column.name] ?? null, shadow !== undefined);
        if (cell === null) return copyCell(null);
        if (column.kind === 'boolean') return cell === 1 ? 't' : 'f';
        return copyCell(listColumns[name]?.includes(column.name) === true ? writeList(String(cell)) : String(cell));
      });
    return `${cells.join('\t')}\n`;
  }

  #visible(column: string, cell: Cell, isShadow: boolean): Cell {
    const missing = this.#missing.get(column);
    if (cell === null || missing === undefined) return cell;
    const isThere = isShadow ? this.#exported.has(looseReferences[this.#table.name]?.[column] ?? '', String(cell)) : !missing.has(String(cell));
    if (isThere) return cell;
    this.cleared += 1;
    return null;
  }
}
