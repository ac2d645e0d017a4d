/** Where Google is. The addresses are Google's own and constant; only a test has others, on its own machine. */
export interface GoogleEndpoints {
  /** Opened in the person's browser. */
  authorize: string;
  token: string;
  revoke: string;
  /** Drive's interface, uploads included. */
  api: string;
  /** The address under which main asks for a file's picture; null where the answer names none of Google's picture hosts. */
  picture(link: string): string | null;
}

/** Hosts that Google's answers name for pictures; a token goes to no other. */
const PICTURE_HOST = /^lh[3-6]\.googleusercontent\.com$/;

function pictureAt(link: string): URL | null {
  try {
    const url = new URL(link);
    return url.protocol === 'https:' && url.port === '' && url.username === '' && PICTURE_HOST.test(url.hostname) ? url : null;
  } catch {
    return null;
  }
}

export const google: GoogleEndpoints = {
  authorize: 'https://accounts.google.com/o/oauth2/v2/auth',
  token: 'https://oauth2.googleapis.com/token',
  revoke: 'https://oauth2.googleapis.com/revoke',
  api: 'https://www.googleapis.com/',
  picture: (link) => pictureAt(link)?.href ?? null,
};

/** Where Google lists what may use a person's account. */
export const PERMISSIONS_PAGE = 'https://myaccount.google.com/permissions';

/** A server that stands for Google in a test, at `http://127.0.0.1:port`. */
export const googleAt = (base: string): GoogleEndpoints => ({
  authorize: `${base}/o/oauth2/v2/auth`,
  token: `${base}/token`,
  revoke: `${base}/revoke`,
  api: `${base}/`,
  picture: (link) => {
    const url = pictureAt(link);
    return url === null ? null : `${base}${url.pathname}`;
  },
});
