import { createHash } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { checkServerIdentity, rootCertificates, type ConnectionOptions } from 'node:tls';
import type { Client, ClientConfig } from 'pg';
import { AppError, isErrorCode, type ErrorCode, type ErrorDetails } from '../../../shared/errors.ts';
import { loginRoleName } from '../../../shared/domain/login-role.ts';
import type { ServerEndpoint } from './server-address.ts';

/** A link without any traffic for this long while an answer is due counts as dead. */
const SILENCE_LIMIT_MS = 16_000;
const CONNECT_LIMIT_MS = 8_000;
const GOODBYE_MS = 1_000;

/**
 * How the server's half of the connection prints cells, and when it gives up by itself on a desktop that sleeps or is
 * cut off: what it holds must not wait for the desktop's return. There is no limit for statements: a first load takes
 * its time, and a push that is cancelled would be sent again without end where one that ends late has been recorded.
 */
const serverSettings = {
  timezone: 'UTC',
  datestyle: 'ISO,YMD',
  // The host is gone: it does not answer probes, or does not take what is sent. Kept where the server's system can.
  tcp_keepalives_idle: '10s',
  tcp_keepalives_interval: '2s',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '16s',
  // The host answers, the desktop does not. One that lives asks every 10 s, unless it is storing a long pull.
  idle_in_transaction_session_timeout: '20s',
  idle_session_timeout: '60s',
  // A push that waits for somebody else's lock holds locks of its own.
  lock_timeout: '10s',
};

/**
 * Opens the person's own connection: SCRAM in both directions, TLS with the host's name verified unless the host is
 * this machine. Cells arrive as the text that PostgreSQL prints (ISO dates, UTC). Fails with an AppError.
 * @param signal ends the attempt at once: whoever quits does not wait for a server that gives no answer
 */
export async function connect(
  endpoint: ServerEndpoint,
  email: string,
  password: string,
  signal?: AbortSignal,
): Promise<Client> {
  // Read when somebody connects: a start never waits for the centre.
  const { Client } = await import('pg');
  const socket = new Socket();
  const greeting = watchGreeting(socket, endpoint.tls);
  const config: ClientConfig = {
    host: endpoint.host,
    port: endpoint.port,
    database: endpoint.database,
    user: loginRoleName(endpoint.database, email, sha256Hex),
    // The verifier was made of the normalized password (db/central/scram.ts).
    password: password.normalize('NFKC'),
    stream: () => socket,
    ssl: endpoint.tls ? verification(endpoint.ca) : false,
    sslnegotiation: 'postgres',
    application_name: 'Factory Pulse',
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    // Every cell stays the text that the centre prints; the replica stores just that.
    types: { getTypeParser: () => (value: string) => value },
    options: Object.entries(serverSettings).map(([name, value]) => `-c ${name}=${value}`).join(' '),
  };
  const client = new Client(config);
  // An 'error' event that nobody hears would end the whole worker; the request that is under way fails with it anyway.
  client.on('error', () => undefined);
  const cut = (): void => cutOff(socket);
  signal?.addEventListener('abort', cut);
  // Given up while the library was read.
  if (signal?.aborted) cut();
  try {
    const connected = client.connect();
    const proof = demandScram(client);
    await connected;
    if (!proof.given) throw new AppError('SERVER_NOT_FACTORY_PULSE', 'the server did not prove that it knows the account');
  } catch (error) {
    await disconnect(client);
    throw greeting.refusal ?? toConnectionError(error);
  } finally {
    signal?.removeEventListener('abort', cut);
  }
  return client;
}

/**
 * Everything is said here, so that no variable of the environment (NODE_TLS_REJECT_UNAUTHORIZED, NODE_EXTRA_CA_CERTS,
 * those of PostgreSQL) decides about it.
 * @param ca PEM text of an own certificate authority; null for the public ones
 */
function verification(ca: string | null): ConnectionOptions {
  return { rejectUnauthorized: true, checkServerIdentity, ca: ca ?? [...rootCertificates] };
}

/** Says goodbye; a dead link never answers that, so it is not waited for longer than a moment. */
export async function disconnect(client: Client): Promise<void> {
  const timer = setTimeout(() => wireOf(client).stream.destroy(), GOODBYE_MS);
  await client.end();
  clearTimeout(timer);
}

/** Runs `talk` on a fresh connection; a server that falls silent in the middle of it is out of reach. */
export async function withinLimit<T>(client: Client, talk: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const cut = (): void => cutOff(wireOf(client).stream);
  const timer = setTimeout(cut, CONNECT_LIMIT_MS);
  signal?.addEventListener('abort', cut);
  try {
    return await talk();
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cut);
  }
}

/**
 * Cuts a link on which nothing has been heard for too long: polling makes a living one speak in time. The socket's own
 * time-out would not do, because it counts what is sent as life. Two clocks tell the time: the machine's own goes on
 * while it sleeps, and the other cannot be set back.
 */
export function cutWhenSilent(client: Client): void {
  const socket = wireOf(client).stream;
  const now = () => ({ bytes: socket.bytesRead, date: Date.now(), running: performance.now() });
  let heard = now();
  const timer = setInterval(() => {
    const { bytes, date, running } = now();
    if (bytes !== heard.bytes) heard = { bytes, date, running };
    else if (Math.max(date - heard.date, running - heard.running) > SILENCE_LIMIT_MS) cutOff(socket);
  }, 1_000);
  socket.on('close', () => clearInterval(timer));
}

