export type AddressProblem = 'empty' | 'malformed' | 'protocol' | 'credentials' | 'database';

const scheme = /^postgres(ql)?:/i;

/** What is wrong with a server address as typed; null where its form is right. Says nothing about its being reached. */
export function addressProblem(text: string): AddressProblem | null {
  const address = text.trim();
  if (!address) return 'empty';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(address) && !scheme.test(address)) return 'protocol';
  const url = /^[a-z]+:\/\/[^/]/i.test(address) ? parsed(address) : null;
  if (!url) return 'malformed';
  if (url.username || url.password) return 'credentials';
  if (url.pathname.length < 2) return 'database';
  return null;
}

/** Parsed as an http address: older Chromium finds no host in a scheme that it does not know. */
function parsed(address: string): URL | null {
  try {
    return new URL(address.replace(scheme, 'http:'));
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** The part of an address that a person recognises: host, port and database. */
export function addressLabel(text: string): string {
  if (addressProblem(text)) return text;
  return text.trim().replace(/^[^/]*\/\//, '');
}
