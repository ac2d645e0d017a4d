import { hostname } from 'node:os';
import type { Client } from 'pg';
import type { Topic, Topics } from '../../shared/api/index.ts';
import type { Credentials, Session } from '../../shared/api/session.ts';
import { AppError } from '../../shared/errors.ts';
import type { Log } from './log.ts';
import type { SignInRequest, WorkerData } from './protocol.ts';
import { Profile } from './profiles/profile.ts';
import { Changes } from './replica/changes.ts';
import { durably, openReplica, type Replica } from './replica/database.ts';
import { Meta } from './replica/meta.ts';
import { Overlay } from './replica/overlay.ts';
import { WritePath, type Mutation } from './replica/write-path.ts';
import { Attention } from './sync/attention.ts';
import { connect, disconnect, toConnectionError, withinLimit } from './sync/connection.ts';
import { SyncEngine, type Connected } from './sync/engine.ts';
import { isLoading } from './sync/first-load.ts';
import { changePassword, sayHello, type Device, type Hello } from './sync/hello.ts';
import { Outbox } from './sync/outbox.ts';
import { parseServerAddress, type ServerEndpoint } from './sync/server-address.ts';

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
  /** This installation, as the centre lists it for the person. */
  readonly device: Pick<Device, 'id' | 'name'>;
  readonly current: () => Session;
  /** Accepts changes of the person, durably, and has them sent; `also` as in `WritePath.accept`. */
  accept(mutations: readonly Mutation[], also?: () => readonly string[]): void;
  close(): Promise<void>;
}

/**
 * Opens the person's replica. With `resume` this machine is asked first, so that a start never waits for the network;
 * a person who types a password is checked by the centre, and by this machine only where the centre is out of reach
 * or asks for a newer application.
 */
export async function signIn(host: SessionHost, request: SignInRequest): Promise<OpenSession> {
  const endpoint = parseServerAddress(request.server);
  const { credentials } = request;
  const profile = new Profile(host.userDataDir, serverName(endpoint), credentials.email);
  const resumed = request.resume ? await profile.unlock(credentials.password) : null;
  if (resumed) return open(host, endpoint, credentials, profile, openReplica(profile.replicaFile, resumed), null);

  let introduced: Introduced;
  try {
    introduced = await introduce(endpoint, credentials, deviceOf(host, profile));
  } catch (error) {
    return signInHere(host, endpoint, credentials, profile, error);
  }
  const { password, ...connected } = introduced;
  try {
    // Only now: before the centre knew the password, anybody could put somebody else's work out of sight.
    if (credentials.setAside && profile.exists) {
      host.log('warn', 'profile.set-aside', { folder: profile.setAside(new Date()) });
    }
    const replica = profile.exists
      ? openReplica(profile.replicaFile, await keyFor(profile, credentials, password))
      : await profile.create(password, (key) => openReplica(profile.replicaFile, key));
    return open(host, endpoint, { ...credentials, password }, profile, replica, connected);
  } catch (error) {
    await disconnect(connected.client);
    throw error;
  }
}

/** Signs in with what this machine knows, where the centre's answer leaves that open; else fails with the answer. */
async function signInHere(
  host: SessionHost,
  endpoint: ServerEndpoint,
  credentials: Credentials,
  profile: Profile,
  answer: unknown,
): Promise<OpenSession> {
  if (!(answer instanceof AppError) || credentials.setAside) throw answer;
  const unreachable = answer.code === 'SERVER_UNREACHABLE';
  // The centre has let the person in; what it will not talk to is the application, which goes on by itself.
  const outdated = answer.code === 'UPDATE_REQUIRED' && profile.exists;
  if (!unreachable && !outdated) throw answer;
  if (!profile.exists) throw new AppError('OFFLINE_FIRST_SIGN_IN', answer.message, answer.details, { cause: answer });
  const key = await profile.unlock(credentials.password);
  if (key) return open(host, endpoint, credentials, profile, openReplica(profile.replicaFile, key), null);
  if (outdated) throw answer;
  throw new AppError('WRONG_CREDENTIALS', 'offline, and the password does not open this replica', { offline: true });
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

async function introduce(
  endpoint: ServerEndpoint,
  credentials: Credentials,
  device: Device,
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
    await changePassword(client, newPassword);
    return { client, hello, password: newPassword };
  };
  try {
    return await withinLimit(client, talk, signal);
  } catch (error) {
    await disconnect(client);
    throw toConnectionError(error);
  }
}

/** The replica's key, wrapped anew where the password was changed elsewhere and the person still knows the old one. */
async function keyFor(profile: Profile, credentials: Credentials, password: string): Promise<Buffer> {
  for (const candidate of new Set([password, credentials.password, credentials.previousPassword])) {
    const key = candidate === undefined ? null : await profile.unlock(candidate);
    if (!key) continue;
    if (candidate !== password) await profile.rewrap(key, password);
    return key;
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
    const device = deviceOf(host, profile);
    return assemble(host, replica, meta, device, connected, {
      connect: (signal) => introduce(endpoint, credentials, device, signal),
      introduceAgain: (client) => sayHello(client, { ...device, in_step: true }),
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

interface Introductions {
  connect: (signal: AbortSignal) => Promise<Connected>;
  introduceAgain: (client: Client) => Promise<Hello>;
}

function assemble(
  host: SessionHost,
  replica: Replica,
  meta: Meta,
  device: Device,
  connected: Connected | null,
  { connect: reconnect, introduceAgain }: Introductions,
): OpenSession {
  const changes = new Changes();
  const overlay = new Overlay(replica.write);
  const outbox = new Outbox(replica.write, overlay);
  outbox.setUnreadableAside();
  const attention = new Attention(replica, changes);
  const writePath = new WritePath(replica.write, overlay, changes);
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
      });
    });
  };
  if (connected) remember(connected.hello);

  const current = (): Session => ({
    ...(identity as Identity),
    offline: !confirmed,
    loading: isLoading(replica.write, meta.get('cursor')),
  });
  const closing = new AbortController();
  const engine = new SyncEngine({
    replica,
    meta,
    overlay,
    outbox,
    changes,
    log: host.log,
    connect: () => reconnect(closing.signal),
    introduceAgain,
    onStatus: (status) => host.emit('sync.status', status),
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
  changes.subscribe((tables) => {
    host.emit('data.changed', { tables });
    if (tables.includes('outbox') || tables.includes('attention')) engine.announceStatus();
    if (loading && !current().loading) {
      loading = false;
      host.emit('session.changed', current());
    }
  });
  engine.start(connected);

  return {
    replica,
    changes,
    overlay,
    outbox,
    attention,
    meta,
    engine,
    device,
    current,
    accept: (mutations, also) => {
      writePath.accept(mutations, also);
      engine.nudge();
    },
    close: async () => {
      const stopped = engine.stop();
      closing.abort();
      await stopped;
      replica.close();
    },
  };
}

type Identity = Pick<Session, 'person' | 'organization'>;

const identityOf = (hello: Hello): Identity => ({ person: hello.person, organization: hello.organization });

const storedIdentity = (meta: Meta): Identity | null => JSON.parse(meta.get('session') ?? 'null') as Identity | null;
