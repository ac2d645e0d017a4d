import { hostname } from 'node:os';
import type { Client } from 'pg';
import type { Topic, Topics } from '../../shared/api/index.ts';
import type { Credentials, Session, SessionEnd } from '../../shared/api/session.ts';
import { brokenPasswordRule } from '../../shared/domain/password-rules.ts';
import { securitySettingsOf, type SecuritySettings } from '../../shared/domain/security-settings.ts';
import { formatTimestamp } from '../../shared/domain/timestamps.ts';
import { AppError, toFailure } from '../../shared/errors.ts';
import { Contents } from './content/contents.ts';
import { fileKeys } from './files/file-keys.ts';
import { OpenedCopies } from './files/hand-out.ts';
import { Scans } from './files/scan-folder.ts';
import { Files } from './files/service.ts';
import { ContentStore } from './files/store.ts';
import { Transfers } from './files/transfers.ts';
import type { Log } from './log.ts';
import { afterContact, noteClock, offlineRefusal } from './offline-limit.ts';
import type { PasswordChange, SignedIn, SignInRequest, StretchedPassword, WorkerData } from './protocol.ts';
import { Profile } from './profiles/profile.ts';
import { Changes } from './replica/changes.ts';
import { durably, openReplica, type Replica } from './replica/database.ts';
import { Meta } from './replica/meta.ts';
import { Overlay } from './replica/overlay.ts';
import { readAhead } from './replica/read-ahead.ts';
import { buildSearchIndex } from './replica/search-index.ts';
import { WritePath, type Mutation } from './replica/write-path.ts';
import { Attention } from './sync/attention.ts';
import { connect, disconnect, toConnectionError, withinLimit } from './sync/connection.ts';
import { SyncEngine, type Connected } from './sync/engine.ts';
import { isLoading } from './sync/first-load.ts';
import { handIn } from './sync/hand-in.ts';
import { changePassword, HelloRefused, sayHello, type Device, type Hello } from './sync/hello.ts';
import { Outbox } from './sync/outbox.ts';
import { parseServerAddress, type ServerEndpoint } from './sync/server-address.ts';

/** So often the time is noted during work. */
const CLOCK_MS = 10 * 60_000;

export type Emit = <Name extends Topic>(topic: Name, payload: Topics[Name]) => void;

export interface SessionHost extends WorkerData {
  emit: Emit;
  log: Log;
}

/** An open replica with everything that works on it, from signing in to signing out. */
export interface OpenSession {
  readonly replica: Replica;
  readonly changes: Changes;
  readonly overlay: Overlay;
  readonly outbox: Outbox;
  readonly attention: Attention;
  readonly meta: Meta;
  readonly engine: SyncEngine;
  readonly files: Files;
  readonly contents: Contents;
  /** This installation, as the centre lists it for the person. */
  readonly device: Pick<Device, 'id' | 'name'>;
  readonly current: () => Session;
  /** Accepts changes of the person, durably, and has them sent; `also` as in `WritePath.accept`. */
  accept(mutations: readonly Mutation[], also?: () => readonly string[]): void;
  /** As `WritePath.acceptMany`. */
  acceptMany(mutations: readonly Mutation[], signal: AbortSignal, tell: (done: number) => void): Promise<void>;
  /** Resolves once the centre has shut the person or this machine out, and keeps all that was unsent. */
  readonly shutOut: Promise<SessionEnd>;
  /** Another connection of the person's, for long reading beside sync. */
  connectAside(signal: AbortSignal): Promise<Connected>;
  /** Spares opening this session once more the stretching of the person's password. */
  readonly stretchedPassword: () => StretchedPassword | null;
  /** Replaces the person's password, at the centre first. */
  changePassword(change: PasswordChange): Promise<void>;
  close(): Promise<void>;
  /** Where the person's data lies on this machine. */
  readonly folder: string;
  /** After `close`: makes what this machine holds unreadable and deletes it. */
  wipe(): void;
}

/** An open session, and which of the passwords that were entered opens it from now on. */
export interface SigningIn {
  session: OpenSession;
  holds: SignedIn['holds'];
}

/**
 * Opens the person's replica. With `resume` this machine is asked first, so that a start never waits for the network;
 * a person who types a password is checked by the centre, and by this machine only where the centre is out of reach
 * or asks for a newer application.
 */
