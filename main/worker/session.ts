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
import { connect } from './sync/connection.ts';
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
  readonly meta: Meta;
  readonly engine: SyncEngine;
  readonly current: () => Session;
  /** Accepts changes of the person, durably, and has them sent. */
  accept(mutations: readonly Mutation[]): void;
  close(): Promise<void>;
}

/**
 * Opens the person's replica. With `resume` this machine is asked first, so that a start never waits for the network;
 * a person who types a password is checked by the centre, and by this machine only where the centre is out of reach.
 */
export async function signIn(host: SessionHost, request: SignInRequest): Promise<OpenSession> {
  const endpoint = parseServerAddress(request.server);
  const { credentials } = request;
  const profile = new Profile(host.userDataDir, serverName(endpoint), credentials.email);
  if (credentials.setAside && profile.exists) {
    host.log('warn', 'profile.set-aside', { folder: profile.setAside(new Date()) });
  }

  const known = request.resume ? await profile.unlock(credentials.password) : null;
  if (known) return open(host, endpoint, credentials, profile, known, null);

  let connected: Connected;
  try {
    connected = await introduce(endpoint, credentials, deviceOf(host, profile));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'SERVER_UNREACHABLE') throw error;
    const key = await profile.unlock(credentials.password);
    if (key) return open(host, endpoint, credentials, profile, key, null);
    if (!profile.exists) throw new AppError('OFFLINE_FIRST_SIGN_IN', error.message, error.details, { cause: error });
    throw new AppError('WRONG_CREDENTIALS', 'offline, and the password does not open this replica', { offline: true });
  }
  try {
    const password = credentials.newPassword ?? credentials.password;
    const key = await keyFor(profile, credentials, password);
    return open(host, endpoint, { ...credentials, password }, profile, key, connected);
  } catch (error) {
    await connected.client.end();
    throw error;
  }
}

const serverName = (endpoint: ServerEndpoint): string => `${endpoint.host}:${endpoint.port}/${endpoint.database}`;

const deviceOf = (host: SessionHost, profile: Profile): Device => ({
  id: profile.deviceId,
  name: hostname(),
  platform: process.platform,
  app_version: host.appVersion,
});

async function introduce(endpoint: ServerEndpoint, credentials: Credentials, device: Device): Promise<Connected> {
  const client: Client = await connect(endpoint, credentials.email, credentials.password);
  try {
    const hello = await sayHello(client, device);
    if (hello.must_change_password) {
      if (!credentials.newPassword) {
        throw new AppError('PASSWORD_CHANGE_REQUIRED', 'the one-time password has to be replaced');
      }
      await changePassword(client, credentials.newPassword);
    }
    return { client, hello };
  } catch (error) {
    await client.end();
    throw error;
  }
}

/** The replica's key, wrapped anew where the password was changed elsewhere and the person still knows the old one. */
async function keyFor(profile: Profile, credentials: Credentials, password: string): Promise<Buffer> {
  if (!profile.exists) return profile.lock(password);
  for (const candidate of [password, credentials.password, credentials.previousPassword]) {
    const key = candidate === undefined ? null : await profile.unlock(candidate);
    if (key) return candidate === password ? key : profile.lock(password, key);
  }
  throw new AppError('REPLICA_KEY_MISMATCH', 'the replica is locked with another password');
}

function open(
  host: SessionHost,
  endpoint: ServerEndpoint,
  credentials: Credentials,
  profile: Profile,
  key: Buffer,
  connected: Connected | null,
): OpenSession {
  const replica = openReplica(profile.replicaFile, key);
  try {
    const meta = new Meta(replica.write);
    const owner = meta.get('user_id');
    if (connected && owner !== null && owner !== connected.hello.person.id) {
      throw new AppError('REPLICA_OTHER_USER', 'the replica belongs to another person', { owner });
    }
    return assemble(host, replica, meta, connected, () => introduce(endpoint, credentials, deviceOf(host, profile)));
  } catch (error) {
    replica.close();
    throw error;
  }
}

function assemble(
  host: SessionHost,
  replica: Replica,
  meta: Meta,
  connected: Connected | null,
  reconnect: () => Promise<Connected>,
): OpenSession {
  const changes = new Changes();
  const overlay = new Overlay(replica.write);
  const outbox = new Outbox(replica.write, overlay);
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
  const engine = new SyncEngine({
    replica,
    meta,
    overlay,
    outbox,
    changes,
    log: host.log,
    connect: reconnect,
    onStatus: (status) => host.emit('sync.status', status),
    onHello: (hello) => {
      if (hello.person.id !== (identity as Identity).person.id) {
        throw new AppError('REPLICA_OTHER_USER', 'the centre knows this person under another id');
      }
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
    if (tables.includes('outbox')) engine.announceStatus();
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
    meta,
    engine,
    current,
    accept: (mutations) => {
      writePath.accept(mutations);
      engine.nudge();
    },
    close: async () => {
      await engine.stop();
      replica.close();
    },
  };
}

type Identity = Pick<Session, 'person' | 'organization'>;

const identityOf = (hello: Hello): Identity => ({ person: hello.person, organization: hello.organization });

const storedIdentity = (meta: Meta): Identity | null => JSON.parse(meta.get('session') ?? 'null') as Identity | null;
