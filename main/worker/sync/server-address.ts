import { isIPv4 } from 'node:net';
import { AppError } from '../../../shared/errors.ts';
import type { ServerAddress } from '../protocol.ts';

export interface ServerEndpoint {
  /** In lower case, so that one host is one profile however it is typed. */
  host: string;
  port: number;
  database: string;
  /** Whether the connection is encrypted and the host's name verified: always, except to this machine itself. */
  tls: boolean;
  /** PEM text of an own certificate authority, or null for the public ones. */
  ca: string | null;
}

const DEFAULT_PORT = 5432;

/**
 * Reads `postgres://host:port/database`, of which `?sslmode=verify-full` may ask for TLS where the host is this
 * machine; no parameter can ask for less. Fails with SERVER_ADDRESS_INVALID. A name or a password in the address is
 * refused, because addresses are stored and shown in plain text; for the same reason no message quotes the address.
 */
export function parseServerAddress(address: ServerAddress): ServerEndpoint {
  const url = parse(() => new URL(address.url.trim()), 'not-a-url');
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') throw invalid('protocol');
  if (url.username || url.password) throw invalid('credentials');
  const forced = url.search === '?sslmode=verify-full';
  if ((url.search !== '' && !forced) || url.hash !== '') throw invalid('parameters');
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === '' || host.includes('%')) throw invalid('host');
  const database = parse(() => decodeURIComponent(url.pathname.replace(/^\//, '')), 'database');
  if (database === '' || database.includes('/') || database.includes('\0')) throw invalid('database');
  return {
    host,
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    database,
    tls: forced || !isLoopback(host),
    ca: address.ca,
  };
}

type Reason = 'not-a-url' | 'protocol' | 'credentials' | 'parameters' | 'host' | 'database';

const invalid = (reason: Reason): AppError =>
  new AppError('SERVER_ADDRESS_INVALID', `the server address is not usable: ${reason}`, { reason });

/** The cause is left out on purpose: what URL throws quotes its input, which may hold a password by mistake. */
function parse<T>(read: () => T, reason: Reason): T {
  try {
    return read();
  } catch {
    throw invalid(reason);
  }
}

/** Only literal addresses and the reserved name (RFC 6761): what a name server answers decides nothing here. */
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
