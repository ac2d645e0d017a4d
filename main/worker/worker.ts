import type { OperationName } from '../../shared/api/index.ts';
import type { SnapshotRestored } from '../../shared/api/backup.ts';
import { pastOperations, type Past } from '../../shared/api/past.ts';
import type { KnownPerson, Removal, SessionEnd } from '../../shared/api/session.ts';
import { formatTimestamp } from '../../shared/domain/timestamps.ts';
import { AppError, toFailure, type Envelope, type ErrorCode } from '../../shared/errors.ts';
import { auditHandlers, demandReader } from './domains/audit.ts';
import { exportAudit } from './domains/audit-export.ts';
import { backupsOf, keepBackups, type BackupKeeper } from './backup/keeper.ts';
import { sweepThrowawayFolders } from './backup/throwaway-folder.ts';
import { forgetPast, type PastSession } from './backup/time-machine.ts';
import { addBackupDestination, backupHandlers, lookAtPast, openBackup, outgoingBackups, prepareSnapshot } from './domains/backup.ts';
import { contactImportHandlers, openImport, saveFailedRows } from './domains/contact-import.ts';
import { contactHandlers } from './domains/contacts.ts';
import { calendarHandlers } from './domains/calendar.ts';
import type { Handler } from './domains/context.ts';
import { recordAccess } from './domains/document-access.ts';
import { exportAccess } from './domains/document-access-export.ts';
import { documentHandlers, linkToOpen } from './domains/documents.ts';
import { dashboardHandlers } from './domains/dashboard.ts';
import { driveConfigHandlers, driveLinks, keepDriveCopy, makeRoomForCopy, noteDriveNews, readContentPiece, readDriveConfig, sendContent } from './domains/drive.ts';
import { fileHandlers, handOut, proposedName, reattachFrom, takeIn } from './domains/files.ts';
import { exportList } from './domains/list-export.ts';
import { listHandlers } from './domains/lists.ts';
import { intakeHandlers } from './domains/intake.ts';
import { helpHandlers } from './domains/help.ts';
import { peopleHandlers } from './domains/people.ts';
import { closePreviews, previewHandlers } from './domains/preview.ts';
import { projectPageHandlers } from './domains/project-work.ts';
import { projectHandlers } from './domains/projects.ts';
import { rateHandlers } from './domains/rates.ts';
import { searchHandlers } from './domains/search.ts';
import { timelineHandlers } from './domains/timeline.ts';
import { securityHandlers } from './domains/security.ts';
import { syncHandlers } from './domains/sync.ts';
import { viewHandlers } from './domains/views.ts';
import { workflowHandlers } from './domains/workflow-admin.ts';
import { knownPeople, removePerson } from './profiles/known-people.ts';
import type { AccessExportRequest, ContentRequest, ControlName, DriveCopy, DriveNews, ExportRequest, FailedRowsRequest, FileHandOut, LinkOpened, ListExportRequest, PasswordChange, SentBackup, SignedIn, SignInRequest } from './protocol.ts';
import { tables as mirrored } from './replica/tables.ts';
import { toStorageError, whenWritable } from './replica/database.ts';
import { signIn, type OpenSession, type SessionHost } from './session.ts';

type Handled =
  | keyof typeof auditHandlers
  | keyof typeof dashboardHandlers
  | keyof typeof listHandlers
  | keyof typeof contactHandlers
  | keyof typeof contactImportHandlers
  | keyof typeof intakeHandlers
  | keyof typeof previewHandlers
  | keyof typeof peopleHandlers
  | keyof typeof projectHandlers
  | keyof typeof rateHandlers
  | keyof typeof searchHandlers
  | keyof typeof helpHandlers
  | keyof typeof workflowHandlers
  | keyof typeof projectPageHandlers
  | keyof typeof calendarHandlers
  | keyof typeof timelineHandlers
  | keyof typeof securityHandlers
  | keyof typeof syncHandlers
  | keyof typeof documentHandlers
  | keyof typeof driveConfigHandlers
  | keyof typeof fileHandlers
  | keyof typeof viewHandlers
  | keyof typeof backupHandlers;

