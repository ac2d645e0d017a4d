import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { CommonOptions, Context } from './context.ts';
import { urlVariable } from './connection.ts';
import { demo } from './demo.ts';
import { exitCodes, toCommandError } from './failures.ts';
import { type ImportCommandOptions, runImport } from './import.ts';
import { init, type InitOptions } from './init.ts';
import { runMigrate } from './migrate.ts';
import { prune } from './prune.ts';
import { serve, type ServeOptions } from './serve.ts';
import { status } from './status.ts';

const epilogue = `
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused (somebody has to act first).
The URL is the owner's (a role that may create roles). Without --url: ${urlVariable}, else the embedded
server while it runs. Keep passwords off the command line: use ${urlVariable} or PGPASSWORD.`;

/** Runs one command line (without the program's own name); answers the exit code. */
export async function runCentral(args: readonly string[], context: Context): Promise<number> {
  try {
    await program(context).parseAsync(args, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const failure = toCommandError(error);
    const json = args.includes('--json');
    if (json) {
      const { code, message, advice } = failure;
      context.stderr(`${JSON.stringify({ error: { code, message, advice } })}\n`);
    } else {
      context.stderr(`error ${failure.code}: ${failure.message} — ${failure.advice}\n`);
    }
    return failure.exitCode;
  }
}

function program(context: Context): Command {
  const root = new Command('central')
    .description('Administers the central Factory Pulse database.')
    .exitOverride()
    .configureOutput({ writeOut: context.stdout, writeErr: context.stderr })
    .showHelpAfterError('(--help shows the commands and options)')
    .helpCommand(true)
    .addHelpText('after', epilogue);

  common(root.command('init'))
    .description('make the schema in an empty database, with the first administrator')
    .option('--admin-email <address>', "the first administrator's e-mail address", 'admin@factorypulse.local')
    .option('--admin-name <name>', 'the name shown for that person', 'Administrator')
    .option('--admin-password-stdin', 'read the password from standard input instead of making a one-time password')
    .option(
      '--organization <name>',
      'name of the first organization; without it, an empty one that makes way for imported data',
    )
    .action((options: InitOptions) => init(options, context));

  common(root.command('migrate'))
    .description("bring the schema to this program's version")
    .action((options: CommonOptions) => runMigrate(options, context));

  common(root.command('status'))
    .description('show version, row counts, people, connections and lag')
    .action((options: CommonOptions) => status(options, context));

  common(root.command('prune'))
    .description('drop what no desktop needs any more from the lists of sync; safe at any time, meant for a daily job')
    .action((options: CommonOptions) => prune(options, context));

  common(root.command('demo'))
    .description('fill an empty database on the loopback address with demo data')
    .action((options: CommonOptions) => demo(options, context));

  common(root.command('import'))
    .description("import the existing system's data dump (plain SQL, INSERT or COPY form)")
    .argument('<dump.sql>', 'the dump')
    .option('--dry-run', 'do everything, report, and take it back')
    .option('--passwords-file <path>', "new file (mode 600) for the people's one-time passwords")
    .action((path: string, options: ImportCommandOptions) => runImport(path, options, context));

  output(root.command('serve'))
    .description('run the embedded PostgreSQL server in the foreground')
    .option('--port <number>', 'port on 127.0.0.1 (default: a free one)', portNumber)
    .option('--data-dir <path>', 'where its data lies (default: .data/central)')
    .action((options: ServeOptions) => serve(options, context));

  return root;
}

const output = (command: Command): Command =>
  command.option('--json', 'print one JSON object instead of text').addHelpText('after', epilogue);

const common = (command: Command): Command =>
  output(command)
    .option('--url <url>', `postgres URL of the database's owner (default: ${urlVariable}, else the embedded server)`)
    .option('--ca <file>', "PEM file of the server's certificate authority");

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('a port is a number from 1 to 65535');
  return port;
}
