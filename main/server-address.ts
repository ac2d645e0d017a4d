import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Settings } from '../shared/api/app.ts';
import { AppError } from '../shared/errors.ts';
import type { ServerAddress } from './worker/protocol.ts';

const refuse = (reason: string, message: string): never => {
  throw new AppError('SERVER_ADDRESS_INVALID', message, { reason });
};

/**
 * Checks and tidies an address of the form `postgres://host[:port]/database`. Fails with SERVER_ADDRESS_INVALID and
 * `details.reason`: empty, not-a-url, protocol, credentials, parameters, host or database.
 *
 * Parameters are refused because the driver would obey them: `?sslmode=disable` switches encryption off.
 * The messages quote nothing of the input, since it may hold a password by mistake.
 */
export function parseServerUrl(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') refuse('empty', 'no server address is set');
  let url: URL;
  try {
    url = new URL(trimmed);
  } catch (cause) {
    throw new AppError('SERVER_ADDRESS_INVALID', 'the server address is no URL', { reason: 'not-a-url' }, { cause });
  }
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    refuse('protocol', 'the server address does not begin with postgres://');
  }
  if (url.username !== '' || url.password !== '') refuse('credentials', 'the server address holds a name or password');
  if (url.search !== '' || url.hash !== '') refuse('parameters', 'the server address holds parameters');
  if (url.hostname === '' || url.hostname.includes('%')) refuse('host', 'the server address names no host');
  if (!/^\/[^/]+$/.test(url.pathname)) refuse('database', 'the server address names no database');
  return `postgres://${url.host.toLowerCase()}${url.pathname}`;
}

/** Reads an own certificate authority. Fails with SERVER_TLS_INVALID and `details.reason` `ca-file`. */
async function readCertificateAuthority(path: string): Promise<string> {
  try {
    const pem = await readFile(path, 'utf8');
    new X509Certificate(pem);
    return pem;
  } catch (cause) {
    const details = { reason: 'ca-file', file: path };
    throw new AppError('SERVER_TLS_INVALID', 'the file of the certificate authority cannot be used', details, { cause });
  }
}

/** Where the settings say the centre is, ready for the worker. */
export async function serverAddress(settings: Pick<Settings, 'serverUrl' | 'caFile'>): Promise<ServerAddress> {
  const url = parseServerUrl(settings.serverUrl);
  return { url, ca: settings.caFile === '' ? null : await readCertificateAuthority(settings.caFile) };
}