const handlers: { readonly [Name in Handled]: Handler<Name> } = {
  ...dashboardHandlers,
  ...previewHandlers,
  ...peopleHandlers,
  ...projectHandlers,
  ...rateHandlers,
  ...helpHandlers,
  ...workflowHandlers,
  ...projectPageHandlers,
  ...calendarHandlers,
  ...timelineHandlers,
  ...securityHandlers,
  ...syncHandlers,
  ...auditHandlers,
  ...searchHandlers,
  ...listHandlers,
  ...viewHandlers,
  ...documentHandlers,
  ...fileHandlers,
  ...contactHandlers,
  ...contactImportHandlers,
  ...intakeHandlers,
  ...driveConfigHandlers,
  ...backupHandlers,
};

/** The sync worker without its thread: answers requests over one open session at a time. */
export class SyncWorker {
  readonly #host: SessionHost;
  #session: OpenSession | null = null;
  #backups: BackupKeeper | null = null;
  #past: PastSession | null = null;
  /** What screens show is of a replica that another one has replaced since. */
  #replaced = false;
  /** A session that the centre has shut out, until nothing is left of it. */
  #ending: Promise<void> = Promise.resolve();

  constructor(host: SessionHost) {
    this.#host = host;
    forgetPast(host.userDataDir);
    sweepThrowawayFolders().then(
      (folders) => folders > 0 && host.log('info', 'backup.remainders-removed', { folders }),
      (error: unknown) => host.log('warn', 'backup.remainders-not-removed', { message: toFailure(error).error.message }),
    );
  }

