import { createHash } from 'node:crypto';
import { driveScopes } from '../../shared/domain/drive.ts';
import type { Waiting } from './back-off.ts';
import { Connection } from './connection.ts';
import { googleAt } from './endpoints.ts';
import { signInWithBrowser } from './sign-in.ts';
import type { GoogleClient } from './google-client.ts';
import type { UploadSource } from './upload.ts';

/** Waits for nothing but ends with its signal. */
export const noWaiting: Waiting = {
  wait: (_ms, signal) => (signal?.aborted ? Promise.reject(new Error('aborted')) : Promise.resolve()),
  random: () => 0,
};

/** A server that stands for Google, with a person who says yes. */
interface Google {
  url: string;
  client: GoogleClient;
  consent(address: string): Promise<unknown>;
}

/** A connection as a person's sign-in makes it. @param base where Google is reached, the fake itself or a network before it */
export async function connectionWith(google: Google, base = google.url): Promise<Connection> {
  const { refreshToken, accessToken, expiresAt } = await signInWithBrowser({
    endpoints: googleAt(google.url),
    client: google.client,
    scopes: Object.values(driveScopes),
    hint: null,
    limitMs: 5000,
    signal: new AbortController().signal,
    openBrowser: (address) => {
      void google.consent(address);
      return Promise.resolve();
    },
    onAddress: () => undefined,
    page: () => ({ html: '', policy: '' }),
  });
  return new Connection({
    endpoints: googleAt(base),
    client: google.client,
    refreshToken,
    accessToken: { token: accessToken, expiresAt },
    waiting: noWaiting,
    onRefused: () => undefined,
  });
}

/** Pieces of uneven sizes, as files are read. */
async function* pieces(content: Buffer, from: number): AsyncGenerator<Uint8Array> {
  for (let at = from; at < content.length; at += 100_003) {
    await Promise.resolve();
    yield content.subarray(at, at + 100_003);
  }
}

export const sourceOf = (content: Buffer, name = 'Bản vẽ trục cam.pdf'): UploadSource => ({
  name,
  mime_type: 'application/pdf',
  size: content.length,
  open: (from) => pieces(content, from),
});

export const sumOf = (content: Buffer | null | undefined): string => createHash('sha256').update(content ?? '').digest('hex');
