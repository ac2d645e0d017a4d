import { hostname } from 'node:os';
import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { LeftOut, OrganizationKind } from '../../../shared/domain/backup.ts';
import { AppError } from '../../../shared/errors.ts';
import { replicaSchemaVersion } from '../replica/database.ts';
import { COPY_END } from './archive-format.ts';
import { ArchiveWriter } from './archive-writer.ts';
import { backupBaseName, contentsInto, type BackupTarget } from './backup-target.ts';
import { closingPieces, copyHeader, openingPieces, qualified, type ScriptPiece } from './central-script.ts';
import { columnExpressions, conditionOf, isReadInPart, readCentralTables, type CentralTable } from './central-tables.ts';
import type { Manifest, ManifestFacts, ManifestTable } from './manifest.ts';
import { addRows } from './row-parts.ts';
import { figureSelects, noFigures, summaries, type Figures } from './summary.ts';

export interface CentreExport extends BackupTarget {
  kind: OrganizationKind;
  /** Past the rules of access; otherwise the client is a person's own connection. */
  asOwner: boolean;
  /** Null for all that the client reads. */
  organization: { id: string; name: string } | null;
  instanceId: string;
  schemaVersion: number;
  at: Date;
  zone: string;
  by: string;
  applicationVersion: string;
}

/** One state of the whole database, printed the same way whatever the server is set to. */
const beginExport = `
  begin isolation level repeatable read, read only;
  set local timezone = 'UTC';
  set local datestyle = 'ISO, YMD';
  set local intervalstyle = 'postgres';
  set local bytea_output = 'hex';
  set local extra_float_digits = 1;
  set local statement_timeout = 0;
  set local idle_in_transaction_session_timeout = 0;
  set local search_path = public`;

/**
 * Writes what the centre holds into an archive of SQL, as one state of the database. Fails as the archive does, with
 * BACKUP_SCHEMA_NEWER, or as the connection does; then there is no file.
 */
export async function exportCentre(client: ClientBase, request: CentreExport): Promise<Manifest> {
  await client.query(beginExport);
  try {
    const writer = await ArchiveWriter.create(request.file, request.passphrase, request.signal);
    try {
      return await writer.finish(await fill(client, writer, request));
    } catch (error) {
      await writer.discard();
      throw error;
    }
  } finally {
    await client.query('rollback').catch(() => undefined);
  }
}

async function fill(client: ClientBase, writer: ArchiveWriter, request: CentreExport): Promise<ManifestFacts> {
  const { kind, asOwner, organization } = request;
  const tables = kind === 'schema' ? [] : await readCentralTables(client, asOwner);
  const script = new Script(writer);
  await script.add(openingPieces(kind, request.schemaVersion, kind === 'schema' ? null : request.instanceId, remarkOf(request)));

  const organizationId = organization?.id ?? null;
  const total = await countRows(client, tables, organizationId);
  const leftOut: LeftOut[] = [{ what: 'accounts' }, { what: 'devices' }, { what: 'sync-lists' }];
  if (!asOwner) leftOut.push(...(await contentsInto(writer, request)));
  const stored: ManifestTable[] = [];
  let done = 0;
  for (const table of tables) {
    if (!asOwner && isReadInPart(table.name)) leftOut.push({ what: 'hidden-rows', table: table.name });
    const { expressions, cleared } = columnExpressions(table, asOwner);
    leftOut.push(...(await countCleared(client, table, cleared, expressions)));
    const key = table.key.map((column) => `t."${column}"`).join(', ');
    const stream = client.query(copyTo(`copy (select ${expressions.join(', ')} from ${qualified(table.name)} t where ${conditionOf(table.name, organizationId)} order by ${key}) to stdout`));
    // A failure ends the loop that reads; an 'error' that comes after it would end the process.
    stream.on('error', () => undefined);
    const frame = { before: copyHeader(table), after: COPY_END };
    stored.push(
      await addRows(writer, table, stream, frame, () => script.nextPath(table.name), (rows) => {
        request.signal.throwIfAborted();
        request.progress((done += rows), total, table.name);
      }),
    );
  }
  await script.add(closingPieces(kind, tables));

  const facts: ManifestFacts = {
    name: backupBaseName(request.file),
    kind,
    application: { version: request.applicationVersion, central_schema: request.schemaVersion, replica_schema: replicaSchemaVersion },
    organization,
    instance_id: kind === 'schema' ? null : request.instanceId,
    created: {
      at: request.at.toISOString(),
      zone: request.zone,
      by: request.by,
      device: hostname(),
      source: asOwner ? 'owner' : 'centre',
      synced_at: null,
      server: await serverVersion(client),
    },
    tables: stored,
    references: referencesWithin(tables),
    left_out: kind === 'schema' ? [] : leftOut,
  };
  const figures = kind === 'schema' ? noFigures : await readFigures(client, organizationId);
  for (const { file, text } of summaries(facts, figures)) await writer.add({ path: file }, Buffer.from(text));
  return facts;
}