export async function signIn(host: SessionHost, request: SignInRequest): Promise<SigningIn> {
  const endpoint = parseServerAddress(request.server);
  const { credentials } = request;
  const profile = new Profile(host.userDataDir, serverName(endpoint), credentials.email, request.machine);
  const here = request.resume && profile.exists ? await openHere(profile, credentials.password, request.stretchedPassword) : null;
  if (here && !(here instanceof AppError)) {
    return { session: open(host, endpoint, credentials, profile, here, null), holds: 'password' };
  }

  let introduced: Introduced;
  try {
    introduced = await introduce(endpoint, credentials, deviceOf(host, profile), (client, refusal) =>
      clearOut(host, client, refusal, profile, credentials.password),
    );
  } catch (error) {
    const replica = await replicaWithout(profile, credentials, error, here);
    return { session: open(host, endpoint, credentials, profile, replica, null), holds: 'password' };
  }
  const { password, ...connected } = introduced;
  try {
    // Only now: before the centre knew the password, anybody could put somebody else's work out of sight.
    if (credentials.setAside && profile.exists) {
      host.log('warn', 'profile.set-aside', { folder: profile.setAside(new Date()) });
    }
    const replica = profile.exists
      ? openReplica(profile.replicaFile, await keyFor(host, profile, credentials, password))
      : await profile.create(password, (key) => openReplica(profile.replicaFile, key));
    const session = open(host, endpoint, { ...credentials, password }, profile, replica, connected);
    return { session, holds: password === credentials.password ? 'password' : 'newPassword' };
  } catch (error) {
    await disconnect(connected.client);
    throw error;
  }
}

/**
 * The replica, opened with what this machine knows, or why it is not: too many wrong passwords before this one, a wrong
 * one, or too long a time without the centre.
 */
async function openHere(profile: Profile, password: string, stretched: StretchedPassword | null = null): Promise<Replica | AppError> {
  const waitMs = profile.guessWaitMs(Date.now());
  if (waitMs > 0) {
    return new AppError('SIGN_IN_THROTTLED', 'too many wrong passwords on this machine', { seconds: Math.ceil(waitMs / 1000) });
  }
  const key = await profile.guess(password, Date.now(), stretched);
  if (!key) return new AppError('WRONG_CREDENTIALS', 'offline, and the password does not open this replica', { offline: true });
  const replica = openReplica(profile.replicaFile, key);
  try {
    const refusal = offlineRefusal(new Meta(replica.write), readSecurity(replica), new Date());
    if (!refusal) return replica;
    replica.close();
    return refusal;
  } catch (error) {
    replica.close();
    throw error;
  }
}

/**
 * The replica where the centre's answer leaves it open who the person is; else fails with that answer.
 * @param here what this machine has said to the password already
 */
async function replicaWithout(profile: Profile, credentials: Credentials, answer: unknown, here: AppError | null): Promise<Replica> {
  if (!(answer instanceof AppError) || credentials.setAside) throw answer;
  // The centre has let the person in; what it will not talk to is the application, which goes on by itself.
  if (answer.code === 'UPDATE_REQUIRED' && profile.exists) {
    const key = await profile.unlock(credentials.password);
    if (!key) throw answer;
    return openReplica(profile.replicaFile, key);
  }
  if (answer.code !== 'SERVER_UNREACHABLE') throw answer;
  if (!profile.exists) throw new AppError('OFFLINE_FIRST_SIGN_IN', answer.message, answer.details, { cause: answer });
  const opened = here ?? (await openHere(profile, credentials.password));
  if (opened instanceof AppError) throw opened;
  return opened;
}

const serverName = (endpoint: ServerEndpoint): string => `${endpoint.host}:${endpoint.port}/${endpoint.database}`;

const deviceOf = (host: SessionHost, profile: Profile): Device => ({
  id: profile.deviceId,
  name: hostname(),
  platform: process.platform,
  app_version: host.appVersion,
});

/** A connection on which the centre has let this person in, and the password that holds from now on. */
interface Introduced extends Connected {
  password: string;
}

/** What becomes of this machine's replica, while the connection that refused is still open. */
type ShutOut = (client: Client, refusal: HelloRefused) => Promise<void>;

const isShutOut = (error: unknown): error is HelloRefused & { code: SessionEnd['code'] } =>
  error instanceof HelloRefused && error.shutOut && (error.code === 'ACCOUNT_INACTIVE' || error.code === 'DEVICE_REVOKED');

