import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { AppError } from '../../../shared/errors.ts';
import { checkedParts, type ReadingOptions } from './archive-reader.ts';
import { linesOf } from './archive-format.ts';
import { qualified } from './central-script.ts';
import { rowsOf, type Manifest, type ManifestPart, type ManifestTable } from './manifest.ts';

export interface RestoringOptions extends ReadingOptions {
  restored?: (rows: number, total: number, table: string) => void;
}

/**
 * Runs the statements of an export over the protocol of PostgreSQL, the very ones that psql would run. The caller holds the
 * transaction.
 */
export async function runScript(client: ClientBase, file: string, manifest: Manifest, options: RestoringOptions): Promise<void> {
  if (manifest.kind === 'snapshot') throw new AppError('BACKUP_OF_OTHER_KIND', 'a snapshot is no database of the centre');
  const total = rowsOf(manifest);
  let rows = 0;
  for await (const { part, content } of checkedParts(file, manifest, options)) {
    if (!part.path.startsWith('sql/')) continue;
    if (part.table === null) {
      await client.query(content.toString('utf8'));
      continue;
    }
    await copyIn(client, part, content);
    options.restored?.((rows += part.rows), total, part.table);
  }
}

async function copyIn(client: ClientBase, part: ManifestPart, content: Buffer): Promise<void> {
  const end = content.indexOf(10);
  const statement = content.toString('utf8', 0, end).replace(/;$/, '');
  await pipeline(Readable.from([linesOf(content)]), client.query(copyFrom(statement)));
  if (!statement.startsWith(`copy ${qualified(part.table ?? '')} (`)) throw new AppError('BACKUP_DAMAGED', `${part.path} is about another table`);
}

/** Tables that do not give the lines that were backed up. */
export async function differingTables(client: ClientBase, tables: readonly ManifestTable[]): Promise<{ counts: string[]; checksums: string[] }> {
  const counts: string[] = [];
  const checksums: string[] = [];
  for (const table of tables) {
    const digest = createHash('sha256');
    let rows = 0;
    const columns = table.columns.map((column) => `"${column}"`).join(', ');
    const key = table.key.map((column) => `"${column}"`).join(', ');
    const stream = client.query(copyTo(`copy (select ${columns} from ${qualified(table.name)} order by ${key}) to stdout`));
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      digest.update(chunk);
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) rows += 1;
    }
    if (rows !== table.rows) counts.push(table.name);
    if (digest.digest('hex') !== table.sha256) checksums.push(table.name);
  }
  return { counts, checksums };
}