/** References to tables that are in the backup, too. */
export function referencesWithin(tables: readonly Pick<CentralTable, 'name' | 'references'>[]): ManifestFacts['references'] {
  const names = new Set(tables.map(({ name }) => name));
  return tables.flatMap(({ references }) => references.filter(({ target }) => names.has(target)));
}

/** Numbers the pieces of the script, so that they follow each other in the order of their names. */
export class Script {
  readonly #writer: ArchiveWriter;
  #number = 0;

  constructor(writer: ArchiveWriter) {
    this.#writer = writer;
  }

  nextPath(name: string): string {
    this.#number += 1;
    return `sql/${String(this.#number).padStart(6, '0')}_${name.replaceAll('.', '_')}.sql`;
  }

  async add(pieces: readonly ScriptPiece[]): Promise<void> {
    for (const { name, sql } of pieces) await this.#writer.add({ path: this.nextPath(name) }, Buffer.from(sql));
  }
}

export const remarkOf = ({ file, kind, at }: Pick<CentreExport, 'file' | 'kind' | 'at'>): string =>
  [
    `Factory Pulse, ${kind} backup of ${at.toISOString()}: ${backupBaseName(file)}`,
    'Restore into an empty database, as its owner with the right to create roles:',
    'tar -xzOf <archive> sql | psql --single-transaction -v ON_ERROR_STOP=1 -d <database>',
  ].join('\n');

async function countRows(client: ClientBase, tables: readonly CentralTable[], organizationId: string | null): Promise<number> {
  if (tables.length === 0) return 0;
  const counts = tables.map(({ name }) => `(select count(*) from ${qualified(name)} t where ${conditionOf(name, organizationId)})`);
  const { rows } = await client.query<{ total: string }>(`select ${counts.join(' + ')} as total`);
  return Number(rows[0]?.total ?? 0);
}

async function countCleared(client: ClientBase, table: CentralTable, cleared: readonly string[], expressions: readonly string[]): Promise<LeftOut[]> {
  if (cleared.length === 0) return [];
  const lost = cleared.map((column) => `count(*) filter (where t."${column}" is not null and (${expressions[table.columns.indexOf(column)]}) is null)`);
  const { rows } = await client.query<{ lost: string }>(`select ${lost.join(' + ')} as lost from ${qualified(table.name)} t`);
  const count = Number(rows[0]?.lost ?? 0);
  return count === 0 ? [] : [{ what: 'cleared-references', table: table.name, rows: count }];
}

async function serverVersion(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ version: string }>(`select current_setting('server_version') as version`);
  return rows[0]?.version ?? '';
}

async function readFigures(client: ClientBase, organizationId: string | null): Promise<Figures> {
  const read = async (name: keyof Figures): Promise<{ name: string; count: number }[]> => {
    const alias = name === 'people' ? 'users' : 'p';
    const where = organizationId === null ? '' : `where ${alias}.organization_id = '${organizationId}'`;
    const { rows } = await client.query<{ name: string; count: string }>(figureSelects[name].replace('{where}', where));
    return rows.map((row) => ({ name: row.name, count: Number(row.count) }));
  };
  return { people: await read('people'), stages: await read('stages'), customers: await read('customers') };
}

/** Of the whole centre, for its owner. */
export async function readInstance(client: ClientBase): Promise<{ id: string; schemaVersion: number }> {
  const { rows } = await client.query<{ id: string; version: string | number }>(
    'select i.id::text as id, (select max(m.version) from sync.schema_migrations m) as version from sync.instance i',
  );
  const found = rows[0];
  if (!found) throw new AppError('SERVER_NOT_FACTORY_PULSE', 'the database is no centre');
  return { id: found.id, schemaVersion: Number(found.version) };
}
