import { previewUrl } from '../shared/preview-frame.ts';

export const appScheme = 'app';

/** The one host of the application's own pages; anything else under `app://` is foreign. */
export const appHost = 'factory-pulse';

export const appUrl = `${appScheme}://${appHost}/index.html`;

/**
 * Scheme and authority of a URL, or null where the text is no URL. `URL.origin` says 'null' for every scheme that the
 * web standard does not know, so two different custom schemes would compare as equal.
 */
export function originOf(url: string): string | null {
  try {
    const { protocol, host, username, password } = new URL(url);
    return username === '' && password === '' ? `${protocol}//${host}` : null;
  } catch {
    return null;
  }
}

/** Do both URLs have one and the same origin? False where either has none. */
export function sameOrigin(a: string, b: string): boolean {
  const origin = originOf(a);
  return origin !== null && origin === originOf(b);
}

/** Schemes of what a page makes in its own memory; the policy for contents says what may be done with them. */
const ownMemory = new Set(['data:', 'blob:', 'devtools:']);

/** Does a request stay with the application? The development server's page speaks to it over a WebSocket, too. */
export function staysInside(url: string, pageUrl: string): boolean {
  if (sameOrigin(url, previewUrl)) return true;
  if (sameOrigin(url.replace(/^ws(?=s?:)/, 'http'), pageUrl)) return true;
  return ownMemory.has(/^[a-z]+:/i.exec(url)?.[0].toLowerCase() ?? '');
}