/** Whether it is the replica's own centre that refuses the replica's own person: nobody else may have it erased. */
const refusesOwner = (meta: Meta, { instanceId, userId }: HelloRefused): boolean =>
  meta.get('instance_id') === instanceId && meta.get('user_id') === userId;

/** Null where nothing is to be had: what another password locks, or what is damaged, cannot be handed in and so stays. */
async function openForClearing(host: SessionHost, profile: Profile, password: string): Promise<Replica | null> {
  try {
    const key = await profile.unlock(password);
    return key && openReplica(profile.replicaFile, key);
  } catch (error) {
    const { error: failure } = toFailure(error);
    host.log('warn', 'profile.not-cleared', { code: failure.code, message: failure.message });
    return null;
  }
}

/** The sign-in of somebody who is shut out: hands in what waits in their replica and erases it. */
async function clearOut(host: SessionHost, client: Client, refusal: HelloRefused, profile: Profile, password: string): Promise<void> {
  const replica = await openForClearing(host, profile, password);
  if (!replica) return;
  try {
    if (!refusesOwner(new Meta(replica.write), refusal)) return;
    const outbox = new Outbox(replica.write, new Overlay(replica.write));
    outbox.setUnreadableAside();
    refusal.details['handedIn'] = await handIn(client, outbox, new Attention(replica, new Changes()));
  } finally {
    replica.close();
  }
  profile.wipe();
  refusal.details['erased'] = true;
  host.log('warn', 'profile.erased', { code: refusal.code, handedIn: refusal.details['handedIn'] });
}

async function introduce(
  endpoint: ServerEndpoint,
  credentials: Credentials,
  device: Device,
  shutOut: ShutOut,
  signal?: AbortSignal,
): Promise<Introduced> {
  const { email, password, newPassword } = credentials;
  const client = await connect(endpoint, email, password, signal);
  const talk = async (): Promise<Introduced> => {
    const hello = await sayHello(client, device);
    if (!hello.must_change_password) return { client, hello, password };
    if (newPassword === undefined || newPassword === password) {
      throw new AppError('PASSWORD_CHANGE_REQUIRED', 'the one-time password has to be replaced by another one');
    }
    refuseWeak(newPassword, hello, password);
    await changePassword(client, newPassword);
    return { client, hello: await sayHello(client, device), password: newPassword };
  };
  try {
    return await withinLimit(client, talk, signal);
  } catch (error) {
    try {
      if (isShutOut(error)) await shutOut(client, error);
    } finally {
      await disconnect(client);
    }
    throw toConnectionError(error);
  }
}

/** The centre sees a verifier and cannot judge what password is behind it. */
function refuseWeak(password: string, { person }: Pick<Hello, 'person'>, present: string): void {
  const rule = brokenPasswordRule(password, person, present);
  if (rule !== null) throw new AppError('PASSWORD_TOO_WEAK', 'the new password breaks a rule', { rule });
}

/**
 * The replica's key. Where the password was changed and the person still knows the one before, the replica gets another
 * key, so that what was known until then opens nothing newer.
 */
async function keyFor(host: SessionHost, profile: Profile, credentials: Credentials, password: string): Promise<Buffer> {
  for (const candidate of new Set([password, credentials.password, credentials.previousPassword])) {
    const key = candidate === undefined ? null : await profile.unlock(candidate);
    if (!key) continue;
    if (candidate === password) return key;
    const begun = performance.now();
    const next = await profile.rotate(key, password);
    host.log('info', 'profile.key-changed', { ms: Math.round(performance.now() - begun) });
    return next;
  }
  throw new AppError('REPLICA_KEY_MISMATCH', 'the replica is locked with another password');
}

/** Takes the replica over: closes it where it cannot be used. */
function open(
  host: SessionHost,
  endpoint: ServerEndpoint,
  credentials: Credentials,
  profile: Profile,
  replica: Replica,
  connected: Connected | null,
): OpenSession {
  try {
    const meta = new Meta(replica.write);
    const owner = meta.get('user_id');
    if (connected && owner !== null && owner !== connected.hello.person.id) {
      throw new AppError('REPLICA_OTHER_USER', 'the replica belongs to another person', { owner });
    }
    if (connected) refuseOtherInstance(meta, connected.hello);
    // Only now: a password that opens the wrong replica has forgiven nothing.
    if (connected) profile.forgiveGuesses();
    const device = deviceOf(host, profile);
    let { password } = credentials;
    return assemble(host, profile, replica, meta, device, connected, {
      ca: endpoint.ca,
      connect: (shutOut, signal) => introduce(endpoint, { ...credentials, password }, device, shutOut, signal),
      introduceAgain: (client) => sayHello(client, { ...device, in_step: true }),
      unlock: (candidate) => profile.unlock(candidate),
      replacePassword: async (key, replacement) => {
        password = replacement;
        await profile.rewrap(key, replacement);
      },
      wipe: () => profile.wipe(),
    });
  } catch (error) {
    replica.close();
    throw error;
  }
}

