import { Command, CommanderError, Option } from 'commander';
import { organizationKinds } from '../../shared/domain/backup.ts';
import { urlVariable } from '../central/connection.ts';
import type { CommonOptions, Context } from '../central/context.ts';
import { exitCodes } from '../central/failures.ts';
import { create, type CreateOptions } from './create.ts';
import { toBackupFailure } from './failures.ts';
import { inspect, type InspectOptions } from './inspect.ts';
import { list } from './list.ts';
import { passphraseVariable } from './passphrase.ts';
import { restore, type RestoreOptions } from './restore.ts';
import { unpack, type UnpackOptions } from './unpack.ts';
import { verify, type VerifyOptions } from './verify.ts';

const epilogue = `
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused (somebody has to act first).
The URL is the owner's. Without --url: ${urlVariable}, else the embedded server while it runs.
A passphrase is read from ${passphraseVariable} or from --passphrase-file, never from the command line.`;

/** Runs one command line (without the program's own name); answers the exit code. */
export async function runBackup(args: readonly string[], context: Context): Promise<number> {
  try {
    await program(context).parseAsync(args, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const { code, message, advice, exitCode } = toBackupFailure(error);
    if (args.includes('--json')) context.stderr(`${JSON.stringify({ error: { code, message, advice } })}\n`);
    else context.stderr(`error ${code}: ${message} — ${advice}\n`);
    return exitCode;
  }
}

function program(context: Context): Command {
  const root = new Command('backup')
    .description('Backs up the central Factory Pulse database, and proves that it restores.')
    .exitOverride()
    .configureOutput({ writeOut: context.stdout, writeErr: context.stderr })
    .showHelpAfterError('(--help shows the commands and options)')
    .helpCommand(true)
    .addHelpText('after', epilogue);

  database(secret(root.command('create')))
    .description('back up the centre, and restore the backup on trial')
    .addOption(new Option('--kind <kind>', 'what to back up').choices(organizationKinds).default('complete'))
    .option('--organization <slug>', 'only this organization; without it, all of them')
    .option('--to <folder>', 'where the archive goes (default: the present folder)')
    .option('--encrypt', 'encrypt with the passphrase')
    .option('--no-verify', 'do not restore it on trial')
    .action((options: CreateOptions) => create(options, context));

  secret(output(root.command('verify')))
    .description('restore a backup on trial and tick the checklist')
    .argument('<archive>', 'the backup')
    .option('--sqlite', 'load it into SQLite, as an application without PostgreSQL does')
    .action((file: string, options: VerifyOptions) => verify(file, options, context));

  secret(output(root.command('inspect')))
    .description('read a backup to its end and show what is in it; also dumps of the former system')
    .argument('<archive>', 'the backup')
    .option('--summary <language>', 'show its readable page: vi or en')
    .action((file: string, options: InspectOptions) => inspect(file, options, context));

  secret(output(root.command('unpack')))
    .description('write what is in a backup into a folder: its SQL as one file for psql, manifest and summaries')
    .argument('<archive>', 'the backup')
    .requiredOption('--to <folder>', 'a folder that does not exist yet')
    .action((file: string, options: UnpackOptions) => unpack(file, options, context));

  database(secret(root.command('restore')))
    .description('restore a backup into an empty database, which is made where it does not exist')
    .argument('<archive>', 'the backup')
    .option('--dry-run', 'do everything, compare, and take it back')
    .option('--passwords-file <path>', "new file (mode 600) for the people's one-time passwords")
    .action((file: string, options: RestoreOptions) => restore(file, options, context));

  output(root.command('list'))
    .description('the backups in a folder, by name, size and age; what is unfinished is named')
    .argument('[folder]', 'where (default: the present folder)')
    .action((folder: string | undefined, options: CommonOptions) => list(folder, options, context));

  return root;
}

const output = (command: Command): Command =>
  command.option('--json', 'print one JSON object instead of text').addHelpText('after', epilogue);

const database = (command: Command): Command =>
  output(command)
    .option('--url <url>', `postgres URL of the database's owner (default: ${urlVariable}, else the embedded server)`)
    .option('--ca <file>', "PEM file of the server's certificate authority");

const secret = (command: Command): Command => command.option('--passphrase-file <path>', `file with the passphrase in its first line (default: ${passphraseVariable})`);

