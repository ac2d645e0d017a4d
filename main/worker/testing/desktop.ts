import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { api, type Input, type OperationName, type Output, type Topic, type Topics } from '../../../shared/api/index.ts';
import type { ChosenBackup, SnapshotRestored } from '../../../shared/api/backup.ts';
import type { ImportPreview } from '../../../shared/api/contact-import.ts';
import type { Past } from '../../../shared/api/past.ts';
import type { Credentials, KnownPerson, Removal, Session } from '../../../shared/api/session.ts';
import type { SyncStatus } from '../../../shared/api/sync.ts';
import { demoPassword } from '../../../shared/demo-accounts.ts';
import { AppError, type Envelope } from '../../../shared/errors.ts';
import type { AccessExportRequest, ControlName, ControlRequests, FailedRowsRequest, LinkOpened, ListExportRequest, MachineSecret, ServerAddress, SignedIn, SignInRequest } from '../protocol.ts';
import { SyncWorker } from '../worker.ts';

export interface LogLine {
  level: string;
  event: string;
  details: Record<string, unknown>;
}

/** One installation of the application without its window: the real worker over a real data folder. */
export class TestDesktop {
  readonly folder: string;
  readonly log: LogLine[] = [];
  readonly events: { topic: Topic; payload: Topics[Topic] }[] = [];
  /** Who signed in last. */
  email = '';
  /** What that person has on this machine. */
  personFolder = '';
  /** Which password holds since then, as main hears it. */
  holds: SignedIn['holds'] | null = null;
  /** What main remembers of whoever signed in last: beside the password what the worker made of it. */
  remembered: { email: string; password: string; stretchedPassword: SignedIn['stretchedPassword'] } | null = null;
  /** What the keyring gives out; a machine without one unless a test says otherwise. */
  machine: MachineSecret[] = [];
  readonly #listeners = new Set<(topic: Topic) => void>();
  #worker: SyncWorker;
  #server: ServerAddress;

  constructor(server: string, folder = mkdtempSync(join(tmpdir(), 'factory-pulse-'))) {
    this.folder = folder;
    this.#server = { url: server, ca: null };
    this.#worker = this.#create();
  }

  /** Signs in as a person does; fails with the AppError that the screen would show. */
  async signIn(email: string, more: Partial<Credentials> = {}, resume = false): Promise<Session> {
    this.email = email;
    const credentials: Credentials = { email, password: demoPassword, ...more };
    const known = this.remembered?.email === email && this.remembered.password === credentials.password ? this.remembered : null;
    const request: SignInRequest = {
      credentials,
      stretchedPassword: resume ? (known?.stretchedPassword ?? null) : null,
      server: this.#server,
      machine: this.machine,
      resume,
    };
    const { session, holds, stretchedPassword, folder } = await this.#unwrap<SignedIn>(this.#worker.answer('worker.signIn', request));
    this.holds = holds;
    this.remembered = { email, password: credentials[holds] ?? credentials.password, stretchedPassword };
    this.personFolder = folder;
    return session;
  }

  /** Who has worked here, as the sign-in screen asks. */
  people(): Promise<KnownPerson[]> {
    return this.#unwrap(this.#worker.answer('worker.people', undefined));
  }

  async removePerson(email: string, unsentMayBeLost = false): Promise<void> {
    const person = (await this.people()).find((known) => known.email === email);
    const removal: Removal = { profile: person?.profile ?? '', unsent_may_be_lost: unsentMayBeLost };
    await this.#unwrap(this.#worker.answer('worker.removePerson', removal));
  }

  /** The machine woke from sleep, or its network came back. */
  async wake(): Promise<void> {
    await this.#unwrap(this.#worker.answer('worker.wake', undefined));
  }

