import { open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { importDump, type ImportedPerson } from '../../main/worker/importer/import-dump.ts';
import type { ImportReport } from '../../main/worker/importer/import-report.ts';
import { withCentral } from './connection.ts';
import { type CommonOptions, type Context, printJson } from './context.ts';
import { CommandError, exitCodes } from './failures.ts';
import { defaultPasswordsFile, passwordLines, writePasswords } from './passwords-file.ts';
import { requireCurrentSchema } from './schema.ts';
import { textTable } from './text-table.ts';

export interface ImportCommandOptions extends CommonOptions {
  dryRun?: boolean;
  passwordsFile?: string;
}

/** Imports the data dump of the existing system. */
export async function runImport(path: string, options: ImportCommandOptions, context: Context): Promise<void> {
  await using dump = await open(resolve(context.directory, path));
  await withCentral(options, context, async (client) => {
    await requireCurrentSchema(client);
    const shownOnScreen = options.passwordsFile === undefined && context.isTerminal && options.json !== true;
    const people: ImportedPerson[] = [];
    const kept: { file: string | null } = { file: null };
    let report: ImportReport;
    try {
      report = await importDump({
        client,
        source: dump.createReadStream({ autoClose: false }),
        dryRun: options.dryRun ?? false,
        keepPasswords: async (imported) => {
          people.push(...imported);
          if (shownOnScreen) return;
          const target = resolve(context.directory, options.passwordsFile ?? defaultPasswordsFile());
          await writePasswords(target, imported);
          kept.file = target;
        },
      });
    } catch (error) {
      // The roles that these passwords belong to were taken back.
      if (kept.file !== null) await rm(kept.file, { force: true });
      throw error;
    }

    const dryRun = options.dryRun === true;
    if (options.json === true)
      printJson(context, { ...report, dryRun, people: people.length, passwordsFile: kept.file });
    else printReport(report, dryRun, context);
    if (options.json !== true && kept.file !== null) {
      context.stdout(`\nOne-time passwords of ${people.length} people: ${kept.file} (only you can read it)\n`);
    }
    if (shownOnScreen && people.length > 0) {
      context.stdout(`\nOne-time passwords, not shown again:\n${passwordLines(people)}`);
    }
    if (Object.values(report.tables).every(({ read }) => read === 0)) {
      throw new CommandError(
        'DUMP_NO_ROWS',
        'the file is SQL but holds no rows, such as a dump of the schema',
        'choose the data dump',
        exitCodes.refused,
      );
    }
  });
}

function printReport(report: ImportReport, dryRun: boolean, context: Context): void {
  const { stdout } = context;
  if (dryRun) stdout('Dry run: everything below was tried and taken back.\n\n');
  const rows = Object.entries(report.tables).map(([name, { read, imported, skipped, reasons }]) => [
    name,
    String(read),
    String(imported),
    String(skipped),
    Object.entries(reasons)
      .map(([reason, count]) => `${reason} (${count})`)
      .join('; '),
  ]);
  stdout(textTable(['table', 'read', 'imported', 'skipped', 'why'], rows));
  const lists: [string, string[]][] = [
    ['Unknown tables', report.unknownTables],
    ['Unknown columns', columnsOf(report.unknownColumns)],
    ['Columns left out on purpose', columnsOf(report.omittedColumns)],
    ['Made from other rows', Object.entries(report.derived).map(([table, count]) => `${table} ${count}`)],
    [
      'Imported with a change',
      Object.entries(report.adjustments).flatMap(([table, changes]) =>
        Object.entries(changes).map(([change, count]) => `${table}: ${change} (${count})`),
      ),
    ],
    ['Notes', report.notes],
  ];
  for (const [heading, entries] of lists) {
    if (entries.length > 0) stdout(`\n${heading}:\n${entries.map((entry) => `  ${entry}\n`).join('')}`);
  }
}

const columnsOf = (columns: Record<string, string[]>): string[] =>
  Object.entries(columns).map(([table, names]) => `${table}: ${names.join(', ')}`);
