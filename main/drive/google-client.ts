import { Agent } from 'node:https';
import { OAuth2Client } from 'google-auth-library';
import type { GoogleEndpoints } from './endpoints.ts';

/** What names the application at Google: the organization's client of the type "Desktop app". */
export interface GoogleClient {
  id: string;
  /** Google hands one out for desktop clients and asks for it, though a program on a desktop can keep none. */
  secret: string | null;
}

const REQUEST_LIMIT_MS = 30_000;

/** Certificates are verified whatever the environment says. */
const secureAgent = new Agent({ keepAlive: true, rejectUnauthorized: true });

/**
 * The library's client for one sign-in or connection. It speaks to Google's hosts alone, follows no redirect, repeats nothing by
 * itself (`withBackOff` does), and logs nothing.
 */
export function oauthClient(endpoints: GoogleEndpoints, client: GoogleClient, redirectUri?: string): OAuth2Client {
  const auth = new OAuth2Client({
    clientId: client.id,
    ...(client.secret === null ? {} : { clientSecret: client.secret }),
    ...(redirectUri === undefined ? {} : { redirectUri }),
    endpoints: {
      oauth2AuthBaseUrl: endpoints.authorize,
      oauth2TokenUrl: endpoints.token,
      oauth2RevokeUrl: endpoints.revoke,
    },
    // The library would note headers, with tokens, where a variable of the environment asks it to.
    useAuthRequestParameters: false,
  });
  const origins = new Set([endpoints.token, endpoints.revoke, endpoints.api].map((address) => new URL(address).origin));
  auth.transporter.interceptors.request.add({
    resolved: (options) => {
      if (options.signal?.aborted === true) return Promise.reject(new Error('cancelled before it was sent'));
      const { origin, protocol } = new URL(options.url);
      if (!origins.has(origin) && endpoints.picture(String(options.url)) === null) {
        return Promise.reject(new Error(`${origin} is not one of Google's hosts`));
      }
      options.redirect = 'manual';
      options.retry = false;
      delete options.retryConfig;
      if (options.responseType !== 'stream') {
        const { signal, release } = limited(options.signal, REQUEST_LIMIT_MS);
        options.signal = signal;
        options.adapter = (config, fetch) => fetch(config).finally(release);
      }
      if (protocol === 'https:') {
        // With a proxy of the environment the library has made the agent.
        if (options.agent === undefined) options.agent = secureAgent;
        else Object.assign((options.agent as Agent).options, { rejectUnauthorized: true });
      }
      return Promise.resolve(options);
    },
  });
  return auth;
}

/** A signal that is given serves a whole transfer, of many requests: each lets go of it when it is over. */
function limited(signal: AbortSignal | null | undefined, ms: number): { signal: AbortSignal; release: () => void } {
  const limit = AbortSignal.timeout(ms);
  if (!signal) return { signal: limit, release: () => undefined };
  // AbortSignal.any came with Node 20.
  const both = new AbortController();
  const ended = new AbortController();
  for (const one of [signal, limit]) {
    // In a turn of its own: a request with a body that is cancelled between here and the library's fetch would end the process, by
    // an error of the body's stream that nobody hears.
    one.addEventListener('abort', () => setImmediate(() => both.abort(one.reason)), { once: true, signal: ended.signal });
  }
  return { signal: both.signal, release: () => ended.abort() };
}