  /** Replaces the password of whoever is signed in, as main does. */
  async changePassword(password: string, newPassword: string): Promise<void> {
    const { stretchedPassword } = await this.#unwrap<Pick<SignedIn, 'stretchedPassword'>>(
      this.#worker.answer('worker.changePassword', { password, newPassword }),
    );
    this.remembered = { email: this.email, password: newPassword, stretchedPassword };
  }

  /** Calls an operation with the input checked as main checks it. */
  call<Name extends OperationName>(
    name: Name,
    ...input: undefined extends Input<Name> ? [input?: Input<Name>] : [input: Input<Name>]
  ): Promise<Output<Name>> {
    return this.#unwrap<Output<Name>>(this.#worker.answer(name, api[name].input.parse(input[0])));
  }

  /** The answer to an operation as main gets it, failures included. */
  request(name: OperationName, input: unknown): Promise<Envelope<unknown>> {
    return this.#worker.answer(name, input);
  }

  /** One of main's own requests. */
  control<Name extends ControlName>(name: Name, input: ControlRequests[Name]['input']): Promise<ControlRequests[Name]['output']> {
    return this.#unwrap(this.#worker.answer(name, input));
  }

  /** Writes the table into a file, as main asks. */
  exportList(request: ListExportRequest): Promise<{ rows: number }> {
    return this.#unwrap(this.#worker.answer('worker.exportList', request));
  }

  /** The address behind a document's link, as main asks before it opens it. */
  linkToOpen(id: string): Promise<string> {
    return this.#unwrap(this.#worker.answer('worker.linkToOpen', id));
  }

  async linkOpened(outcome: LinkOpened): Promise<void> {
    await this.#unwrap(this.#worker.answer('worker.linkOpened', outcome));
  }

  exportAccess(request: AccessExportRequest): Promise<{ rows: number }> {
    return this.#unwrap(this.#worker.answer('worker.exportAccess', request));
  }

  /** Opens a file for import, as main does after the person chose it. */
  openImport(file: string): Promise<ImportPreview> {
    return this.#unwrap(this.#worker.answer('worker.openImport', file));
  }

  /** Adds a folder for backups, as main does after the person chose it. */
  addBackupDestination(folder: string): Promise<{ folder: string }> {
    return this.#unwrap(this.#worker.answer('worker.addBackupDestination', folder));
  }

  /** Leaves nobody signed in, as main has it until it opens the session again. */
  restoreSnapshot(passphrase: string | null = null): Promise<SnapshotRestored> {
    return this.#unwrap(this.#worker.answer('worker.restoreSnapshot', { passphrase }));
  }

  openPast(passphrase: string | null = null): Promise<Past> {
    return this.#unwrap(this.#worker.answer('worker.openPast', { passphrase }));
  }

  /** As the window of an earlier state asks. */
  askPast<Name extends OperationName>(name: Name, ...input: undefined extends Input<Name> ? [input?: Input<Name>] : [input: Input<Name>]): Promise<Output<Name>> {
    return this.#unwrap(this.#worker.answer('worker.askPast', { name, input: api[name].input.parse(input[0]) }));
  }

  async closePast(): Promise<void> {
    await this.#unwrap(this.#worker.answer('worker.closePast', undefined));
  }

  openBackup(file: string): Promise<ChosenBackup> {
    return this.#unwrap(this.#worker.answer('worker.openBackup', { file, fetched: false }));
  }

  saveFailedRows(request: FailedRowsRequest): Promise<{ rows: number }> {
    return this.#unwrap(this.#worker.answer('worker.saveFailedRows', request));
  }

  /** Ends the application in good order; the data folder stays. */
  async quit(): Promise<void> {
    await this.#worker.answer('worker.stop', undefined);
  }

  /** Starts it again over the same folder, as nobody yet. */
  async restart(): Promise<void> {
    await this.quit();
    this.#worker = this.#create();
  }

  /** Ends it and deletes what it had on the disk. */
  async remove(): Promise<void> {
    await this.quit();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** How this desktop's profile folder calls the server. */
  get serverName(): string {
    const url = new URL(this.#server.url);
    return `${url.host}${url.pathname}`;
  }

  /** Resolves once the worker has told a topic and what is asked then is true. */
  async nextEvent(topic: Topic, holds: () => Promise<boolean>): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const listener = (told: Topic): void => {
        if (told !== topic) return;
        holds().then((so) => {
          if (!so) return;
          this.#listeners.delete(listener);
          resolve();
        }, reject);
      };
      this.#listeners.add(listener);
    });
  }

  /** Waits until the replica is in step with the centre and nothing waits to be sent. */
  async settled(): Promise<SyncStatus> {
    return this.until((status) => status.state === 'online' && status.pending === 0, 'online with nothing waiting');
  }

  async until(condition: (status: SyncStatus) => boolean, what: string, limitMs = 20_000): Promise<SyncStatus> {
    const ask = async (): Promise<SyncStatus | null> => {
      const status = await this.call('sync.status');
      return condition(status) ? status : null;
    };
    return waitFor(ask, what, limitMs).catch((error: unknown) => {
      const last = this.log.slice(-5).map((line) => JSON.stringify(line)).join('\n');
      throw new Error(`${String(error)}; the last lines of the log:\n${last}`, { cause: error });
    });
  }

  #create(): SyncWorker {
    return new SyncWorker({
      userDataDir: this.folder,
      appVersion: '0.0.0-test',
      emit: (topic, payload) => {
        this.events.push({ topic, payload });
        for (const listener of this.#listeners) listener(topic);
      },
      log: (level, event, details = {}) => this.log.push({ level, event, details }),
    });
  }

  async #unwrap<T>(answer: Promise<Envelope<unknown>>): Promise<T> {
    const envelope = await answer;
    if (!envelope.ok) throw new AppError(envelope.error.code, envelope.error.message, envelope.error.details);
    return envelope.value as T;
  }
}

/** Asks again and again until there is an answer. */
export async function waitFor<T>(ask: () => Promise<T | null>, what: string, limitMs = 20_000): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > end) throw new Error(`waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
