import { api, isOperation, type OperationName, type Output, type ParsedInput } from '../../shared/api/index.ts';
import type { appApi } from '../../shared/api/app.ts';
import type { auditFileApi } from '../../shared/api/audit.ts';
import type { contactImportFileApi } from '../../shared/api/contact-import.ts';
import type { documentFilesApi } from '../../shared/api/documents.ts';
import type { driveApi } from '../../shared/api/drive.ts';
import type { filesMainApi } from '../../shared/api/files.ts';
import type { listFilesApi } from '../../shared/api/lists.ts';
import type { backupFilesApi } from '../../shared/api/backup.ts';
import type { lockApi } from '../../shared/api/lock.ts';
import type { sessionApi } from '../../shared/api/session.ts';
import type { windowsApi } from '../../shared/api/windows.ts';
import { AppError, toFailure, type Envelope } from '../../shared/errors.ts';
import type { Log } from '../logging.ts';
import { problemOf } from './plain-input.ts';

/** The operations that main answers itself. That these are all with `handledBy: 'main'` is held by a test. */
export type MainOperation =
  | keyof typeof appApi
  | keyof typeof sessionApi
  | keyof typeof lockApi
  | keyof typeof windowsApi
  | keyof typeof auditFileApi
  | keyof typeof documentFilesApi
  | keyof typeof contactImportFileApi
  | keyof typeof filesMainApi
  | keyof typeof driveApi
  | keyof typeof listFilesApi
  | keyof typeof backupFilesApi;

/** One handler for each of main's operations; a missing or wrongly typed one fails the type check. */
export type MainHandlers = {
  readonly [Name in MainOperation]: (input: ParsedInput<Name>) => Output<Name> | Promise<Output<Name>>;
};

export interface AnswerParts {
  handlers: MainHandlers;
  /** Forwards to the worker. */
  forward(name: OperationName, input: unknown): Promise<Envelope<unknown>>;
  hasSession(): boolean;
  /** While the screen is locked, only what opens it or looks after it is answered. */
  isLocked(): boolean;
  log: Log;
}

/** What is wrong where, without the values: they may be secrets and end up in a log. */
const issuesOf = (error: { issues: readonly { path: PropertyKey[]; code?: string | undefined }[] }) =>
  error.issues.map(({ path, code }) => ({ path: path.map(String).join('.'), code: code ?? 'custom' }));

function checkedInput(name: OperationName, input: unknown): unknown {
  const problem = problemOf(input);
  if (problem !== null) throw new AppError('INPUT_INVALID', `the input of ${name} is not valid`, { issues: [{ path: '', code: problem }] });
  const parsed = api[name].input.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AppError('INPUT_INVALID', `the input of ${name} is not valid`, { issues: issuesOf(parsed.error) });
}

/** Answered also on a locked screen: how it looks, who is there, and the ways off it. */
const behindTheLock: ReadonlySet<OperationName> = new Set([
  'app.info', 'app.openLogFolder', 'settings.get', 'settings.set', 'session.current', 'session.signIn', 'session.signOut', 'session.people', 'lock.state', 'lock.open',
]);

async function answer({ handlers, forward, hasSession, isLocked }: AnswerParts, name: unknown, input: unknown) {
  if (!isOperation(name)) {
    throw new AppError('INPUT_INVALID', 'there is no such operation', {
      issues: [{ path: '', code: 'unknown_operation' }],
    });
  }
  const { handledBy, session } = api[name];
  if (session === 'required' && !hasSession()) {
    throw new AppError('SESSION_REQUIRED', `${name} needs a signed-in person`);
  }
  if (isLocked() && !behindTheLock.has(name)) throw new AppError('SESSION_LOCKED', `${name} is not answered while the screen is locked`);
  const checked = checkedInput(name, input);
  if (handledBy === 'worker') return await forward(name, checked);
  // The input was parsed with this very operation's schema, which the union of all handlers cannot express.
  const handler = handlers[name as MainOperation] as (parsed: unknown) => unknown;
  return { ok: true, value: await handler(checked) } satisfies Envelope<unknown>;
}

/** Answers one call from a page whose sender has been checked. Never rejects; failures are logged with their code. */
export async function answerCall(parts: AnswerParts, name: unknown, input: unknown): Promise<Envelope<unknown>> {
  const operation = isOperation(name) ? name : 'unknown';
  try {
    const envelope = await answer(parts, name, input);
    if (!envelope.ok) parts.log.info('call.refused', { operation, code: envelope.error.code });
    return envelope;
  } catch (error) {
    const failure = toFailure(error);
    const { code, message } = failure.error;
    if (code === 'INTERNAL') parts.log.error('call.failed', { operation, code, error });
    else parts.log.info('call.refused', { operation, code, message });
    return failure;
  }
}
