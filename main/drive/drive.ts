import { join } from 'node:path';
import type {
  DriveFile,
  DriveListing,
  DrivePage,
  DriveReference,
  DriveState,
  DriveTransfer,
  DriveTrouble,
} from '../../shared/api/drive.ts';
import { mayAccess } from '../../shared/domain/access-rules.ts';
import { allowsBrowsing, scopesOf } from '../../shared/domain/drive.ts';
import type { Role } from '../../shared/domain/roles.ts';
import { AppError } from '../../shared/errors.ts';
import { hasKeyring } from '../keyring.ts';
import type { DriveNews, LinkedDriveFile } from '../worker/protocol.ts';
import type { Waiting } from './back-off.ts';
import { BackupCopies, type BackupOutbox } from './backup-copies.ts';
import { changesSince, presentPosition } from './changes.ts';
import { Connection, revoke } from './connection.ts';
import { describeFiles, listDrive, pictureOf, readAccount } from './drive-items.ts';
import type { GoogleEndpoints } from './endpoints.ts';
import type { GoogleClient } from './google-client.ts';
import { KEPT_FILE, keptClientSecrets, keptConnection, type KeptConnection } from './kept.ts';
import type { BrowserPage } from './loopback.ts';
import { TransfersFile } from './transfers-file.ts';
import { Transfers, type ContentStore } from './transfers.ts';
import { SealedFile, type Keyring } from './sealed-file.ts';
import { signInWithBrowser } from './sign-in.ts';

/** Whose Drive it is. */
export interface DriveOwner {
  person: { id: string };
  organization: { id: string };
  /** Holds what this person has on this machine, and goes with it. */
  folder: string;
}

export interface DriveParts {
  endpoints: GoogleEndpoints;
  keyring: Keyring;
  /** Secrets of clients, for everybody who works on this machine under this system user. */
  secretsFile: string;
  /** The client of the environment. */
  preset: GoogleClient | null;
  /** The signed-in person's role as it is now. */
  role(): Role | null;
  /** The organization's client, as the replica holds it. */
  config(): Promise<{ client_id: string; scopes: string[]; is_active: boolean } | null>;
  /** Documents of the replica that link to files in Drive. */
  linked(): Promise<LinkedDriveFile[]>;
  /** Stores names and trash of linked files with their documents. */
  note(news: DriveNews[]): Promise<void>;
  openBrowser(address: string): Promise<void>;
  copyText(text: string): Promise<void>;
  page(outcome: 'connected' | 'refused' | 'failed'): BrowserPage;
  announce(state: DriveState): void;
  store: ContentStore;
  backups: BackupOutbox;
  tellTransfers(transfers: DriveTransfer[]): void;
  waiting: Waiting;
  signInLimitMs: number;
}

interface SigningIn {
  cancel: AbortController;
  address: string | null;
  browserFailed: boolean;
}

/** One signed-in person's Drive: everything that ends with their session. */
interface Open {
  owner: DriveOwner;
  file: SealedFile<typeof keptConnection>;
  /** Settles when `kept` is what this machine keeps. */
  loaded: Promise<void>;
  kept: KeptConnection | null;
  connection: Connection | null;
  signingIn: SigningIn | null;
  /** Where Google keeps the pictures of the files that were listed. */
  pictures: Map<string, string>;
  transfers: Transfers;
  backups: BackupCopies;
}

/** Google Drive for whoever is signed in. Tokens stay in this process and in a sealed file of the person's. */
export class Drive {
  readonly #parts: DriveParts;
  readonly #secrets: SealedFile<typeof keptClientSecrets>;
  /** Client secrets of a machine without a keyring, until the application ends. */
  readonly #secretsInMemory = new Map<string, string>();
  #open: Open | null = null;
  /** Tokens that were given up here while Google was out of reach. They are on no disk any more. */
  #toRevoke: { owner: string; email: string | null; client: GoogleClient; token: string }[] = [];
  #checking: Promise<void> | null = null;
  /** Settles when an earlier session's transfers are written down. */
  #suspended: Promise<void> = Promise.resolve();

  constructor(parts: DriveParts) {
    this.#parts = parts;
    this.#secrets = new SealedFile(parts.secretsFile, keptClientSecrets, parts.keyring);
  }

