import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeDriveApi } from './fake-drive-api.ts';
import { FakeDriveFiles } from './fake-drive-files.ts';

const SCOPES = {
  file: 'https://www.googleapis.com/auth/drive.file',
  browse: 'https://www.googleapis.com/auth/drive.readonly',
};

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
}

/** How one request is answered instead of the usual way. */
export type Fault =
  | { status: number; reason?: string; body?: unknown; headers?: Record<string, string> }
  /** The connection ends without an answer. */
  | 'cut'
  /** The request is carried out, and the connection ends before the answer. */
  | 'cut-after'
  /** A download or upload ends after so many bytes of its body. */
  | { cutAfterBytes: number }
  /** Nothing is answered until the server stops. */
  | 'silent';

interface Grant {
  scopes: string[];
  refreshToken: string;
  revoked: boolean;
}

interface Code {
  redirectUri: string;
  challenge: string;
  scopes: string[];
  used: boolean;
}

export interface Consent {
  /** Says no. */
  deny?: boolean;
  /** The scopes that the person leaves ticked; all by default. */
  only?: readonly string[];
}

/**
 * Google as far as the application speaks with it: sign-in, tokens, Drive. It looks closely at what it is sent and keeps what
 * was wrong in `problems`, which a test expects to be empty.
 */
