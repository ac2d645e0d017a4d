import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What Google's page sent the browser back with. */
export type BrowserAnswer = { code: string } | { error: string };

/** A whole document with its headers, for the person who looks into the browser. */
export interface BrowserPage {
  html: string;
  policy: string;
}

const PATH = '/google';
const HOST = '127.0.0.1';
/** A browser that keeps its connection open must not keep ours. */
const LINGER_MS = 2000;

const same = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/**
 * Waits on this machine for the one answer of Google's sign-in (RFC 8252, section 7.3). Listens on 127.0.0.1 alone, under a port
 * that the system gives; whatever does not carry the secret state is refused and changes nothing; after the first answer that
 * does, nothing more is taken.
 */
export class Loopback {
  readonly #server: Server;
  readonly #state: string;
  #taken = false;
  #answer: ((answer: BrowserAnswer) => void) | null = null;
  #waiting: ServerResponse | null = null;
  /** Settles with the answer; never fails, whoever waits sets the limit. */
  readonly answer: Promise<BrowserAnswer>;

  private constructor(server: Server, state: string) {
    this.#server = server;
    this.#state = state;
    this.answer = new Promise((resolve) => {
      this.#answer = resolve;
    });
    server.on('request', (request, response) => this.#receive(request, response));
  }

  static async open(state: string): Promise<Loopback> {
    const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 10_000, headersTimeout: 10_000, keepAlive: false });
    const loopback = new Loopback(server, state);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: HOST, port: 0, exclusive: true }, resolve);
    });
    return loopback;
  }

  get redirectUri(): string {
    return `http://${this.#host}${PATH}`;
  }

  /** Shows the browser that waits how it went, if one does, and takes nothing more. */
  close(page: BrowserPage | null = null): void {
    this.#taken = true;
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting && page) {
      waiting.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': page.policy,
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        connection: 'close',
      });
      waiting.end(page.html);
    } else {
      waiting?.destroy();
    }
    this.#server.close();
    setTimeout(() => this.#server.closeAllConnections(), page === null ? 0 : LINGER_MS).unref();
  }

  get #host(): string {
    return `${HOST}:${(this.#server.address() as AddressInfo).port}`;
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const refuse = (status: number): void => {
      response.writeHead(status, { 'content-type': 'text/plain', 'cache-control': 'no-store', connection: 'close' });
      response.end(status === 404 ? 'Not found\n' : 'Not accepted\n');
    };
    if (this.#taken) return refuse(404);
    // Another name for this machine is a page that had its own name point here.
    if (request.headers.host !== this.#host || request.method !== 'GET') return refuse(400);
    const url = new URL(request.url ?? '/', `http://${this.#host}`);
    if (url.pathname !== PATH) return refuse(404);
    const answer = this.#read(url.searchParams);
    if (answer === null) return refuse(400);
    this.#taken = true;
    this.#waiting = response;
    // No other browser gets in; this one hears how it ends.
    this.#server.close();
    this.#answer?.(answer);
  }

  #read(query: URLSearchParams): BrowserAnswer | null {
    const one = (name: string): string | null => {
      const all = query.getAll(name);
      return all.length === 1 ? (all[0] ?? null) : null;
    };
    const state = one('state');
    if (state === null || !same(state, this.#state)) return null;
    const issuer = query.get('iss');
    if (issuer !== null && issuer !== 'https://accounts.google.com') return null;
    const code = one('code');
    const error = one('error');
    if (code !== null && error === null && code !== '') return { code };
    if (error !== null && code === null) return { error };
    return null;
  }
}
