import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { checkArchive, checkedParts } from '../../main/worker/backup/archive-reader.ts';
import { rowsOf } from '../../main/worker/backup/manifest.ts';
import { looksLikeDump, readOldDump, type OldDump } from '../../main/worker/backup/old-dump.ts';
import { AppError } from '../../shared/errors.ts';
import { printJson, type Context } from '../central/context.ts';
import { textTable } from '../central/text-table.ts';
import { givenPassphrase, type PassphraseOptions } from './passphrase.ts';
import { progressLine, stoppable } from './progress.ts';

export interface InspectOptions extends PassphraseOptions {
  summary?: string;
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

const isDump = (file: string): Promise<boolean> =>
  looksLikeDump(file).catch((error: unknown) => {
    if (isMissing(error)) throw new AppError('BACKUP_MISSING', 'there is no such file', {}, { cause: error });
    throw error;
  });

/** Fails with BACKUP_OLD_DUMP for a dump of the former system, which another command brings in. */
export async function refuseOldDump(file: string): Promise<void> {
  if (await isDump(file)) throw new AppError('BACKUP_OLD_DUMP', 'a dump of the former system');
}

/** Shows what a backup says of itself, after every checksum was found to hold. */
export async function inspect(path: string, options: InspectOptions, context: Context): Promise<void> {
  const file = resolve(context.directory, path);
  if (await isDump(file)) {
    showDump(file, await readOldDump(file), options, context);
    return;
  }
  const passphrase = await givenPassphrase(options, context);
  await stoppable(async (signal) => {
    const progress = progressLine(context, 'reading');
    const manifest = await checkArchive(file, { passphrase, signal, progress: (share) => progress(share, 1) });
    if (options.json === true) {
      printJson(context, { file, size: (await stat(file)).size, ...manifest });
      return;
    }
    if (options.summary !== undefined) {
      for await (const { part, content } of checkedParts(file, manifest, { passphrase, signal })) {
        if (part.path === `summary.${options.summary}.md`) context.stdout(content.toString('utf8'));
      }
      return;
    }
    const { created, organization } = manifest;
    context.stdout(`${manifest.name}: ${manifest.kind}, ${organization?.name ?? 'all organizations'}\n`);
    context.stdout(`made ${created.at} by ${created.by} on ${created.device}, from the ${created.source}; schema ${manifest.application.central_schema}\n`);
    context.stdout(`${rowsOf(manifest)} rows in ${manifest.tables.length} tables, ${manifest.parts.length} parts, every checksum holds\n\n`);
    context.stdout(textTable(['table', 'rows'], manifest.tables.map(({ name, rows }) => [name, String(rows)])));
    for (const { what, table, rows, documents = [] } of manifest.left_out) {
      context.stdout(`left out: ${[what, table, rows].filter((part) => part !== undefined).join(' ')}\n`);
      for (const { code, name, size } of documents) context.stdout(`  ${[code, name, size].filter((part) => part !== null).join(' ')}\n`);
      if (documents.length > 0 && (rows ?? 0) > documents.length) context.stdout(`  and ${(rows ?? 0) - documents.length} more\n`);
    }
  });
}

function showDump(file: string, dump: OldDump | null, options: InspectOptions, context: Context): void {
  const rows = dump?.tables.reduce((sum, table) => sum + table.rows, 0) ?? 0;
  const hasNoData = dump !== null && rows === 0;
  if (options.json === true) {
    printJson(context, { file, dump: dump ?? 'unreadable', hasNoData });
    return;
  }
  context.stdout(`${file}: a dump of the former system\n`);
  if (!dump) {
    context.stdout('It cannot be read to its end: it is cut off or damaged.\n');
    return;
  }
  context.stdout(textTable(['table', 'rows'], dump.tables.map(({ name, rows: count }) => [name, String(count)])));
  context.stdout(`${dump.statements} other statements\n`);
  if (hasNoData) {
    context.stdout('\nWARNING: this file holds no data, whatever its name says; only the structure. Look for the data dump of the same time.\n');
  } else {
    context.stdout('Bring it in with: npm run central -- import <file>\n');
  }
}
