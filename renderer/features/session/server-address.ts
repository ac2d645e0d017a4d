import { readServerAddress, type AddressProblem } from '../../../shared/domain/server-address.ts';

/** What is wrong with a server address as typed; null where its form is right. Says nothing about its being reached. */
export function addressProblem(text: string): AddressProblem | null {
  const read = readServerAddress(text);
  return typeof read === 'string' ? read : null;
}

/** The part of an address that a person recognises: host, port and database. */
export const addressLabel = (text: string): string =>
  addressProblem(text) ? text : text.trim().replace(/^[^/]*\/\//, '');
