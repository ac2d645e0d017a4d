import { randomUUID } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BackupOverview, BackupProgress, BackupRecord } from '../../../shared/api/backup.ts';
import { backupWarning, nextRun, QUIT_CONTENTS_BYTES } from '../../../shared/domain/backup-plan.ts';
import { driveDestination, isInDrive, type BackupKind } from '../../../shared/domain/backup.ts';
import { REQUIRED_CENTRAL_SCHEMA } from '../../../shared/versions.ts';
import { AppError, toFailure } from '../../../shared/errors.ts';
import { toStorageError } from '../replica/database.ts';
import type { OpenSession, SessionHost } from '../session.ts';
import { cutWhenSilent, disconnect } from '../sync/connection.ts';
import type { ArchiveWriter } from './archive-writer.ts';
import { addContents, contentFigures } from './file-contents.ts';
import type { BackupTarget } from './backup-target.ts';
import { demandRoom, describeDestination, freeFile } from './destinations.ts';
import { rowsOf, type Manifest } from './manifest.ts';
import { Outgoing } from './outgoing.ts';
import { fetchMissing } from './missing-contents.ts';
import { BackupRecords } from './records.ts';
import { expiredRecords } from './retention.ts';
import { takeSnapshot } from './snapshot.ts';
import { removeUnfinished } from './unfinished.ts';
import { isVerified, verifyBackup } from './verify.ts';

/** So often the plan is looked at; a machine that wakes up looks within this time. */
const LOOK_MS = 60_000;
/** So long after a failure the plan is tried again. */
const TRY_AGAIN_MS = 3_600_000;
/** Nobody needs to see a step more often. */
const TELL_MS = 100;

export interface BackupWish {
  kind: BackupKind;
  folder: string;
  passphrase: string | null;
  /** Not without a passphrase. */
  encrypt?: boolean;
  /** Contents of documents, too. */
  withFiles?: boolean;
  /** Those that only the centre has are fetched first. */
  fetchFiles?: boolean;
  /** Somebody agreed that it goes to Drive without a passphrase. */
  plainToDrive?: boolean;
  reason: BackupRecord['reason'];
}

/** Makes and checks the backups of an open session, one thing at a time. */
export class BackupKeeper {
  readonly #session: OpenSession;
  readonly #host: SessionHost;
  readonly records: BackupRecords;
  readonly outgoing: Outgoing;
  readonly #timer: NodeJS.Timeout;
  #running: AbortController | null = null;
  #work: Promise<unknown> = Promise.resolve();
  #progress: BackupProgress | null = null;
  #told = 0;

