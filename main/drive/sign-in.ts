import { createHash, randomBytes } from 'node:crypto';
import { CodeChallengeMethod } from 'google-auth-library';
import { driveScopes } from '../../shared/domain/drive.ts';
import { AppError } from '../../shared/errors.ts';
import type { GoogleEndpoints } from './endpoints.ts';
import { oauthFailure, toDriveError } from './failures.ts';
import { oauthClient, type GoogleClient } from './google-client.ts';
import { Loopback, type BrowserPage } from './loopback.ts';

export interface SignInParts {
  endpoints: GoogleEndpoints;
  client: GoogleClient;
  scopes: readonly string[];
  /** Whom Google's page offers first. */
  hint: string | null;
  limitMs: number;
  signal: AbortSignal;
  openBrowser(address: string): Promise<void>;
  /** Told as soon as the address is known, for a browser that does not open by itself. */
  onAddress(address: string): void;
  page(outcome: 'connected' | 'refused' | 'failed'): BrowserPage;
}

export interface Granted {
  refreshToken: string;
  accessToken: string;
  expiresAt: number;
  scopes: string[];
}

/** Leads the person through Google's sign-in in their own browser and answers with what Google granted. */
export async function signInWithBrowser(parts: SignInParts): Promise<Granted> {
  const state = randomBytes(32).toString('base64url');
  const verifier = randomBytes(64).toString('base64url');
  const loopback = await Loopback.open(state);
  try {
    const auth = oauthClient(parts.endpoints, parts.client, loopback.redirectUri);
    const address = auth.generateAuthUrl({
      access_type: 'offline',
      // Without asking again, Google gives no token that lasts to somebody who has said yes before.
      prompt: 'consent',
      include_granted_scopes: true,
      scope: [...parts.scopes],
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: CodeChallengeMethod.S256,
      ...(parts.hint === null ? {} : { login_hint: parts.hint }),
    });
    parts.onAddress(address);
    await parts.openBrowser(address);
    const answer = await within(loopback, parts.limitMs, parts.signal);
    if ('error' in answer) throw new AppError(oauthFailure(answer.error), 'Google answered the sign-in with an error');
    // The code is worth something once only, so nothing here is tried twice.
    const { tokens } = await auth.getToken({ code: answer.code, codeVerifier: verifier });
    const granted = readGranted(tokens);
    loopback.close(parts.page('connected'));
    return granted;
  } catch (error) {
    const told = toDriveError(error);
    loopback.close(parts.page(told instanceof AppError && told.code === 'DRIVE_SIGN_IN_REFUSED' ? 'refused' : 'failed'));
    // An answer about the code is about this sign-in, not about a connection that was there before.
    if (told instanceof AppError && told.code === 'DRIVE_RECONNECT') throw new AppError('DRIVE_SIGN_IN_FAILED', told.message);
    throw told;
  }
}

function within(loopback: Loopback, limitMs: number, signal: AbortSignal): Promise<Awaited<Loopback['answer']>> {
  return new Promise((resolve, reject) => {
    const cancelled = (): void => reject(new AppError('DRIVE_SIGN_IN_CANCELLED', 'the person cancelled the sign-in'));
    const timer = setTimeout(() => reject(new AppError('DRIVE_SIGN_IN_EXPIRED', 'nobody finished the sign-in in the browser')), limitMs);
    if (signal.aborted) cancelled();
    signal.addEventListener('abort', cancelled, { once: true });
    void loopback.answer.then((answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}

function readGranted(tokens: { refresh_token?: string | null; access_token?: string | null; expiry_date?: number | null; scope?: string }): Granted {
  const { refresh_token: refreshToken, access_token: accessToken, expiry_date: expiresAt, scope = '' } = tokens;
  if (!refreshToken || !accessToken || !expiresAt) throw new AppError('DRIVE_ANSWER_INVALID', 'Google granted no token that lasts');
  const scopes = scope.split(' ');
  // Google lets people untick what was asked for.
  if (!scopes.includes(driveScopes.file) && !scopes.includes(driveScopes.browse)) {
    throw new AppError('DRIVE_SCOPE_MISSING', 'the person granted no access to Drive');
  }
  return { refreshToken, accessToken, expiresAt, scopes };
}
