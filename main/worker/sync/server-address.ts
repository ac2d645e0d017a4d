import { AppError } from '../../../shared/errors.ts';
import type { ServerAddress } from '../protocol.ts';

export interface ServerEndpoint {
  host: string;
  port: number;
  database: string;
  loopback: boolean;
  ca: string | null;
}

/**
 * Reads `postgres://host:port/database`. Fails with SERVER_ADDRESS_INVALID; a name or a password in the address is
 * refused, because addresses are stored and shown in plain text.
 */
export function parseServerAddress(address: ServerAddress): ServerEndpoint {
  let url: URL;
  try {
    url = new URL(address.url.trim());
  } catch (error) {
    throw invalid('FORM', error);
  }
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') throw invalid('FORM');
  if (url.username || url.password) throw invalid('CREDENTIALS');
  const database = decodeURIComponent(url.pathname.replace(/^\//, ''));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!host || !database || database.includes('/')) throw invalid('FORM');
  return { host, port: url.port ? Number(url.port) : 5432, database, loopback: isLoopback(host), ca: address.ca };
}

const invalid = (reason: 'FORM' | 'CREDENTIALS', cause?: unknown): AppError =>
  new AppError('SERVER_ADDRESS_INVALID', `the server address is not usable: ${reason}`, { reason }, { cause });

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