/** Another centre under the same address would take this replica's rows for gone and its changes for its own. */
function refuseOtherInstance(meta: Meta, hello: Hello): void {
  const known = meta.get('instance_id');
  if (known === null || known === hello.instance_id) return;
  throw new AppError('SERVER_OTHER_INSTANCE', 'the replica belongs to another centre', { known, found: hello.instance_id });
}

/** The person's account and key, as an open session needs them. */
interface Account {
  /** PEM text of an own certificate authority; null for the public ones. */
  ca: string | null;
  connect: (shutOut: ShutOut, signal: AbortSignal) => Promise<Connected>;
  introduceAgain: (client: Client) => Promise<Hello>;
  unlock: (password: string) => Promise<Buffer | null>;
  /** From now on the account has this password. */
  replacePassword: (key: Buffer, password: string) => Promise<void>;
  wipe: () => void;
}

function assemble(
  host: SessionHost,
  profile: Profile,
  replica: Replica,
  meta: Meta,
  device: Device,
  connected: Connected | null,
  account: Account,
): OpenSession {
  const changes = new Changes();
  const overlay = new Overlay(replica.write);
  const outbox = new Outbox(replica.write, overlay);
  outbox.setUnreadableAside();
  const attention = new Attention(replica, changes);
  const writePath = new WritePath(replica.write, overlay, changes);
  const store = new ContentStore(replica, profile.filesFolder, fileKeys(replica.write, meta));
  let identity = connected ? identityOf(connected.hello) : storedIdentity(meta);
  let confirmed = connected !== null;
  if (!identity) throw new AppError('OFFLINE_FIRST_SIGN_IN', 'this replica has never met its centre');

  const remember = (hello: Hello): void => {
    durably(replica.write, 'FULL', () => {
      meta.set({
        user_id: hello.person.id,
        organization_id: hello.person.organization_id,
        instance_id: hello.instance_id,
        session: JSON.stringify(identityOf(hello)),
        ...afterContact(new Date()),
      });
    });
  };
  if (connected) remember(connected.hello);
  noteClock(meta, new Date());
  // From now on there may be changes that only this machine has, whatever becomes of the process.
  const leaveCard = (unsent: number | null): void =>
    profile.leaveCard({ name: (identity as Identity).person.name, last_used_at: formatTimestamp(new Date()), unsent });
  leaveCard(null);

  let security = readSecurity(replica);
  const current = (): Session => ({
    ...(identity as Identity),
    security,
    offline: !confirmed,
    loading: isLoading(replica.write, meta.get('cursor')),
  });
  const closing = new AbortController();
  let shut: SessionEnd['code'] | null = null;
  let tellShutOut: (end: SessionEnd) => void = () => undefined;
  const ended = new Promise<SessionEnd>((resolve) => {
    tellShutOut = resolve;
  });
  const shutOut: ShutOut = async (client, refusal) => {
    if (!isShutOut(refusal) || !refusesOwner(meta, refusal)) return;
    const handedIn = await handIn(client, outbox, attention);
    // From here on nothing is accepted any more that would go with the replica.
    shut = refusal.code;
    tellShutOut({ code: refusal.code, handedIn });
  };
  // Who is shut out hears it from sync, which hands in what waits.
  const connectForFiles = async (signal: AbortSignal): Promise<Client> => (await account.connect(() => Promise.resolve(), signal)).client;
  const transfers = new Transfers({
    replica,
    meta,
    store,
    changes,
    log: host.log,
    connect: connectForFiles,
    ca: account.ca,
    onProgress: (progress) => host.emit('files.progress', progress),
  });
  const files = new Files(replica, store, transfers, new Scans(replica.write, meta, store), new OpenedCopies(profile.openedFolder));
  const contents = new Contents({ replica, files, changes, log: host.log });
  const engine = new SyncEngine({
    replica,
    meta,
    overlay,
    outbox,
    changes,
    log: host.log,
    connect: () => account.connect(shutOut, closing.signal),
    introduceAgain: account.introduceAgain,
    onStatus: (status) => {
      transfers.setOnline(status.state === 'online' || status.state === 'syncing');
      host.emit('sync.status', status);
    },
    onHello: (hello) => {
      if (hello.person.id !== (identity as Identity).person.id) {
        throw new AppError('REPLICA_OTHER_USER', 'the centre knows this person under another id');
      }
      refuseOtherInstance(meta, hello);
      const before = JSON.stringify(current());
      remember(hello);
      identity = identityOf(hello);
      confirmed = true;
      if (JSON.stringify(current()) !== before) host.emit('session.changed', current());
    },
  });
  let loading = current().loading;
  let indexing: Promise<void> | null = null;
  const index = (): void => {
    indexing = buildSearchIndex({ replica, changes, log: host.log, signal: closing.signal });
    contents.start();
  };
  if (!loading) index();
  changes.subscribe((tables) => {
    host.emit('data.changed', { tables });
    if (tables.includes('organizations')) takeOverSecurity();
    if (tables.includes('outbox') || tables.includes('attention')) engine.announceStatus();
    if (loading && !current().loading) {
      loading = false;
      index();
      host.emit('session.changed', current());
    }
  });
  engine.start(connected);
  // What a crash has left of files takes space, nothing else: failing to remove it is no reason to keep anybody out.
  files.start().catch((error: unknown) => host.log('warn', 'files.not-swept', { message: toFailure(error).error.message }));
  // Answers are only slower without it.
  const ahead = readAhead(profile.replicaFile, closing.signal);
  ahead.done.catch((error: unknown) => host.log('info', 'replica.not-read-ahead', { message: toFailure(error).error.message }));
  const clock = setInterval(() => {
    try {
      noteClock(meta, new Date());
    } catch (error) {
      host.log('warn', 'clock.not-noted', { message: (error as Error).message });
    }
  }, CLOCK_MS).unref();

  function takeOverSecurity(): void {
    const before = JSON.stringify(security);
    security = readSecurity(replica);
    if (JSON.stringify(security) !== before) host.emit('session.changed', current());
  }

  return {
    replica,
    changes,
    overlay,
    outbox,
    attention,
    meta,
    engine,
    files,
    contents,
    device,
    folder: profile.folder,
    current,
    shutOut: ended,
    stretchedPassword: () => profile.stretchedPassword,
    accept: (mutations, also) => {
      if (shut) throw new AppError(shut, 'the centre has shut this session out');
      writePath.accept(mutations, also);
      engine.nudge();
    },
    acceptMany: async (mutations, signal, tell) => {
      if (shut) throw new AppError(shut, 'the centre has shut this session out');
      await writePath.acceptMany(mutations, signal, tell);
      engine.nudge();
    },
    // What a refusal leads to is decided on the engine's connection alone.
    connectAside: (signal) => account.connect(() => Promise.resolve(), signal),
    changePassword: async ({ password, newPassword }) => {
      const key = await account.unlock(password);
      if (!key) throw new AppError('WRONG_CREDENTIALS', 'the present password is another');
      refuseWeak(newPassword, identity as Identity, password);
      await engine.ask((client) => changePassword(client, newPassword));
      await account.replacePassword(key, newPassword);
    },
    close: async () => {
      const stopped = Promise.all([engine.stop(), files.stop()]);
      closing.abort();
      await stopped;
      await indexing;
      await contents.close();
      clearInterval(clock);
      try {
        const { pending, attention: refused } = engine.status();
        noteClock(meta, new Date());
        leaveCard(pending + refused + transfers.rows.unsent().count);
      } catch (error) {
        // A failing disk: nobody will know the number, and be told that there may be some.
        host.log('warn', 'profile.card-not-left', { message: (error as Error).message });
      }
      replica.close();
      await ahead.close();
    },
    wipe: account.wipe,
  };
}

/** The organization's own row is the only one of its kind that the centre shows. */
function readSecurity(replica: Replica): SecuritySettings {
  const own = replica.write.prepare("select settings from organizations where id = (select value from meta where key = 'organization_id')");
  const settings = own.pluck().get() as string | undefined;
  return securitySettingsOf(settings === undefined ? null : JSON.parse(settings));
}

type Identity = Pick<Session, 'person' | 'organization'>;

const identityOf = (hello: Hello): Identity => ({ person: hello.person, organization: hello.organization });

const storedIdentity = (meta: Meta): Identity | null => JSON.parse(meta.get('session') ?? 'null') as Identity | null;
