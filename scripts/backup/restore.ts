import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type pg from 'pg';
import { applyMigrations, centralMigrations } from '../../db/central/migrations.ts';
import { closeNeighbours } from '../../db/central/neighbours.ts';
import { checkArchive } from '../../main/worker/backup/archive-reader.ts';
import { rowsOf, type Manifest } from '../../main/worker/backup/manifest.ts';
import { differingTables, runScript } from '../../main/worker/backup/restore-centre.ts';
import { givePasswords, type ImportedPerson } from '../../main/worker/importer/import-dump.ts';
import { AppError } from '../../shared/errors.ts';
import { shownUrl, withCentral } from '../central/connection.ts';
import { printJson, type Context } from '../central/context.ts';
import { refused } from '../central/failures.ts';
import { defaultPasswordsFile, passwordLines, writePasswords } from '../central/passwords-file.ts';
import { schemaVersion } from '../central/schema.ts';
import { refuseOldDump } from './inspect.ts';
import { givenPassphrase, type PassphraseOptions } from './passphrase.ts';
import { progressLine, stoppable } from './progress.ts';

export interface RestoreOptions extends PassphraseOptions {
  dryRun?: boolean;
  passwordsFile?: string;
}

/**
 * Restores a centre into an empty database, in one transaction: what was restored is compared with the backup before it
 * becomes final. Everybody gets a one-time password, because no backup holds one.
 */
export async function restore(path: string, options: RestoreOptions, context: Context): Promise<void> {
  const file = resolve(context.directory, path);
  await refuseOldDump(file);
  const passphrase = await givenPassphrase(options, context);
  await stoppable(async (signal) => {
    const manifest = await checkArchive(file, { passphrase, signal });
    if (manifest.kind === 'snapshot') throw new AppError('BACKUP_OF_OTHER_KIND', 'a snapshot of one machine is no centre');
    await withCentral({ ...options, create: true }, context, async (client, url) => {
      await demandEmpty(client, manifest);
      const handedOver = { people: [] as ImportedPerson[], file: null as string | null };
      const shownOnScreen = options.passwordsFile === undefined && context.isTerminal && options.json !== true;
      const reading = { passphrase, signal, restored: progressLine(context, 'restoring') };
      await client.query('begin');
      try {
        await runScript(client, file, manifest, reading);
        await compare(client, manifest);
        handedOver.people = manifest.kind === 'schema' ? [] : await givePasswords(client);
        if (options.dryRun === true) {
          await client.query('rollback');
        } else {
          if (handedOver.people.length > 0 && !shownOnScreen) {
            const target = resolve(context.directory, options.passwordsFile ?? defaultPasswordsFile());
            await writePasswords(target, handedOver.people);
            handedOver.file = target;
          }
          await client.query('commit');
        }
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        if (handedOver.file !== null) await rm(handedOver.file, { force: true });
        throw error;
      }
      const left = options.dryRun === true ? [] : await afterwards(client);
      report(options, context, url, manifest, { ...handedOver, shownOnScreen, left });
    });
  });
}

/** A dry run must not leave the schema that rows alone need. */
async function demandEmpty(client: pg.Client, manifest: Manifest): Promise<void> {
  const version = await schemaVersion(client);
  if (manifest.kind === 'data') {
    if (version !== manifest.application.central_schema) {
      throw refused('SCHEMA_MISSING', `these rows belong to schema version ${manifest.application.central_schema}, the database has ${version}`, 'restore the schema backup of the same time first');
    }
    return;
  }
  if (version > 0) throw refused('DATABASE_NOT_EMPTY', 'the database holds a centre already', 'name an empty or a new database');
}

async function compare(client: pg.Client, manifest: Manifest): Promise<void> {
  // What was printed has to be printed the same way again.
  await client.query(`set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres'; set local bytea_output = 'hex'`);
  const { counts, checksums } = await differingTables(client, manifest.tables);
  const differing = [...new Set([...counts, ...checksums])];
  if (differing.length > 0) throw new AppError('BACKUP_NOT_RESTORABLE', `other rows in ${differing.join(', ')}`, { tables: differing });
}

/** An older backup is brought to this program's schema; what belongs to the cluster is closed as for a new centre. */
async function afterwards(client: pg.Client): Promise<string[]> {
  await applyMigrations(client, centralMigrations);
  return closeNeighbours(client);
}

function report(
  options: RestoreOptions,
  context: Context,
  url: URL,
  manifest: Manifest,
  { people, file, shownOnScreen, left }: { people: ImportedPerson[]; file: string | null; shownOnScreen: boolean; left: string[] },
): void {
  const dryRun = options.dryRun === true;
  const rows = rowsOf(manifest);
  if (options.json === true) {
    printJson(context, { database: shownUrl(url), name: manifest.name, kind: manifest.kind, rows, tables: manifest.tables.length, dryRun, people: people.length, passwordsFile: file, leftToSuperuser: left });
    return;
  }
  if (dryRun) context.stdout('Dry run: everything below was tried and taken back.\n\n');
  context.stdout(`${manifest.name} is restored in ${shownUrl(url)}: ${rows} rows in ${manifest.tables.length} tables, compared byte by byte\n`);
  context.stdout('Desktops that knew this centre compare everything once and keep what they have not sent.\n');
  if (dryRun || people.length === 0) return;
  if (file !== null) context.stdout(`One-time passwords of ${people.length} people: ${file} (only you can read it)\n`);
  if (shownOnScreen) context.stdout(`\nOne-time passwords, not shown again:\n${passwordLines(people)}`);
  if (left.length > 0) context.stdout(`For the server's superuser: ${left.join('; ')}\n`);
}
