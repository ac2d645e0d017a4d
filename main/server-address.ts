import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Settings } from '../shared/api/app.ts';
import { readServerAddress } from '../shared/domain/server-address.ts';
import { AppError } from '../shared/errors.ts';
import type { ServerAddress } from './worker/protocol.ts';

/**
 * Checks and tidies the address of a centre. Fails with SERVER_ADDRESS_INVALID and the problem in `details.reason`;
 * the message quotes nothing of the input, since it may hold a password by mistake.
 */
export function parseServerUrl(text: string): string {
  const read = readServerAddress(text);
  if (typeof read === 'string') {
    throw new AppError('SERVER_ADDRESS_INVALID', `the server address is not usable: ${read}`, { reason: read });
  }
  return read.url;
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