  /** Answers one request; whatever is thrown becomes the failed half of the envelope and a line of the log. */
  async answer(name: OperationName | ControlName, input: unknown): Promise<Envelope<unknown>> {
    try {
      return { ok: true, value: await this.#dispatch(name, input) };
    } catch (error) {
      const failure = toFailure(toStorageError(error));
      this.#host.log(failure.error.code === 'INTERNAL' ? 'error' : 'warn', 'request.failed', {
        name,
        code: failure.error.code,
        message: failure.error.message,
        ...(failure.error.code === 'INTERNAL' && error instanceof Error ? { stack: error.stack } : {}),
      });
      return failure;
    }
  }

  async #dispatch(name: OperationName | ControlName, input: unknown): Promise<unknown> {
    switch (name) {
      case 'worker.signIn':
        return this.#signIn(input as SignInRequest);
      case 'worker.signOut':
      case 'worker.stop':
        await this.#close();
        return null;
      case 'worker.changePassword':
        return this.#changePassword(input as PasswordChange);
      case 'worker.storePin':
        return this.#storePin(input as string | null);
      case 'worker.people':
        return knownPeople(this.#host.userDataDir);
      case 'worker.removePerson':
        return this.#removePerson(input as Removal);
      case 'worker.wake':
        this.#session?.engine.networkIsBack();
        return null;
      case 'worker.exportAudit':
        return this.#exportAudit(input as ExportRequest);
      case 'worker.exportList':
        return exportList(this.#openSession(), input as ListExportRequest, (progress) => this.#host.emit('lists.exporting', progress));
      case 'worker.linkToOpen':
        return linkToOpen(this.#openSession(), input as string);
      case 'worker.linkOpened': {
        const { id, failure } = input as LinkOpened;
        recordAccess(this.#openSession(), id, 'open_link', failure);
        return null;
      }
      case 'worker.exportAccess':
        return exportAccess(this.#openSession(), input as AccessExportRequest, (progress) => this.#host.emit('documents.exporting', progress));
      case 'worker.openImport':
        return openImport(this.#openSession(), input as string);
      case 'worker.addBackupDestination':
        return addBackupDestination(this.#openSession(), input as string);
      case 'worker.openBackup':
        return openBackup(this.#openSession(), input as { file: string; fetched: boolean });
      case 'worker.outgoingBackups':
        return outgoingBackups(this.#openSession());
      case 'worker.backupSent': {
        const { id, file_id } = input as SentBackup;
        await backupsOf(this.#openSession()).outgoing.sent(id, file_id);
        return null;
      }
      case 'worker.backupNotSent': {
        const { id, code } = input as { id: string; code: ErrorCode };
        await backupsOf(this.#openSession()).outgoing.notSent(id, code);
        return null;
      }
      case 'worker.backupGone':
        await backupsOf(this.#openSession()).outgoing.gone(input as string);
        return null;
      case 'worker.restoreSnapshot':
        return this.#restoreSnapshot((input as { passphrase: string | null }).passphrase);
      case 'worker.openPast':
        return this.#openPast((input as { passphrase: string | null }).passphrase);
      case 'worker.askPast':
        return this.#askPast(input as { name: OperationName; input: unknown });
      case 'worker.pastSession':
        return this.#past?.session.current() ?? null;
      case 'worker.closePast':
        await this.#closePast();
        return null;
      case 'worker.saveFailedRows':
        return saveFailedRows(this.#openSession(), input as FailedRowsRequest);
      case 'worker.driveConfig':
        return readDriveConfig(this.#openSession());
      case 'worker.driveLinks':
        return driveLinks(this.#openSession());
      case 'worker.sendContent':
        return sendContent(this.#openSession(), input as ContentRequest);
      case 'worker.readPiece':
        return readContentPiece(this.#openSession(), input as ContentRequest & { number: number });
      case 'worker.makeRoomForCopy':
        return makeRoomForCopy(this.#openSession(), (input as { bytes: number }).bytes);
      case 'worker.keepDriveCopy':
        return whenWritable(() => keepDriveCopy(this.#openSession(), input as DriveCopy));
      case 'worker.noteDriveNews':
        return whenWritable(() => noteDriveNews(this.#openSession(), input as DriveNews[]));
      case 'worker.takeIn':
        return takeIn(this.#openSession(), input as string[]);
      case 'worker.setScanFolder':
        this.#openSession().files.scans.choose(input as string);
        return null;
      case 'worker.reattach':
        return reattachFrom(this.#openSession(), input as string);
      case 'worker.proposeName':
        return proposedName(this.#sessionOf(input as FileHandOut), input as FileHandOut);
      case 'worker.handOut':
        return handOut(this.#sessionOf(input as FileHandOut), input as FileHandOut);
      default:
        return this.#operate(name, input);
    }
  }

  async #signIn(request: SignInRequest): Promise<SignedIn> {
    await this.#close();
    const { session, holds } = await signIn(this.#host, request);
    this.#session = session;
    this.#backups = keepBackups(session, this.#host);
    void session.shutOut.then((end) => {
      this.#ending = this.#end(session, end);
    });
    const { meta } = session;
    if (!request.resume) meta.set({ full_sign_in_at: formatTimestamp(new Date()) });
    if (this.#replaced) this.#host.emit('data.changed', { tables: mirrored.map(({ name }) => name) });
    this.#replaced = false;
    return {
      session: session.current(),
      holds,
      stretchedPassword: session.stretchedPassword(),
      pin: meta.get('pin'),
      full_sign_in_at: meta.get('full_sign_in_at'),
      folder: session.folder,
    };
  }

  async #changePassword(change: PasswordChange): Promise<Pick<SignedIn, 'stretchedPassword'>> {
    const session = this.#openSession();
    await session.changePassword(change);
    return { stretchedPassword: session.stretchedPassword() };
  }

  /** From the end of the session on nothing is accepted that would be missing in the restored replica. */
  async #restoreSnapshot(passphrase: string | null): Promise<SnapshotRestored> {
    const session = this.#openSession();
    const prepared = await prepareSnapshot(session, passphrase);
    if (this.#session !== session) {
      prepared.discard();
      throw new AppError('SESSION_REQUIRED', 'the session ended meanwhile');
    }
    this.#session = null;
    try {
      await this.#endBackups(false);
      await session.close();
      this.#replaced = true;
      const restored = prepared.takeOver();
      this.#host.log('warn', 'replica.restored', { ...restored });
      return restored;
    } catch (error) {
      prepared.discard();
      const { code, message, details } = toFailure(toStorageError(error)).error;
      // Main opens the session again.
      throw new AppError(code, message, { ...details, closed: true }, { cause: error });
    }
  }

  #storePin(verifier: string | null): null {
    if (!this.#session) throw new AppError('SESSION_REQUIRED', 'nobody is signed in');
    if (verifier === null) this.#session.meta.remove('pin');
    else this.#session.meta.set({ pin: verifier });
    return null;
  }

  #removePerson({ profile, unsent_may_be_lost }: Removal): KnownPerson {
    // Its files would be open, and its number of unsent changes not yet known.
    if (this.#session) throw new AppError('NOT_ALLOWED', 'data is removed while nobody is signed in');
    return removePerson(this.#host.userDataDir, profile, unsent_may_be_lost);
  }

  #exportAudit(request: ExportRequest): Promise<{ rows: number }> {
    const session = this.#openSession();
    demandReader(session);
    return exportAudit(session, request, (progress) => this.#host.emit('audit.exporting', progress));
  }

  #openSession(): OpenSession {
    if (!this.#session) throw new AppError('SESSION_REQUIRED', 'nobody is signed in');
    return this.#session;
  }

  async #openPast(passphrase: string | null): Promise<Past> {
    await this.#closePast();
    const session = this.#openSession();
    const opened = await lookAtPast(this.#host, session, passphrase);
    if (this.#session !== session) {
      await opened.close();
      throw new AppError('SESSION_REQUIRED', 'the session ended meanwhile');
    }
    this.#past = opened;
    return opened.past;
  }

  /** The page is not relied on: whatever it asks, an earlier state is only read. */
  #askPast({ name, input }: { name: OperationName; input: unknown }): Promise<unknown> {
    if (!pastOperations.has(name)) throw new AppError('PAST_READ_ONLY', `${name} is not asked of an earlier state`);
    return this.#operateOn(() => this.#openPastSession(), name, input);
  }

  #sessionOf({ state }: Pick<FileHandOut, 'state'>): OpenSession {
    return state === 'past' ? this.#openPastSession() : this.#openSession();
  }

  #openPastSession(): OpenSession {
    if (!this.#past) throw new AppError('BACKUP_NOT_OPEN', 'no earlier state is open');
    return this.#past.session;
  }

  async #closePast(): Promise<void> {
    const past = this.#past;
    this.#past = null;
    if (!past) return;
    await closePreviews(past.session);
    await past.close();
  }

  #operate(name: OperationName, input: unknown): Promise<unknown> {
    return this.#operateOn(() => this.#openSession(), name, input);
  }

  async #operateOn(session: () => OpenSession, name: OperationName, input: unknown): Promise<unknown> {
    if (!Object.hasOwn(handlers, name)) {
      throw new AppError('INTERNAL', `the worker has no handler for ${name}`);
    }
    const handler = handlers[name as keyof typeof handlers] as Handler<OperationName>;
    return whenWritable(() => handler(session(), input as never));
  }

  /** Erases what a person who is shut out has here; the centre keeps what they had not sent. */
  async #end(session: OpenSession, end: SessionEnd): Promise<void> {
    // Signed out meanwhile: the next sign-in meets the same refusal.
    if (this.#session !== session) return;
    this.#session = null;
    try {
      await this.#endBackups(false);
      await session.close();
      session.wipe();
      this.#host.log('warn', 'profile.erased', { ...end });
    } catch (error) {
      const { error: failure } = toFailure(toStorageError(error));
      this.#host.log('error', 'profile.not-erased', { code: failure.code, message: failure.message });
      // Nothing is said to be gone that is not: the next sign-in tells the reason and erases.
      this.#host.emit('session.changed', null);
      return;
    }
    this.#host.emit('session.ended', end);
  }

  async #endBackups(mayRemain: boolean): Promise<void> {
    const backups = this.#backups;
    this.#backups = null;
    await this.#closePast();
    await backups?.close(mayRemain);
  }

  async #close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    try {
      await this.#endBackups(true);
    } finally {
      await session?.close();
    }
    await this.#ending;
  }
}
