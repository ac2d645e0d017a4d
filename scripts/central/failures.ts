import { EmbeddedCentralError } from '../lib/embedded-central.mjs';
import { MigrationError } from '../../db/central/migrations.ts';
import { AppError } from '../../shared/errors.ts';
import { DumpError } from '../../main/worker/importer/dump-error.ts';
import { DatabaseError } from 'pg';

export const exitCodes = {
  done: 0,
  /** Something went wrong outside: no connection, a broken file, no rights. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** The command will not do that to this database; somebody has to decide or act first. */
  refused: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A failure as the administrator reads it: what is wrong, and what to do. */
export class CommandError extends Error {
  readonly code: string;
  readonly advice: string;
  readonly exitCode: ExitCode;

  constructor(
    code: string,
    message: string,
    advice: string,
    exitCode: ExitCode = exitCodes.failed,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'CommandError';
    this.code = code;
    this.advice = advice;
    this.exitCode = exitCode;
  }
}

export const refused = (code: string, message: string, advice: string): CommandError =>
  new CommandError(code, message, advice, exitCodes.refused);

const refusedMigrations: ReadonlySet<string> = new Set(['DATABASE_NOT_EMPTY', 'MIGRATION_EDITED', 'SCHEMA_NEWER']);

interface SystemError extends Error {
  code: string;
}
const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';

/** Turns anything thrown into what the administrator reads. */
export function toCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  if (error instanceof DumpError) {
    return new CommandError(error.code, error.message, 'nothing was imported', exitCodes.failed, { cause: error });
  }
  if (error instanceof MigrationError) {
    const exitCode = refusedMigrations.has(error.code) ? exitCodes.refused : exitCodes.failed;
    return new CommandError(error.code, error.message, 'nothing was changed by the step that failed', exitCode, {
      cause: error,
    });
  }
  if (error instanceof AppError && error.code in adviceOnBuckets) {
    return new CommandError(error.code, error.message, adviceOnBuckets[error.code] ?? '', exitCodes.failed, { cause: error });
  }
  if (error instanceof DatabaseError) return databaseFailure(error);
  if (error instanceof EmbeddedCentralError) return embeddedFailure(error);
  if (isSystemError(error)) return systemFailure(error);
  const message = error instanceof Error ? error.message : String(error);
  return new CommandError('INTERNAL', message, 'please report this', exitCodes.failed, { cause: error });
}

/** What `app.refuse` says of people, in an administrator's words. */
const refusals: Readonly<Record<string, string>> = {
  ADDRESS_TAKEN: 'somebody has this address already',
  LAST_ADMIN: 'this is the last active administrator of the organization',
  MANAGER_CIRCLE: 'this manager stands below the person already',
  CONTACT_REQUIRED: 'somebody outside belongs to a company of the right kind',
  FILE_BUCKET_KEY_MISSING: 'the database has no key for this bucket, as after a restored backup',
};

/** What a bucket answers. */
const adviceOnBuckets: Readonly<Record<string, string>> = {
  FILE_BUCKET_UNREACHABLE: 'check the endpoint, that the store runs, and its certificate (--ca names an authority of your own)',
  FILE_BUCKET_REFUSED: 'check the key, its rights, the region and the name of the bucket',
  FILE_BUCKET_CLOCK: 'set the clocks of the database server and of the store',
  FILE_BUCKET_BUSY: 'the store is busy or out of order; try again later',
  FILE_NOT_AT_CENTRE: 'the store does not find what it has just taken; see its log',
  FILE_DAMAGED: 'the store takes the bytes for others than were sent; see whether something between changes them',
};

const adviceOn: Readonly<Record<string, string>> = {
  ADDRESS_TAKEN: 'see "person list"',
  LAST_ADMIN: 'give somebody else the role first',
  MANAGER_CIRCLE: 'name another manager',
  CONTACT_REQUIRED: 'name the company with --company',
  FILE_BUCKET_KEY_MISSING: 'enter it again with "files bucket set"',
};

function databaseFailure(error: DatabaseError): CommandError {
  const failure = (code: string, message: string, advice: string): CommandError =>
    new CommandError(code, message, advice, exitCodes.failed, { cause: error });
  switch (error.code) {
    case 'FP001':
      return new CommandError(
        error.message,
        refusals[error.message] ?? `the centre refuses it (${error.detail ?? ''})`,
        adviceOn[error.message] ?? 'nothing was changed',
        exitCodes.refused,
        { cause: error },
      );
    case '28P01':
    case '28000':
      return failure(
        'WRONG_CREDENTIALS',
        'the server refuses this name or password',
        "check the owner's name and password in the URL, or PGPASSWORD",
      );
    case '3D000':
      return failure('DATABASE_MISSING', error.message, 'create it with "init", or check the name in the URL');
    case '42501':
      return failure(
        'RIGHTS_MISSING',
        error.message,
        'connect as the owner of the database, with the right to create roles',
      );
    case '53300':
      return failure('SERVER_BUSY', error.message, 'end other connections, then try again');
    default:
      return failure(
        'DATABASE_ERROR',
        `${error.message} (SQLSTATE ${error.code ?? 'unknown'})`,
        'nothing was changed; see the message',
      );
  }
}

/** The message goes on with the server's log, of which the first line tells enough. */
function embeddedFailure(error: EmbeddedCentralError): CommandError {
  const portTaken = error.message.includes('Address already in use');
  return portTaken
    ? new CommandError(
        'PORT_TAKEN',
        'another program uses this port',
        'choose another with --port, or leave it out',
        exitCodes.failed,
        { cause: error },
      )
    : new CommandError(
        'EMBEDDED_SERVER_FAILED',
        error.message.split('\n')[0] ?? '',
        'see the message',
        exitCodes.failed,
        { cause: error },
      );
}

function systemFailure(error: SystemError): CommandError {
  const failure = (code: string, message: string, advice: string): CommandError =>
    new CommandError(code, message, advice, exitCodes.failed, { cause: error });
  switch (error.code) {
    case 'ENOENT':
      return failure('FILE_MISSING', error.message, 'check the path');
    case 'EACCES':
    case 'EISDIR':
      return failure('FILE_UNREADABLE', error.message, 'check the path and its rights');
    case 'EEXIST':
      return failure('FILE_EXISTS', error.message, 'name a file that does not exist yet');
    case 'ENOSPC':
      return failure('DISK_FULL', error.message, 'make room on the disk, then try again');
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return failure(
        'SERVER_UNREACHABLE',
        `no answer from the server (${error.code})`,
        'check the address, and that the server runs',
      );
    default:
      return /CERT|TLS|SSL/.test(error.code)
        ? failure('SERVER_TLS_INVALID', error.message, "give the server's certificate authority with --ca <file.pem>")
        : failure('INTERNAL', error.message, 'please report this');
  }
}