  constructor(session: OpenSession, host: SessionHost) {
    this.#session = session;
    this.#host = host;
    this.records = new BackupRecords(session.replica.write, session.meta);
    this.outgoing = new Outgoing(session.folder, this.records, () => host.emit('backup.changed', null));
    void this.#sweep();
    this.#timer = setInterval(() => {
      this.#followPlan().catch((error: unknown) => host.log('error', 'backup.plan-failed', { message: toFailure(error).error.message }));
    }, LOOK_MS).unref();
  }

  async overview(): Promise<BackupOverview> {
    const plan = this.records.plan();
    const history = await Promise.all(this.records.history().map((record) => this.#withWhereabouts(record)));
    const now = new Date();
    return {
      plan,
      has_passphrase: this.records.passphrase() !== null,
      destinations: [
        ...(await Promise.all(this.records.destinations().map(describeDestination))),
        ...this.records.driveFolders().map((drive) => ({ folder: driveDestination(drive.folder?.id ?? null), drive, reachable: true, free: null })),
      ],
      history,
      files: contentFigures(this.#session.replica.read),
      next_run: nextRun(plan, this.#lastPlanned(), now, this.#zone)?.toISOString() ?? null,
      warning: backupWarning(
        history
          .filter(({ gone }) => !gone)
          .map(({ at, outcome, verified, drive }) => ({ at: new Date(at), outcome, verified, waiting: outcome === 'done' && drive !== null && drive.error !== null })),
        plan,
        now,
      ),
      running: this.#progress,
    };
  }

  /** Makes a backup and restores it on trial. Fails as either does; a failure stands in the history, too. */
  create(wish: BackupWish): Promise<BackupRecord> {
    return this.exclusively((signal) => this.#create(wish, signal));
  }

  /** The present state, before something is brought back over it; encrypted where a passphrase is kept. */
  async safetyCopy(signal: AbortSignal): Promise<void> {
    const folders = await Promise.all(this.records.destinations().map(describeDestination));
    const folder = folders.find(({ reachable }) => reachable)?.folder;
    if (folder === undefined) throw new AppError('BACKUP_DESTINATION_MISSING', 'there is no folder for the present state');
    await this.#create({ kind: 'snapshot', folder, passphrase: this.records.passphrase(), reason: 'person' }, signal);
  }

  async verify(id: string, passphrase: string | null): Promise<BackupRecord> {
    const record = this.records.history().find((known) => known.id === id);
    if (!record) throw new AppError('NOT_FOUND', `no backup ${id}`, { entity: 'backup' });
    return this.exclusively(async (signal) => {
      const checked = await this.#check(this.#fileOf(record), passphrase ?? this.records.passphrase(), signal);
      await this.records.change(id, checked);
      return { ...record, ...checked };
    });
  }

  cancel(): void {
    this.#running?.abort(new AppError('BACKUP_CANCELLED', 'the person stopped it'));
  }

  /** Runs one long thing at a time. Fails with BACKUP_RUNNING. */
  async exclusively<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#running) throw new AppError('BACKUP_RUNNING', 'another backup or restore is running');
    const stop = new AbortController();
    this.#running = stop;
    const done = work(stop.signal);
    this.#work = done.catch(() => undefined);
    try {
      return await done;
    } finally {
      this.#running = null;
      this.#progress = null;
      this.#host.emit('backup.progress', null);
    }
  }

  tell(progress: BackupProgress): void {
    this.#progress = progress;
    const now = performance.now();
    if (now - this.#told < TELL_MS && progress.rows < progress.total) return;
    this.#told = now;
    this.#host.emit('backup.progress', progress);
  }

  /**
   * Ends what runs, and where the plan says so, takes a snapshot before the replica is closed.
   * @param mayRemain false where nothing of the person's data may stay on this machine
   */
  async close(mayRemain: boolean): Promise<void> {
    clearInterval(this.#timer);
    this.#running?.abort(new AppError('BACKUP_CANCELLED', 'the application ends'));
    await this.#work;
    await this.#sweep();
    const plan = this.records.plan();
    if (!mayRemain || !plan.enabled || !plan.on_quit) return;
    // The centre is not waited for at the end: what this machine has is what it can save in time.
    await this.#everywhere('snapshot', 'quit');
  }

  /** What cannot be removed now goes another time; nothing waits for that. */
  async #sweep(): Promise<void> {
    await this.outgoing.sweep().catch((error: unknown) => this.#host.log('warn', 'backup.not-swept', { message: toFailure(error).error.message }));
  }

  get #zone(): string {
    return this.#session.current().organization.timezone;
  }

  /** A run that failed is tried again after a while: the disk may be there by then. */
  #lastPlanned(): Date | null {
    const now = Date.now();
    const counts = ({ outcome, at }: BackupRecord): boolean => outcome === 'done' || now - Date.parse(at) < TRY_AGAIN_MS;
    const last = this.records.history().find((record) => record.reason === 'plan' && counts(record));
    return last ? new Date(last.at) : null;
  }

  async #followPlan(): Promise<void> {
    const plan = this.records.plan();
    const now = new Date();
    const due = nextRun(plan, this.#lastPlanned(), now, this.#zone);
    if (!due || due > now || this.#running || this.#session.current().loading || this.#destinations().length === 0) return;
    await this.#everywhere(plan.kind, 'plan');
  }

  /** What is nearest comes first: at the end of work there is little time. */
  #destinations(): string[] {
    return [...this.records.destinations(), ...this.records.driveFolders().map(({ folder }) => driveDestination(folder?.id ?? null))];
  }

  async #everywhere(kind: BackupKind, reason: BackupRecord['reason']): Promise<void> {
    const { encrypt, plain_to_drive: plainToDrive, with_files: wanted, fetch_files: fetchWanted } = this.records.plan();
    const isLast = reason === 'quit';
    const withFiles = wanted && (!isLast || contentFigures(this.#session.replica.read).size <= QUIT_CONTENTS_BYTES);
    const fetchFiles = withFiles && fetchWanted && !isLast;
    for (const folder of this.#destinations()) {
      try {
        await this.create({ kind, folder, passphrase: encrypt ? this.records.passphrase() : null, encrypt, plainToDrive, withFiles, fetchFiles, reason });
      } catch (error) {
        const { error: failure } = toFailure(toStorageError(error));
        this.#host.log('warn', 'backup.failed', { reason, kind, code: failure.code, message: failure.message });
      }
    }
  }

  async #create(wish: BackupWish, signal: AbortSignal): Promise<BackupRecord> {
    const at = new Date();
    const begun = performance.now();
    const record: BackupRecord = {
      id: randomUUID(),
      at: at.toISOString(),
      kind: wish.kind,
      name: '',
      folder: wish.folder,
      drive: null,
      encrypted: wish.passphrase !== null,
      reason: wish.reason,
      outcome: 'failed',
      error: null,
      size: 0,
      rows: 0,
      contents_left_out: null,
      ms: 0,
      checks: null,
      verified: false,
      verified_at: null,
      gone: false,
    };
    try {
      if (wish.encrypt === true && wish.passphrase === null) throw new AppError('BACKUP_PASSPHRASE_REQUIRED', 'the plan has no passphrase');
      if (!this.#destinations().includes(wish.folder)) throw new AppError('NOT_ALLOWED', 'the folder was not chosen as a destination');
      const driveFolder = this.records.driveFolder(wish.folder);
      if (driveFolder) {
        if (wish.passphrase === null && wish.plainToDrive !== true) throw new AppError('BACKUP_PLAIN_TO_DRIVE', 'nobody agreed to a plain backup in Drive');
        record.drive = { ...driveFolder, file_id: null, sent_at: null, error: null };
      }
      if (wish.withFiles === true && wish.fetchFiles === true) {
        await fetchMissing(this.#session, signal, (rows, total) => this.tell({ phase: 'fetching', rows, total }));
      }
      const place = driveFolder ? await this.outgoing.place() : wish.folder;
      await demandRoom(place, await this.#expectedBytes(wish));
      await removeUnfinished(place, at);
      const file = await freeFile(place, wish.kind, at, this.#zone, record.encrypted);
      const manifest = await this.#write(wish, file, at, signal);
      Object.assign(record, { name: basename(file), outcome: 'done', rows: rowsOf(manifest), size: (await stat(file)).size, contents_left_out: wish.withFiles === true ? contentsLeftOut(manifest) : null });
      Object.assign(record, await this.#check(file, wish.passphrase, signal));
      if (record.drive && !record.verified) throw new AppError('BACKUP_NOT_RESTORABLE', 'what restoring gives is not what was backed up');
    } catch (error) {
      // Nothing is sent that was not proven.
      if (record.drive && record.outcome === 'done') {
        await rm(this.outgoing.fileOf(record), { force: true });
        record.outcome = 'failed';
      }
      record.error = toFailure(toStorageError(error)).error.code;
      throw error;
    } finally {
      record.ms = Math.round(performance.now() - begun);
      // Nobody needs to be warned of what they stopped before there was anything.
      if (record.outcome === 'done' || record.error !== 'BACKUP_CANCELLED') await this.records.add(record);
    }
    this.#host.log('info', 'backup.made', { kind: record.kind, reason: record.reason, bytes: record.size, ms: record.ms, verified: record.verified });
    await this.#letGo(wish.folder);
    return record;
  }

  async #write({ kind, passphrase, withFiles = false }: BackupWish, file: string, at: Date, signal: AbortSignal): Promise<Manifest> {
    const { organization, person } = this.#session.current();
    const { replica, files } = this.#session;
    const contents = withFiles ? (writer: ArchiveWriter) => addContents(writer, replica.read, files.store, signal) : null;
    const target: BackupTarget = { file, passphrase, signal, progress: (rows, total) => this.tell({ phase: 'writing', rows, total }), contents };
    const facts = { at, zone: this.#zone, by: `${person.name} (${person.email})`, applicationVersion: this.#host.appVersion };
    const own = { id: organization.id, name: organization.name };
    if (kind === 'snapshot') return takeSnapshot(this.#session.replica, { ...target, ...facts, organization: own, centralSchema: REQUIRED_CENTRAL_SCHEMA });
    const connected = await this.#session.connectAside(signal).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.code !== 'SERVER_UNREACHABLE' || kind === 'schema') throw error;
      return null;
    });
    // Without the centre there is what this machine knows of it, marked with the time of its sync.
    // What writes them knows every migration of the centre: read when a backup is made, not at each start.
    const [{ exportReplica }, { exportCentre }] = await Promise.all([import('./replica-export.ts'), import('./centre-export.ts')]);
    if (!connected) return exportReplica(this.#session.replica, { ...target, ...facts, kind: kind === 'data' ? kind : 'complete', organization: own });
    const { client, hello } = connected;
    cutWhenSilent(client);
    try {
      return await exportCentre(client, { ...target, ...facts, kind, asOwner: false, organization: own, instanceId: hello.instance_id, schemaVersion: hello.schema_version });
    } finally {
      await disconnect(client);
    }
  }

  async #check(file: string, passphrase: string | null, signal: AbortSignal): Promise<Pick<BackupRecord, 'checks' | 'verified' | 'verified_at'>> {
    const restored = (rows: number, total: number): void => this.tell({ phase: 'verifying', rows, total });
    const found = await verifyBackup(file, { passphrase, signal, restored }, null);
    if (found.faults.length > 0) this.#host.log('error', 'backup.not-verified', { faults: found.faults });
    return { checks: found.checks, verified: isVerified(found), verified_at: new Date().toISOString() };
  }

  /** About as much as the last one, else as much as the replica. */
  async #expectedBytes({ kind, folder, withFiles = false }: BackupWish): Promise<number> {
    const last = this.records.history().find((record) => record.kind === kind && record.folder === folder && record.outcome === 'done');
    const contents = withFiles ? contentFigures(this.#session.replica.read).size : 0;
    return contents + (last ? Math.ceil(last.size * 1.25) : (await stat(this.#session.replica.write.name)).size);
  }

  /** Removes what the plan does not keep of the backups that this machine has made there. What is in Drive already, main removes. */
  async #letGo(folder: string): Promise<void> {
    if (isInDrive(folder)) {
      await this.outgoing.letGo(folder);
      this.#host.emit('backup.waiting', null);
      return;
    }
    const here = (await Promise.all(this.records.history().map((record) => this.#withWhereabouts(record)))).filter(
      (record) => record.folder === folder && record.outcome === 'done' && !record.gone,
    );
    for (const { id, name } of expiredRecords(here, this.records.plan(), this.#zone)) {
      try {
        await rm(join(folder, name), { force: true });
      } catch (error) {
        // The one that was just made is whole all the same; this one goes another time.
        this.#host.log('warn', 'backup.not-let-go', { name, reason: (error as NodeJS.ErrnoException).code ?? null });
        continue;
      }
      await this.records.change(id, { gone: true });
      this.#host.log('info', 'backup.let-go', { name });
    }
  }

  #fileOf(record: BackupRecord): string {
    return record.drive ? this.outgoing.fileOf(record) : join(record.folder, record.name);
  }

  /** Of a backup in Drive only main knows whether it is still there, and has said so. */
  async #withWhereabouts(record: BackupRecord): Promise<BackupRecord> {
    if (record.outcome === 'failed' || record.gone || (record.drive && record.drive.file_id !== null)) return record;
    const found = await Promise.race([stat(this.#fileOf(record)).catch(() => null), delay(2_000, null, { ref: false })]);
    return { ...record, gone: found === null };
  }
}

const contentsLeftOut = ({ left_out: leftOut }: Manifest): number => leftOut.find(({ what }) => what === 'files-elsewhere')?.rows ?? 0;

const keepers = new WeakMap<OpenSession, BackupKeeper>();

export function keepBackups(session: OpenSession, host: SessionHost): BackupKeeper {
  const keeper = new BackupKeeper(session, host);
  keepers.set(session, keeper);
  return keeper;
}

/** Fails with NOT_ALLOWED for whoever is no administrator. */
export function backupsOf(session: OpenSession): BackupKeeper {
  const { role } = session.current().person;
  const keeper = keepers.get(session);
  if (role !== 'admin' || !keeper) throw new AppError('NOT_ALLOWED', `the role ${role} makes no backups`);
  return keeper;
}
