import { readServerAddress, type AddressProblem } from '../../../shared/domain/server-address.ts';

/** What is wrong with a server address as typed; null where its form is right. Says nothing about its being reached. */
export function addressProblem(text: string): AddressProblem | null {
  const read = readServerAddress(text);
  return typeof read === 'string' ? read : null;
}

/** As the files of this machine name a server: `host:port/database`; null for an address that cannot be read. */
export function serverName(text: string): string | null {
  const read = readServerAddress(text);
  return typeof read === 'string' ? null : `${read.host}:${read.port}/${read.database}`;
}

/** The part of an address that a person recognises: host, port and database. */
export const addressLabel = (text: string): string =>
  addressProblem(text) ? text : text.trim().replace(/^[^/]*\/\//, '');
