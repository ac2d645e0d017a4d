import { drive, type drive_v3 } from '@googleapis/drive';
import type { OAuth2Client } from 'google-auth-library';
import { AppError } from '../../shared/errors.ts';
import { withBackOff, type Waiting } from './back-off.ts';
import type { GoogleEndpoints } from './endpoints.ts';
import { statusOf } from './failures.ts';
import { oauthClient, type GoogleClient } from './google-client.ts';

export interface ConnectionParts {
  endpoints: GoogleEndpoints;
  client: GoogleClient;
  refreshToken: string;
  /** The first access token, where the sign-in has just brought one; else it is asked for when it is needed. */
  accessToken: { token: string; expiresAt: number } | null;
  waiting: Waiting;
  /** Google no longer accepts what the person once allowed. */
  onRefused(): void;
}

/** A person's access to their Drive. The access token lives in memory alone; only one request at a time asks for another. */
export class Connection {
  readonly endpoints: GoogleEndpoints;
  readonly files: drive_v3.Drive;
  readonly auth: OAuth2Client;
  readonly waiting: Waiting;
  readonly #onRefused: () => void;
  #refreshing: Promise<void> | null = null;

  constructor({ endpoints, client, refreshToken, accessToken, waiting, onRefused }: ConnectionParts) {
    this.endpoints = endpoints;
    this.waiting = waiting;
    this.#onRefused = onRefused;
    this.auth = oauthClient(endpoints, client);
    this.auth.setCredentials({
      refresh_token: refreshToken,
      ...(accessToken === null ? {} : { access_token: accessToken.token, expiry_date: accessToken.expiresAt }),
    });
    // The domain is stated, so that no variable of the environment names another.
    this.files = drive({ version: 'v3', auth: this.auth, rootUrl: endpoints.api, universeDomain: 'googleapis.com', retry: false });
  }

  /** Makes a request with a valid token, again where its failure passes. Fails with a code of the application. */
  async request<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await withBackOff(this.waiting, () => this.once(call), signal);
    } catch (error) {
      if (error instanceof AppError && error.code === 'DRIVE_RECONNECT') this.#onRefused();
      throw error;
    }
  }

  /** Makes a request with a valid token, once, and once more where the token was not. */
  async once<T>(call: () => Promise<T>): Promise<T> {
    const { access_token: token, expiry_date: expires } = this.auth.credentials;
    if (!token || (expires ?? 0) <= Date.now() + this.auth.eagerRefreshThresholdMillis) await this.#refresh();
    const used = this.auth.credentials.access_token;
    try {
      return await call();
    } catch (error) {
      if (statusOf(error) !== 401) throw error;
      // Another request may have brought a new token meanwhile.
      if (this.auth.credentials.access_token === used) await this.#refresh();
      return await call();
    }
  }

  #refresh(): Promise<void> {
    this.#refreshing ??= this.auth
      .refreshAccessToken()
      .then(() => undefined)
      .finally(() => {
        this.#refreshing = null;
      });
    return this.#refreshing;
  }
}

/** Has Google forget an access. Fails where Google is out of reach; one that it does not know any more is forgotten. */
export async function revoke(endpoints: GoogleEndpoints, client: GoogleClient, token: string, waiting: Waiting): Promise<void> {
  const auth = oauthClient(endpoints, client);
  await withBackOff(waiting, async () => {
    const { status } = await auth.transporter.request({
      url: endpoints.revoke,
      method: 'POST',
      // In the body: an address ends up in logs on the way.
      data: new URLSearchParams({ token }),
      validateStatus: (code) => code < 500 && code !== 429,
    });
    return status;
  });
}
