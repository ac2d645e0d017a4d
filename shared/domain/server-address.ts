/*
 * The address of a centre: `postgres://host[:port]/database`, without a name or a password, because addresses are
 * stored and shown in plain text. Read by hand, because older Chromium finds no host in a scheme that it does not know.
 */

export type AddressProblem = 'empty' | 'not-a-url' | 'protocol' | 'credentials' | 'parameters' | 'host' | 'database';

export interface ServerEndpoint {
  /** In lower case, so that one host is one profile however it is typed; an IPv6 address without its brackets. */
  host: string;
  port: number;
  database: string;
  /** Whether the connection is encrypted and the host's name verified: always, except to this machine itself. */
  tls: boolean;
  /** The address in its one written form. */
  url: string;
}

const DEFAULT_PORT = 5432;

/** The one parameter that is understood: TLS also where the host is this machine. None can ask for less. */
const FORCED_TLS = '?sslmode=verify-full';

const FORM = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\s]*)([^?#\s]*)(\?[^#\s]*)?(#\S*)?$/i;
const HOST = /^(\[[0-9a-f:.]+\]|[^\s:@%[\]]+)(?::(\d{1,5}))?$/i;

/** Reads an address; what is wrong with it is told in a word, and nothing of the text, which may hold a password. */
export function readServerAddress(text: string): ServerEndpoint | AddressProblem {
  const address = text.trim();
  if (address === '') return 'empty';
  const [, scheme = '', authority = '', path = '', query = '', fragment = ''] = FORM.exec(address) ?? [];
  if (scheme === '') return 'not-a-url';
  if (!/^postgres(ql)?$/i.test(scheme)) return 'protocol';
  if (authority.includes('@')) return 'credentials';
  if (fragment !== '' || (query !== '' && query !== FORCED_TLS)) return 'parameters';
  const [, hostPart = '', portPart] = HOST.exec(authority) ?? [];
  const port = portPart === undefined ? DEFAULT_PORT : Number(portPart);
  if (hostPart === '' || port < 1 || port > 65_535) return 'host';
  const database = decoded(path.slice(1));
  if (database === null || database === '' || /[/\0]/.test(database)) return 'database';
  const written = hostPart.toLowerCase();
  const host = written.replace(/^\[|\]$/g, '');
  return {
    host,
    port,
    database,
    tls: query === FORCED_TLS || !isLoopback(host),
    url: `postgres://${written}${portPart === undefined ? '' : `:${port}`}${path}${query}`,
  };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/** Only literal addresses and the reserved name (RFC 6761): what a name server answers decides nothing here. */
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (/^127(\.\d{1,3}){3}$/.test(host) && host.split('.').every((part) => Number(part) < 256));
