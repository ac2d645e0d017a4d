import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { roles, type Role } from '../../shared/domain/roles.ts';
import { bucketOff, checkBucket, moveContents, type MoveOptions, setBucket, type SetBucketOptions, showBuckets } from './bucket.ts';
import { secretVariable } from './bucket-secret.ts';
import type { CommonOptions, Context } from './context.ts';
import { urlVariable } from './connection.ts';
import { demo } from './demo.ts';
import { type DeviceListOptions, listDevices, setRevoked } from './device.ts';
import { exitCodes, toCommandError } from './failures.ts';
import { type ImportCommandOptions, runImport } from './import.ts';
import { init, type InitOptions } from './init.ts';
import { runMigrate } from './migrate.ts';
import type { OneTimeOptions } from './one-time.ts';
import {
  changeRole,
  type InviteOptions,
  invitePerson,
  listPeople,
  type ListOptions,
  renamePerson,
  type RenameOptions,
  resetPassword,
  type RoleOptions,
  setStatus,
} from './person.ts';
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

  addPersonCommands(root.command('person').description('who works with the database, and what they may do'), context);
  addDeviceCommands(root.command('device').description('the installations that people use'), context);

  addBucketCommands(root.command('files').description('where the contents of documents are kept').command('bucket').description('an S3-compatible store instead of the database'), context);

  output(root.command('serve'))
    .description('run the embedded PostgreSQL server in the foreground')
    .option('--port <number>', 'port on 127.0.0.1 (default: a free one)', portNumber)
    .option('--data-dir <path>', 'where its data lies (default: .data/central)')
    .action((options: ServeOptions) => serve(options, context));

  return root;
}

function addPersonCommands(person: Command, context: Context): void {
  common(person.command('list'))
    .description('everybody, with role, status and kind of password')
    .option('--organization <slug>', 'only of this organization')
    .action((options: ListOptions) => listPeople(options, context));

  oneTime(person.command('invite'))
    .description('add a person, who signs in with a one-time password')
    .argument('<e-mail>', 'the address to sign in with')
    .requiredOption('--name <name>', 'the name shown for the person')
    .addOption(new Option('--role <role>', 'what the person may do').choices(roles).makeOptionMandatory())
    .option('--organization <slug>', 'where there are several')
    .option('--company <name>', 'the customer or supplier of somebody outside')
    .option('--department <name>', 'the department')
    .option('--manager <e-mail>', 'the direct manager')
    .action((email: string, options: InviteOptions) => invitePerson(email, options, context));

  common(person.command('role'))
    .description("change a person's role")
    .argument('<e-mail>', 'whose')
    .addArgument(new Argument('<role>', 'the new role').choices(roles))
    .option('--company <name>', 'the customer or supplier of somebody outside')
    .action((email: string, role: Role, options: RoleOptions) => changeRole(email, role, options, context));

  common(person.command('deactivate'))
    .description('shut a person out; their desktops hand in what was not sent and erase the rest')
    .argument('<e-mail>', 'whom')
    .action((email: string, options: CommonOptions) => setStatus(email, 'inactive', options, context));

  common(person.command('activate'))
    .description('let a person in again')
    .argument('<e-mail>', 'whom')
    .action((email: string, options: CommonOptions) => setStatus(email, 'active', options, context));

  oneTime(person.command('reset-password'))
    .description('give a person a one-time password')
    .argument('<e-mail>', 'whom')
    .action((email: string, options: OneTimeOptions) => resetPassword(email, options, context));

  common(person.command('rename'))
    .description("change a person's name or address")
    .argument('<e-mail>', 'the present address')
    .option('--email <address>', 'the new address, which is the one to sign in with from then on')
    .option('--name <name>', 'the new name')
    .action((email: string, options: RenameOptions) => renamePerson(email, options, context));
}

function addDeviceCommands(device: Command, context: Context): void {
  common(device.command('list'))
    .description('every installation, when it was in step last, and whether it is admitted')
    .option('--person <e-mail>', 'only of this person')
    .action((options: DeviceListOptions) => listDevices(options, context));

  common(device.command('revoke'))
    .description('shut a device out; it hands in what was not sent and erases the rest')
    .argument('<device>', 'its id, from "device list"')
    .action((id: string, options: CommonOptions) => setRevoked(id, true, options, context));

  common(device.command('readmit'))
    .description('let a device in again')
    .argument('<device>', 'its id, from "device list"')
    .action((id: string, options: CommonOptions) => setRevoked(id, false, options, context));
}

function addBucketCommands(bucket: Command, context: Context): void {
  common(bucket.command('set'))
    .description(`try a bucket, and keep new contents there; its secret key comes from ${secretVariable} or a file`)
    .requiredOption('--endpoint <url>', 'where the store answers, https://s3.example.com')
    .requiredOption('--region <name>', 'the region that signatures name, us-east-1 where the store has none')
    .requiredOption('--name <bucket>', 'the bucket, which has to be there')
    .requiredOption('--access-key <id>', 'the id of the key, which may read, write, delete and list')
    .option('--secret-file <path>', 'file with the secret key')
    .action((options: SetBucketOptions) => setBucket(options, context));

  common(bucket.command('show'))
    .description('the buckets, what they hold, and which one receives')
    .action((options: CommonOptions) => showBuckets(options, context));

  common(bucket.command('check'))
    .description('try key, clock and rights of the bucket that receives')
    .action((options: CommonOptions) => checkBucket(options, context));

  common(bucket.command('move'))
    .description('carry the contents that lie in the other place; goes on where it was broken off')
    .addOption(new Option('--to <place>', 'into the bucket that receives, or back').choices(['bucket', 'database']).makeOptionMandatory())
    .action((options: MoveOptions) => moveContents(options, context));

  common(bucket.command('off'))
    .description('keep new contents in the database again; what is in a bucket stays there, readable')
    .action((options: CommonOptions) => bucketOff(options, context));
}

const output = (command: Command): Command =>
  command.option('--json', 'print one JSON object instead of text').addHelpText('after', epilogue);

const common = (command: Command): Command =>
  output(command)
    .option('--url <url>', `postgres URL of the database's owner (default: ${urlVariable}, else the embedded server)`)
    .option('--ca <file>', "PEM file of the server's certificate authority");

const oneTime = (command: Command): Command =>
  common(command).option('--passwords-file <path>', 'new file (mode 600) for the one-time password');

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('a port is a number from 1 to 65535');
  return port;
}
