import { readServerAddress, type ServerEndpoint as Endpoint } from '../../../shared/domain/server-address.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ServerAddress } from '../protocol.ts';

export interface ServerEndpoint extends Omit<Endpoint, 'url'> {
  /** PEM text of an own certificate authority, or null for the public ones. */
  ca: string | null;
}

/** Reads where the centre is. Fails with SERVER_ADDRESS_INVALID, whose message quotes nothing of the address. */
export function parseServerAddress(address: ServerAddress): ServerEndpoint {
  const read = readServerAddress(address.url);
  if (typeof read === 'string') {
    throw new AppError('SERVER_ADDRESS_INVALID', `the server address is not usable: ${read}`, { reason: read });
  }
  const { host, port, database, tls } = read;
  return { host, port, database, tls, ca: address.ca };
}