export class FakeGoogle {
  readonly problems: string[] = [];
  readonly asked: Asked[] = [];
  readonly drive = new FakeDriveFiles();
  readonly api = new FakeDriveApi(this);
  /** Everything secret that was given out or came in: codes, tokens, verifiers. */
  readonly secrets = new Set<string>();
  client = { id: '123456789012-abcdefghijklmnopqrstuvwxyz012345.apps.googleusercontent.com', secret: 'GOCSPX-fake_secret_1234567890' as string | null };
  account = { displayName: 'Nguyễn Thị Hương', emailAddress: 'huong@example.vn' };
  /** Seconds that an access token lives. */
  accessTokenLife = 3600;
  /** The client was deleted in Google's console. */
  clientDeleted = false;
  refreshes = 0;
  revocations = 0;
  mostRefreshesAtOnce = 0;
  /** Milliseconds that a refresh takes. */
  refreshDelay = 0;
  readonly #grants: Grant[] = [];
  readonly #codes = new Map<string, Code>();
  readonly #accessTokens = new Map<string, { grant: Grant; expires: number }>();
  readonly #faults: { path: RegExp; fault: Fault }[] = [];
  readonly #server: Server;
  #refreshing = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<FakeGoogle> {
    const server = createServer();
    const google = new FakeGoogle(server);
    server.on('request', (request, response) => {
      google.#answer(request, response).catch((error: unknown) => {
        // Whoever asked has gone, or the network between.
        if (request.destroyed && (error as NodeJS.ErrnoException).code === 'ECONNRESET') return;
        google.problems.push(String(error));
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return google;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The next requests whose path matches are answered with these, one each. */
  fail(path: RegExp, ...faults: Fault[]): void {
    this.#faults.push(...faults.map((fault) => ({ path, fault })));
  }

  /** Stops whatever faults have not happened yet; answers how many there were. */
  heal(): number {
    return this.#faults.splice(0).length;
  }

  /** As a person does in their account: every token is worth nothing from now on. */
  revokeAll(): void {
    for (const grant of this.#grants) grant.revoked = true;
    this.#accessTokens.clear();
  }

  expireAccessTokens(): void {
    this.#accessTokens.clear();
  }

  get liveGrants(): number {
    return this.#grants.filter(({ revoked }) => !revoked).length;
  }

  /** What the person's browser does with the address that the application gave it: sign in, say yes or no, go on to the end. */
  async consent(address: string, { deny = false, only }: Consent = {}): Promise<{ status: number; page: string; headers: Headers; at: string }> {
    const url = new URL(address);
    const scopes = (url.searchParams.get('scope') ?? '').split(' ').filter((scope) => only?.includes(scope) ?? true);
    url.searchParams.set('fake_consent', deny ? 'no' : scopes.join(' '));
    const answer = await fetch(url, { redirect: 'manual' });
    const location = answer.headers.get('location');
    if (location === null) return { status: answer.status, page: await answer.text(), headers: answer.headers, at: String(url) };
    const arrived = await fetch(location, { redirect: 'manual' });
    return { status: arrived.status, page: await arrived.text(), headers: arrived.headers, at: location };
  }

  /** The scopes of the request's token; null where it is none. */
  scopesOf(request: IncomingMessage): string[] | null {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const found = this.#accessTokens.get(token);
    if (!found || found.grant.revoked || found.expires < Date.now()) return null;
    return found.grant.scopes;
  }

  /** Takes the fault that is due for a path. */
  faultFor(path: string, _query: URLSearchParams): Fault | null {
    const index = this.#faults.findIndex((fault) => fault.path.test(path));
    return index < 0 ? null : (this.#faults.splice(index, 1)[0]?.fault ?? null);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const { pathname: path, searchParams: query } = url;
    this.asked.push({ method: request.method ?? '', path, query, headers: request.headers });
    if (query.has('token') || query.has('access_token')) this.problems.push(`a token in the address of ${path}`);
    const fault = this.faultFor(path, query);
    if (fault === 'cut') {
      request.socket.destroy();
      return;
    }
    if (fault === 'silent') return;
    if (fault !== null && fault !== 'cut-after' && 'status' in fault) {
      request.resume();
      const { status, reason, headers = {} } = fault;
      const body = fault.body ?? { error: { code: status, message: reason ?? 'fault', errors: [{ domain: 'global', reason: reason ?? 'backendError', message: 'fault' }] } };
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
      return;
    }
    if (path === '/o/oauth2/v2/auth') this.#authorize(query, response);
    else if (path === '/token') await this.#token(request, response, fault === 'cut-after');
    else if (path === '/revoke') await this.#revoke(request, response);
    else await this.api.answer(request, response, url, fault);
  }

  #authorize(query: URLSearchParams, response: ServerResponse): void {
    const wrong = (what: string): void => {
      this.problems.push(`authorize: ${what}`);
      response.writeHead(400).end(what);
    };
    const one = (name: string): string => {
      if (query.getAll(name).length !== 1) this.problems.push(`authorize: ${name} ${query.getAll(name).length} times`);
      return query.get(name) ?? '';
    };
    if (this.clientDeleted || one('client_id') !== this.client.id) {
      response.writeHead(401).end('Error 401: deleted_client');
      return;
    }
    if (one('response_type') !== 'code') return wrong('response_type');
    const redirectUri = one('redirect_uri');
    if (!/^http:\/\/127\.0\.0\.1:\d{4,5}\/[a-z]*$/.test(redirectUri)) return wrong(`redirect_uri ${redirectUri}`);
    if (one('code_challenge_method') !== 'S256') return wrong('code_challenge_method');
    const challenge = one('code_challenge');
    if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) return wrong('code_challenge');
    const state = one('state');
    if (state.length < 22) return wrong('state');
    if (one('access_type') !== 'offline') return wrong('access_type');
    if (query.has('client_secret')) return wrong('client_secret in the address');
    const scopes = one('scope').split(' ');
    const known: string[] = Object.values(SCOPES);
    if (scopes.length === 0 || !scopes.every((scope) => known.includes(scope))) return wrong(`scope ${scopes.join(' ')}`);
    const consent = query.get('fake_consent');
    if (consent === null) {
      response.writeHead(200).end('Sign in with Google');
      return;
    }
    const target = new URL(redirectUri);
    target.searchParams.set('state', state);
    target.searchParams.set('iss', 'https://accounts.google.com');
    if (consent === 'no') {
      target.searchParams.set('error', 'access_denied');
    } else {
      const code = `4/0A${randomBytes(32).toString('base64url')}`;
      const before = query.get('include_granted_scopes') === 'true' ? this.#grants.filter(({ revoked }) => !revoked).flatMap((grant) => grant.scopes) : [];
      const granted = [...new Set([...consent.split(' ').filter((scope) => scope !== ''), ...before])];
      this.#codes.set(code, { redirectUri, challenge, scopes: granted, used: false });
      this.secrets.add(code);
      target.searchParams.set('code', code);
      target.searchParams.set('scope', granted.join(' '));
    }
    response.writeHead(302, { location: String(target) }).end();
  }

  async #token(request: IncomingMessage, response: ServerResponse, cutAfter: boolean): Promise<void> {
    const form = await this.#form(request);
    const refuse = (status: number, error: string, description = ''): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error, error_description: description }));
    };
    if (this.clientDeleted) { refuse(401, 'deleted_client', 'The OAuth client was deleted.'); return; }
    if (form.get('client_id') !== this.client.id) { refuse(401, 'invalid_client', 'The OAuth client was not found.'); return; }
    if (this.client.secret !== null) {
      const secret = form.get('client_secret');
      if (secret === null) { refuse(400, 'invalid_request', 'client_secret is missing.'); return; }
      this.secrets.add(this.client.secret);
      if (secret !== this.client.secret) { refuse(401, 'invalid_client', 'Unauthorized'); return; }
    }
    const issue = (grant: Grant, withRefresh: boolean): void => {
      const accessToken = `ya29.${randomBytes(48).toString('base64url')}`;
      this.secrets.add(accessToken);
      this.#accessTokens.set(accessToken, { grant, expires: Date.now() + this.accessTokenLife * 1000 });
      if (cutAfter) {
        request.socket.destroy();
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          access_token: accessToken,
          expires_in: this.accessTokenLife,
          token_type: 'Bearer',
          scope: grant.scopes.join(' '),
          ...(withRefresh ? { refresh_token: grant.refreshToken } : {}),
        }),
      );
    };
    if (form.get('grant_type') === 'authorization_code') {
      const code = this.#codes.get(form.get('code') ?? '');
      if (!code || code.used) { refuse(400, 'invalid_grant', 'Malformed auth code.'); return; }
      code.used = true;
      const verifier = form.get('code_verifier') ?? '';
      this.secrets.add(verifier);
      if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) this.problems.push('token: the verifier has a wrong form');
      if (createHash('sha256').update(verifier).digest('base64url') !== code.challenge) {
        this.problems.push('token: the verifier does not belong to the challenge');
        refuse(400, 'invalid_grant', 'Invalid code verifier.'); return;
      }
      if (form.get('redirect_uri') !== code.redirectUri) {
        this.problems.push('token: another redirect_uri');
        refuse(400, 'redirect_uri_mismatch'); return;
      }
      const grant: Grant = { scopes: code.scopes, refreshToken: `1//0g${randomBytes(48).toString('base64url')}`, revoked: false };
      this.secrets.add(grant.refreshToken);
      this.#grants.push(grant);
      issue(grant, true); return;
    }
    if (form.get('grant_type') !== 'refresh_token') { refuse(400, 'unsupported_grant_type'); return; }
    this.refreshes += 1;
    this.#refreshing += 1;
    this.mostRefreshesAtOnce = Math.max(this.mostRefreshesAtOnce, this.#refreshing);
    await new Promise((resolve) => setTimeout(resolve, this.refreshDelay));
    this.#refreshing -= 1;
    const grant = this.#grants.find(({ refreshToken, revoked }) => !revoked && refreshToken === form.get('refresh_token'));
    if (!grant) { refuse(400, 'invalid_grant', 'Token has been expired or revoked.'); return; }
    issue(grant, false);
  }

  async #revoke(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = (await this.#form(request)).get('token') ?? '';
    const grant = this.#grants.find(({ refreshToken }) => refreshToken === token) ?? this.#accessTokens.get(token)?.grant;
    response.setHeader('content-type', 'application/json');
    if (!grant || grant.revoked) {
      response.writeHead(400).end(JSON.stringify({ error: 'invalid_token', error_description: 'Token expired or revoked' }));
      return;
    }
    grant.revoked = true;
    this.revocations += 1;
    response.writeHead(200).end('{}');
  }

  async #form(request: IncomingMessage): Promise<URLSearchParams> {
    if (request.method !== 'POST') this.problems.push(`${request.method} ${request.url}`);
    if (!(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) this.problems.push(`form of type ${request.headers['content-type']}`);
    return new URLSearchParams((await bodyOf(request)).toString('utf8'));
  }
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