/** Ends a connection without a goodbye; whatever runs on it fails at once. */
export const cutLink = (client: Client): void => cutOff(wireOf(client).stream);

const cutOff = (socket: Socket): void => void socket.destroy(new Error('connection timeout: no answer from the centre'));

/** pg's types keep its protocol layer to themselves. */
const wireOf = (client: Client): EventEmitter & { stream: Socket } =>
  (client as unknown as { connection: EventEmitter & { stream: Socket } }).connection;

/** First bytes of a PostgreSQL server: Authentication, ErrorResponse, NoticeResponse, NegotiateProtocolVersion. */
const plainGreetings = 'REvN';
/** Its answers to the request for TLS. */
const tlsGreetings = 'SNE';

/** Notices by the first byte that something else than PostgreSQL listens there; pg would wait for the rest of a message. */
function watchGreeting(socket: Socket, tls: boolean): { refusal: AppError | null } {
  const greeting: { refusal: AppError | null } = { refusal: null };
  socket.once('data', (chunk: Buffer) => {
    const expected = tls ? tlsGreetings : plainGreetings;
    if (expected.includes(String.fromCharCode(chunk[0] ?? 0))) return;
    greeting.refusal = new AppError('SERVER_NOT_FACTORY_PULSE', 'the server does not speak the protocol of PostgreSQL');
    socket.destroy(greeting.refusal);
  });
  return greeting;
}

/**
 * Lets nothing but SCRAM pass: pg would hand the password to any server that asks for it in clear text or as MD5, and
 * take one for the centre that asks for no proof at all. With SCRAM the server has to prove that it knows the verifier.
 */
function demandScram(client: Client): { given: boolean } {
  const wire = wireOf(client);
  const proof = { given: false };
  for (const request of ['authenticationCleartextPassword', 'authenticationMD5Password']) {
    wire.removeAllListeners(request);
    wire.on(request, () => {
      wire.emit('error', new AppError('SERVER_NOT_FACTORY_PULSE', 'the server asks for the password itself'));
    });
  }
  // pg has checked the server's signature by the time this listener is called, or has failed.
  wire.on('authenticationSASLFinal', () => {
    proof.given = true;
  });
  return proof;
}

export const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

const unreachable = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH',
  'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'EACCES', 'EPERM',
]);

/** SQLSTATE → what it means for a person. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const bySqlState: Record<string, ErrorCode> = {
  '28P01': 'WRONG_CREDENTIALS',
  '3D000': 'SERVER_NOT_FACTORY_PULSE',
  '3F000': 'SERVER_NOT_FACTORY_PULSE',
  '42883': 'SERVER_NOT_FACTORY_PULSE',
  '42P01': 'SERVER_NOT_FACTORY_PULSE',
};

/** Of 28000, the one that a refused role raises; pg_hba.conf raises the same state for a refused kind of connection. */
const ROLE_REFUSED = 'InitializeSessionUserId';

/** What `app.refuse` says beside the code, as JSON. */
function detailOf(failure: Error): ErrorDetails {
  try {
    const detail: unknown = JSON.parse(String((failure as { detail?: unknown }).detail));
    return typeof detail === 'object' && detail !== null ? (detail as ErrorDetails) : {};
  } catch {
    return {};
  }
}

/** Puts whatever the connection throws into the application's terms. */
export function toConnectionError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const failure = error instanceof Error ? error : new Error(String(error));
  const code = (failure as { code?: unknown }).code;
  const details = { reason: typeof code === 'string' ? code : failure.message };
  const as = (known: ErrorCode, more: ErrorDetails = details): AppError =>
    new AppError(known, failure.message, more, { cause: error });

  if (typeof code === 'string') {
    if (code === 'FP001' && isErrorCode(failure.message)) return as(failure.message, detailOf(failure));
    if (code === '28000') {
      return as((failure as { routine?: unknown }).routine === ROLE_REFUSED ? 'ACCOUNT_INACTIVE' : 'SERVER_ERROR');
    }
    if (bySqlState[code]) return as(bySqlState[code]);
    // 08 connection, 53 resources, 57 operator: passing states of a server that is there.
    if (/^(08|53|57)/.test(code)) return as('SERVER_UNREACHABLE');
    if (unreachable.has(code)) return as('SERVER_UNREACHABLE');
    if (/CERT|TLS|SSL|UNABLE_TO_|SELF_SIGNED|^EPROTO$|^INVALID_CA$|^INVALID_PURPOSE$/.test(code)) return as('SERVER_TLS_INVALID');
    if (/^[0-9A-Z]{5}$/.test(code)) return as('SERVER_ERROR');
  }
  if (/does not support SSL/i.test(failure.message)) return as('SERVER_TLS_REQUIRED');
  if (/timeout|terminated|closed|ended|not queryable/i.test(failure.message)) return as('SERVER_UNREACHABLE');
  if (/SASL|SCRAM|authentication|message|protocol|parse/i.test(failure.message)) return as('SERVER_NOT_FACTORY_PULSE');
  return as('SERVER_UNREACHABLE');
}