  /** Somebody's session was opened. */
  personArrived(owner: DriveOwner): void {
    if (this.#open && this.#open.owner.folder === owner.folder && ownerName(this.#open.owner) === ownerName(owner)) return;
    this.personLeft();
    const file = new SealedFile(join(owner.folder, KEPT_FILE), keptConnection, this.#parts.keyring);
    const connection = (): Promise<Connection> =>
      this.#open === open ? this.#connection() : Promise.reject(new AppError('SESSION_REQUIRED', 'the session of this transfer has ended'));
    const transfers = this.#transfersOf(owner, connection);
    const open: Open = {
      owner,
      file,
      loaded: Promise.resolve(),
      kept: null,
      connection: null,
      signingIn: null,
      pictures: new Map(),
      transfers,
      backups: new BackupCopies({ connection, transfers, outbox: this.#parts.backups, folder: owner.folder, log: this.#parts.keyring.log }),
    };
    open.loaded = file.load().then((kept) => {
      if (kept?.owner === ownerName(owner)) open.kept = kept;
    });
    this.#open = open;
  }

  #transfersOf(owner: DriveOwner, connection: () => Promise<Connection>): Transfers {
    const { keyring, store, waiting, tellTransfers } = this.#parts;
    return new Transfers({
      personId: owner.person.id,
      connection,
      store,
      file: new TransfersFile(owner.folder, ownerName(owner), keyring, this.#suspended),
      waiting,
      log: keyring.log,
      tell: (transfers) => tellTransfers(transfers),
    });
  }

  /** The session is over: nothing of the person stays in memory, and what is on its way waits for their next one. */
  personLeft(): void {
    this.#open?.signingIn?.cancel.abort();
    this.#open?.backups.stop();
    if (this.#open) this.#suspended = this.#open.transfers.suspend();
    this.#open = null;
  }

  async state(): Promise<DriveState> {
    const open = await this.#demandLoaded();
    const { status, client, browsingAllowed } = await this.#standing(open);
    const { kept } = open;
    return {
      status,
      account: kept?.account ?? null,
      browsing: kept !== null && allowsBrowsing(kept.scopes),
      browsing_allowed: browsingAllowed,
      session_only: !this.#hasKeyring,
      client_secret: client?.secret ? (client.secret === this.#parts.preset?.secret ? 'environment' : 'machine') : 'none',
      browser_failed: open.signingIn?.browserFailed ?? false,
      revocation_waits: this.#toRevoke.length > 0,
    };
  }

  async connect({ browse }: { browse: boolean }): Promise<DriveState> {
    const open = await this.#demandLoaded();
    if (open.signingIn) throw new AppError('DRIVE_SIGN_IN_RUNNING', 'another sign-in is open in the browser');
    const signingIn: SigningIn = { cancel: new AbortController(), address: null, browserFailed: false };
    open.signingIn = signingIn;
    try {
      const { client, browsingAllowed } = await this.#standing(open);
      if (!client) throw new AppError('DRIVE_NOT_CONFIGURED', 'the organization has no client id in use');
      if (browse && !browsingAllowed) throw new AppError('NOT_ALLOWED', 'the organization does not allow browsing');
      void this.#announce();
      const granted = await signInWithBrowser({
        endpoints: this.#parts.endpoints,
        client,
        scopes: scopesOf(browse || (browsingAllowed && open.kept !== null && allowsBrowsing(open.kept.scopes))),
        hint: open.kept?.account?.email ?? null,
        limitMs: this.#parts.signInLimitMs,
        signal: signingIn.cancel.signal,
        openBrowser: (address) =>
          this.#parts.openBrowser(address).catch((error: unknown) => {
            // The sign-in waits: its address works in any browser of this machine.
            this.#parts.keyring.log.warn('drive.browser-not-opened', { code: codeOf(error) });
            signingIn.browserFailed = true;
            void this.#announce();
          }),
        onAddress: (address) => {
          signingIn.address = address;
        },
        page: (outcome) => this.#parts.page(outcome),
      });
      if (this.#open !== open) throw new AppError('DRIVE_SIGN_IN_CANCELLED', 'the session ended meanwhile');
      const before = emailOf(open.kept);
      open.connection = this.#connectionOf(open, client, granted.refreshToken, { token: granted.accessToken, expiresAt: granted.expiresAt });
      open.kept = {
        owner: ownerName(open.owner),
        client_id: client.id,
        refresh_token: granted.refreshToken,
        scopes: granted.scopes,
        account: null,
        position: null,
        troubles: [],
        refused: false,
      };
      await this.#keep(open);
      // Whose Drive it is, is good to know and no reason to fail.
      await this.#complete(open).catch((error: unknown) => this.#parts.keyring.log.warn('drive.account-unread', { code: codeOf(error) }));
      await open.transfers.connected(before !== null && before === emailOf(open.kept));
      void open.backups.send({ asked: true });
    } finally {
      open.signingIn = null;
      if (this.#open === open) await this.#announce();
    }
    return this.state();
  }

  cancelConnect(): void {
    this.#open?.signingIn?.cancel.abort();
  }

  async copySignIn(): Promise<void> {
    const address = this.#open?.signingIn?.address ?? null;
    if (address === null) throw new AppError('NOT_FOUND', 'no sign-in is open', { entity: 'sign_in' });
    await this.#parts.copyText(address);
  }

  /** Wipes first: whatever Google answers, nothing of the access is left on this machine. */
  async disconnect(): Promise<DriveState> {
    const open = await this.#demandLoaded();
    const { kept, connection, transfers } = open;
    open.signingIn?.cancel.abort();
    open.kept = null;
    open.connection = null;
    open.pictures.clear();
    await Promise.all([open.file.forget(), transfers.forget(connection)]);
    if (kept && !kept.refused) {
      const client = { id: kept.client_id, secret: null };
      this.#toRevoke.push({ owner: kept.owner, email: kept.account?.email ?? null, client, token: kept.refresh_token });
      await this.revokeWaiting();
    }
    await this.#announce();
    return this.state();
  }

  /** Has Google forget what was given up while it was out of reach. Called again when the network is back. */
  async revokeWaiting(): Promise<void> {
    for (const given of [...this.#toRevoke]) {
      try {
        await revoke(this.#parts.endpoints, given.client, given.token, { ...this.#parts.waiting, wait: () => Promise.reject(new Error('later')) });
        this.#toRevoke = this.#toRevoke.filter((other) => other !== given);
      } catch (error) {
        this.#parts.keyring.log.info('drive.not-revoked', { code: codeOf(error) });
      }
    }
  }

  async setClientSecret(secret: string | null): Promise<DriveState> {
    const open = this.#demandOpen();
    const id = await this.#clientId();
    if (id === null) throw new AppError('DRIVE_NOT_CONFIGURED', 'the organization has no client id in use');
    const { [id]: _before, ...others } = (await this.#secrets.load())?.secrets ?? {};
    if (secret === null) this.#secretsInMemory.delete(id);
    else this.#secretsInMemory.set(id, secret);
    await this.#secrets.save({ secrets: secret === null ? others : { ...others, [id]: secret } });
    open.connection = null;
    await this.#announce();
    return this.state();
  }

  async list(listing: DriveListing): Promise<DrivePage> {
    const open = this.#demandOpen();
    return listDrive(await this.#connection(), listing, open.pictures);
  }

  async thumbnail(id: string): Promise<string | null> {
    const link = this.#demandOpen().pictures.get(id);
    return link === undefined ? null : pictureOf(await this.#connection(), link);
  }

  async describe(references: readonly DriveReference[]): Promise<DriveFile[]> {
    return describeFiles(await this.#connection(), references);
  }

  /** Files on their way between this person's Drive and this machine. */
  get transfers(): Transfers {
    return this.#demandOpen().transfers;
  }

  /** The network may be back. */
  tryTransfersNow(): void {
    this.#open?.transfers.tryNow();
  }

  /** Backups on their way to this person's Drive, and in it. */
  get backups(): BackupCopies {
    return this.#demandOpen().backups;
  }

  /** Linked files of this person's view that are in the trash or out of reach. */
  async troubles(): Promise<DriveTrouble[]> {
    const { kept } = await this.#demandLoaded();
    if (!kept || kept.troubles.length === 0) return [];
    const linked = await this.#parts.linked();
    return kept.troubles.flatMap(({ file_id, kind }) =>
      linked.filter((one) => one.file_id === file_id).map(({ document_id, title }) => ({ file_id, document_id, title, kind })),
    );
  }

  /** Looks what became of linked files since the last time. One look at a time; without a connection there is none. */
  checkChanges(): Promise<void> {
    this.#checking ??= this.#check()
      .catch((error: unknown) => this.#parts.keyring.log.info('drive.changes-unread', { code: codeOf(error) }))
      .finally(() => {
        this.#checking = null;
      });
    return this.#checking;
  }

  async #check(): Promise<void> {
    const open = this.#open;
    await open?.loaded;
    if (!open || (await this.#standing(open)).status !== 'connected') return;
    const connection = await this.#connection();
    /** What was given up or made anew meanwhile is not what was asked. */
    const isSame = (): boolean => this.#open === open && open.connection === connection;
    const linked = new Set((await this.#parts.linked()).map((one) => one.file_id));
    const position = open.kept?.position ?? (await presentPosition(connection));
    const read = position === null ? null : await changesSince(connection, position);
    // Without it, begun anew from now; what happened in between shows when the file is used.
    const reached = read === null ? await presentPosition(connection) : read.position;
    if (!isSame()) return;
    const changes = (read?.changes ?? []).filter((change) => linked.has(change.file_id));
    const news = changes.flatMap(({ file_id, file }) => (file ? [{ file_id, ...file }] : []));
    if (news.length > 0) await this.#parts.note(news);
    if (!isSame() || open.kept === null) return;
    const changed = new Set(changes.map((change) => change.file_id));
    const troubles = [
      ...open.kept.troubles.filter((trouble) => !changed.has(trouble.file_id) && linked.has(trouble.file_id)),
      ...changes.flatMap(({ file_id, file }): KeptConnection['troubles'] => {
        if (file === null) return [{ file_id, kind: 'lost' }];
        return file.trashed ? [{ file_id, kind: 'trashed' }] : [];
      }),
    ];
    open.kept = { ...open.kept, position: reached, troubles };
    await this.#keep(open);
    if (changes.length > 0) await this.#announce();
  }

  get #hasKeyring(): boolean {
    const { vault, platform } = this.#parts.keyring;
    return hasKeyring(vault, platform);
  }

  #demandOpen(): Open {
    if (!this.#open) throw new AppError('SESSION_REQUIRED', 'nobody is signed in');
    const role = this.#parts.role();
    if (role === null || !mayAccess(role, 'read', 'google_drive_config')) throw new AppError('NOT_ALLOWED', `role ${role} has no Drive here`);
    return this.#open;
  }

  async #demandLoaded(): Promise<Open> {
    const open = this.#demandOpen();
    await open.loaded;
    return open;
  }

  async #clientId(): Promise<string | null> {
    const config = await this.#parts.config();
    if (config) return config.is_active ? config.client_id : null;
    return this.#parts.preset?.id ?? null;
  }

  async #secretOf(id: string): Promise<string | null> {
    const { preset } = this.#parts;
    if (preset?.id === id && preset.secret !== null) return preset.secret;
    return this.#secretsInMemory.get(id) ?? (await this.#secrets.load())?.secrets[id] ?? null;
  }

  async #standing({ kept, signingIn }: Open): Promise<{ status: DriveState['status']; client: GoogleClient | null; browsingAllowed: boolean }> {
    const config = await this.#parts.config();
    const id = await this.#clientId();
    const browsingAllowed = config?.is_active === true && allowsBrowsing(config.scopes);
    if (id === null) return { status: config ? 'inactive' : 'unconfigured', client: null, browsingAllowed: false };
    const client = { id, secret: await this.#secretOf(id) };
    const answer = (status: DriveState['status']) => ({ status, client, browsingAllowed });
    if (signingIn) return answer('connecting');
    if (!kept) return answer('disconnected');
    // A token belongs to the client that it was given to.
    return answer(kept.refused || kept.client_id !== id ? 'reconnect' : 'connected');
  }

  async #connection(): Promise<Connection> {
    const open = await this.#demandLoaded();
    const { status, client } = await this.#standing(open);
    if (status === 'reconnect') throw new AppError('DRIVE_RECONNECT', 'Google no longer accepts the connection');
    if (!client) throw new AppError('DRIVE_NOT_CONFIGURED', 'the organization has no client id in use');
    if (!open.kept) throw new AppError('DRIVE_NOT_CONNECTED', 'this person is not connected with Drive');
    open.connection ??= this.#connectionOf(open, client, open.kept.refresh_token, null);
    return open.connection;
  }

  #connectionOf(open: Open, client: GoogleClient, refreshToken: string, accessToken: { token: string; expiresAt: number } | null): Connection {
    const { endpoints, waiting } = this.#parts;
    return new Connection({
      endpoints,
      client,
      refreshToken,
      accessToken,
      waiting,
      onRefused: () => {
        if (open.kept?.refresh_token !== refreshToken || open.kept.refused) return;
        open.kept = { ...open.kept, refused: true };
        open.connection = null;
        this.#keep(open).catch((error: unknown) => this.#parts.keyring.log.warn('drive.not-kept', { code: codeOf(error) }));
        if (this.#open === open) void this.#announce();
      },
    });
  }

  async #complete(open: Open): Promise<void> {
    const connection = await this.#connection();
    const [account, position] = await Promise.all([readAccount(connection), presentPosition(connection)]);
    if (this.#open !== open || !open.kept) return;
    open.kept = { ...open.kept, account, position };
    // Google forgets an application as a whole: an old access that was revoked now would end the new one as well.
    const { owner } = open.kept;
    this.#toRevoke = this.#toRevoke.filter((given) => given.owner !== owner || (given.email ?? account.email) !== account.email);
    await this.#keep(open);
  }

  async #keep(open: Open): Promise<void> {
    if (open.kept) await open.file.save(open.kept);
  }

  async #announce(): Promise<void> {
    try {
      this.#parts.announce(await this.state());
    } catch (error) {
      this.#parts.keyring.log.info('drive.not-announced', { code: codeOf(error) });
    }
  }
}

const ownerName = ({ person, organization }: DriveOwner): string => `${organization.id}/${person.id}`;

const emailOf = (kept: KeptConnection | null): string | null => kept?.account?.email ?? null;

const codeOf = (error: unknown): string => (error instanceof AppError ? error.code : 'INTERNAL');

