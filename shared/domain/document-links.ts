import { hostProblem } from './link-hosts.ts';

/*
 * Links that people paste for a document. A link is taken apart by the URL parser and known by its exact host; no part of
 * the text is searched for. It is read again before it is opened: what stands in a row is not trusted.
 */

export const linkProviders = ['google_drive', 'onedrive', 'dropbox', 'url'] as const;
export type LinkProvider = (typeof linkProviders)[number];

export const linkTypes = ['file', 'folder', 'shared_link', 'embed'] as const;
export type LinkType = (typeof linkTypes)[number];

/** Why a text is no link that can be kept. */
export const linkProblems = [
  'empty',
  'too-long',
  'hidden-characters',
  'several',
  'not-a-url',
  'local-file',
  'not-encrypted',
  'scheme',
  'credentials',
  'private-host',
  'look-alike',
  'port',
  'redirect',
  'own-list',
  'incomplete',
] as const;
export type LinkProblem = (typeof linkProblems)[number];

export interface DocumentLink {
  /** In the one form in which it is kept: what only says how somebody looked at it is left out. */
  url: string;
  host: string;
  provider: LinkProvider;
  type: LinkType;
  /** By which the service knows it; null where the link does not tell. */
  id: string | null;
  /** Without it Google does not show older files to people who only have the link. */
  resource_key: string | null;
  /** A name that the link itself carries; null for most. */
  name: string | null;
}

export const LINK_LENGTH = 4_000;

interface Address {
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly hostname: string;
  port: string;
  readonly pathname: string;
  hash: string;
  readonly href: string;
  readonly searchParams: {
    get(name: string): string | null;
    getAll(name: string): string[];
    has(name: string): boolean;
    delete(name: string): void;
    keys(): IterableIterator<string>;
  };
}

/** Node's and Chromium's parser are one standard; the types of neither are known here. */
declare const URL: new (text: string) => Address;

type Found = Omit<DocumentLink, 'host' | 'provider'>;
type Reading = Found | LinkProblem;

/** Reads what somebody pasted. */
export function readDocumentLink(text: string): DocumentLink | LinkProblem {
  const pasted = text.trim().replace(/^<(.*)>$/, '$1');
  if (pasted === '') return 'empty';
  if (pasted.length > LINK_LENGTH) return 'too-long';
  if (/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u.test(pasted)) return 'hidden-characters';
  if (/\s[a-z][a-z0-9+.-]*:\/\//i.test(pasted)) return 'several';
  if (/^([a-z]:)?[\\/]|^~\/|^file:|^smb:/i.test(pasted)) return 'local-file';
  // Browsers take a backslash for a slash, other programs do not: they would disagree about the host.
  if (pasted.includes('\\')) return 'not-a-url';
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(pasted)?.[1]?.toLowerCase();
  if (scheme === undefined) return readWithoutScheme(pasted);
  if (scheme === 'http') return 'not-encrypted';
  if (scheme !== 'https') return 'scheme';
  return readHttps(pasted);
}

/** Some programs copy an address without its beginning; only those of known services are certain to be one. */
function readWithoutScheme(text: string): DocumentLink | LinkProblem {
  const read = /^[^\s/?#@]+\.[^\s/?#@]+([/?#]|$)/.test(text) ? readHttps(`https://${text}`) : 'not-a-url';
  return typeof read === 'object' && read.provider === 'url' ? 'not-a-url' : read;
}

function readHttps(text: string): DocumentLink | LinkProblem {
  // The parser would repair `https:host` and `https:///host`, which nobody writes by mistake.
  if (!/^https:\/\/[^/]/i.test(text)) return 'not-a-url';
  let url: Address;
  try {
    url = new URL(text);
  } catch (error) {
    if (error instanceof TypeError) return 'not-a-url';
    throw error;
  }
  if (url.username !== '' || url.password !== '' || /^https:\/\/[^/?#]*@/i.test(text)) return 'credentials';
  const host = url.hostname.replace(/\.$/, '');
  if (host === '' || host.split('.').includes('') || host.length > 253) return 'not-a-url';
  const problem = hostProblem(host);
  if (problem) return problem;
  if (host.endsWith('.safelinks.protection.outlook.com')) return 'redirect';
  const service = services.find(({ hosts }) => hosts.test(host));
  if (service && url.port !== '') return 'port';
  const found = service ? service.read(url, host) : readPlain(url, host);
  if (typeof found === 'string') return found;
  return { ...found, host: new URL(found.url).hostname, provider: service?.provider ?? 'url' };
}

const services: readonly { hosts: RegExp; provider: LinkProvider; read: (url: Address, host: string) => Reading }[] = [
  { hosts: /^(drive|docs|drive\.usercontent)\.google\.com$/, provider: 'google_drive', read: readGoogle },
  { hosts: /^(www\.)?google\.[a-z.]+$/, provider: 'url', read: readGoogleSearch },
  { hosts: /^1drv\.ms$/, provider: 'onedrive', read: readShortOneDrive },
  { hosts: /^onedrive\.live\.com$/, provider: 'onedrive', read: readOneDrive },
  { hosts: /^[a-z0-9][a-z0-9-]*\.sharepoint\.(com|us|cn|de)$/, provider: 'onedrive', read: readSharePoint },
  { hosts: /^(www\.|dl\.)?dropbox\.com$|^dl\.dropboxusercontent\.com$/, provider: 'dropbox', read: readDropbox },
];

/** How somebody came to a page, which is nobody's business afterwards. */
const TRACKING = /^(utm_[a-z]+|fbclid|gclid|mc_cid|mc_eid|msclkid|igshid|zarsrc)$/;

function written(url: Address, host: string): string {
  for (const name of [...url.searchParams.keys()]) if (TRACKING.test(name)) url.searchParams.delete(name);
  const bare = url.href.replace(/^https:\/\/[^/?#]+/, `https://${host}${url.port === '' ? '' : `:${url.port}`}`);
  return bare.replace(/[?#]$/, '');
}

/** The parts of the path, without the encoding of what is legible. */
const partsOf = ({ pathname }: Address): string[] => pathname.split('/').filter((part) => part !== '').map(legible);

function legible(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}

const FILE_NAME = /^[^/\\:*?"<>|\p{C}]{1,200}\.[a-z0-9]{1,8}$/iu;
const PAGE = /\.(aspx?|php|html?|jsp|cgi|do)$/i;
const fileName = (part: string | undefined): string | null =>
  part !== undefined && FILE_NAME.test(part) && !PAGE.test(part) ? part : null;

function readPlain(url: Address, host: string): Found {
  const name = fileName(partsOf(url).at(-1));
  return { url: written(url, host), type: name === null ? 'shared_link' : 'file', id: null, resource_key: null, name };
}

/* Google -------------------------------------------------------------------------------------------------------- */

const GOOGLE_ID = /^[A-Za-z0-9_-]{10,200}$/;
const RESOURCE_KEY = /^[A-Za-z0-9_-]{1,100}$/;

/** One value of a parameter; null where there is none, or two that contradict each other. */
function only(url: Address, name: string): string | null {
  const values = new Set(url.searchParams.getAll(name));
  return values.size === 1 ? ([...values][0] ?? null) : null;
}

const isEditor = (part: string | undefined): part is 'document' | 'spreadsheets' | 'presentation' | 'forms' | 'drawings' =>
  ['document', 'spreadsheets', 'presentation', 'forms', 'drawings'].includes(part ?? '');

/** The path without whose domain (`a/DOMAIN`) and which of several signed-in accounts (`u/N`) it was copied from. */
function withoutAccount(parts: readonly string[]): string[] {
  const rest = parts[0] === 'a' ? parts.slice(2) : [...parts];
  const at = rest.findIndex((part, position) => part === 'u' && /^\d+$/.test(rest[position + 1] ?? ''));
  if (at >= 0 && at < 2) rest.splice(at, 2);
  return rest[1] === 'a' && rest.length > 3 ? [rest[0] ?? '', ...rest.slice(3)] : rest;
}

function readGoogle(url: Address, host: string): Reading {
  const parts = withoutAccount(partsOf(url));
  const [first, second] = parts;
  if (isEditor(first)) return readEditor(url, first, parts);
  if (first === 'viewer' || first === 'gview') return url.searchParams.has('url') ? 'redirect' : 'incomplete';
  const key = resourceKeyOf(url);
  const given = (id: string | null | undefined, type: LinkType, path: (id: string) => string): Reading => {
    if (id === null || id === undefined || !GOOGLE_ID.test(id)) return 'incomplete';
    return { url: withKey(`https://drive.google.com/${path(id)}`, key), type, id, resource_key: key, name: null };
  };
  const file = (id: string | null | undefined) => given(id, 'file', (known) => `file/d/${known}/view`);
  const folder = (id: string | null | undefined) => given(id, 'folder', (known) => `drive/folders/${known}`);
  switch (first) {
    case undefined:
      return 'own-list';
    case 'file':
      if (second !== 'd') return 'incomplete';
      return parts[3] === 'preview' ? given(parts[2], 'embed', (id) => `file/d/${id}/preview`) : file(parts[2]);
    case 'open':
    case 'leaf':
      return given(only(url, 'id'), 'shared_link', (id) => `open?id=${id}`);
    case 'uc':
    case 'thumbnail':
      return file(only(url, 'id'));
    case 'download':
      return host === 'drive.usercontent.google.com' ? file(only(url, 'id')) : 'incomplete';
    case 'embeddedfolderview':
      return given(only(url, 'id'), 'embed', (id) => `embeddedfolderview?id=${id}`);
    case 'folderview':
      return folder(only(url, 'id'));
    case 'folder':
      return second === 'd' ? folder(parts[2]) : 'incomplete';
    case 'drive': {
      const at = parts.indexOf('folders');
      return at > 0 && at < 3 ? folder(parts[at + 1]) : 'own-list';
    }
    default:
      return 'incomplete';
  }
}

function resourceKeyOf(url: Address): string | null {
  const key = only(url, 'resourcekey') ?? only(url, 'resourceKey');
  return key !== null && RESOURCE_KEY.test(key) ? key : null;
}

const withKey = (url: string, key: string | null): string =>
  key === null ? url : `${url}${url.includes('?') ? '&' : '?'}resourcekey=${key}`;

function readEditor(url: Address, editor: string, parts: readonly string[]): Reading {
  if (parts[1] !== 'd') return parts.length < 2 || parts[1] === 'u' ? 'own-list' : 'incomplete';
  const base = `https://docs.google.com/${editor}/d`;
  const sheet = editor === 'spreadsheets' ? (/^\d{1,20}$/.exec(only(url, 'gid') ?? /(?:^#|&)gid=(\d+)/.exec(url.hash)?.[1] ?? '')?.[0] ?? null) : null;
  if (parts[2] === 'e') {
    // Published: the page has a name of its own, the file behind it stays unknown.
    const [, , , published = '', view = ''] = parts;
    if (!GOOGLE_ID.test(published) || !/^(pub|pubhtml|viewform|embed)$/.test(view)) return 'incomplete';
    const embedded = view === 'embed' || url.searchParams.get('embedded') === 'true' || url.searchParams.get('widget') === 'true';
    const query = view !== 'embed' && embedded ? '?embedded=true' : '';
    const place = sheet === null ? '' : `#gid=${sheet}`;
    const type = embedded ? 'embed' : 'shared_link';
    return { url: `${base}/e/${published}/${view}${query}${place}`, type, id: null, resource_key: null, name: null };
  }
  const id = parts[2] ?? '';
  if (!GOOGLE_ID.test(id)) return 'incomplete';
  const key = resourceKeyOf(url);
  const embedded = parts[3] === 'preview' || parts[3] === 'embed';
  const view = embedded ? 'preview' : editor === 'forms' && parts[3] === 'viewform' ? 'viewform' : 'edit';
  const place = sheet === null ? '' : `#gid=${sheet}`;
  return { url: `${withKey(`${base}/${id}/${view}`, key)}${place}`, type: embedded ? 'embed' : 'file', id, resource_key: key, name: null };
}

/** Links in mails are copied as a detour over Google's own pages. */
function readGoogleSearch(url: Address, host: string): Reading {
  return /^\/(url|amp)(\/|$)/.test(url.pathname) ? 'redirect' : readPlain(url, host);
}

/* OneDrive and SharePoint ---------------------------------------------------------------------------------------- */

/** A letter says what is behind a shared link: Word, Excel, PowerPoint, PDF and the like, or a folder. */
const kindOf = (letter: string): LinkType => (letter === 'f' ? 'folder' : /^[bioptvwx]$/.test(letter) ? 'file' : 'shared_link');

const MICROSOFT_ID = /^[A-Za-z0-9_!.%-]{4,300}$/;
const idOrNull = (id: string | null | undefined): string | null => (id !== null && id !== undefined && MICROSOFT_ID.test(id) ? id : null);

function readShortOneDrive(url: Address, host: string): Reading {
  const [letter = '', ...rest] = partsOf(url);
  const id = idOrNull(rest.at(-1));
  if (!/^[a-z]$/.test(letter) || id === null) return 'incomplete';
  return { url: written(url, host), type: kindOf(letter), id, resource_key: null, name: null };
}

function readOneDrive(url: Address, host: string): Reading {
  const shared = readShared(url, host);
  if (shared) return shared;
  const id = idOrNull(only(url, 'resid') ?? only(url, 'id'));
  const page = partsOf(url)[0]?.toLowerCase() ?? '';
  if (id === null) return only(url, 'redeem') === null ? (page === '' || page === 'about' ? 'own-list' : 'incomplete') : { ...readPlain(url, host), type: 'shared_link' };
  const type = page === 'embed' ? 'embed' : /^(edit|view)(\.aspx)?$|^download$/.test(page) ? 'file' : 'shared_link';
  return { url: written(url, host), type, id, resource_key: null, name: null };
}

/** `/:x:/g/…`: shared from OneDrive or SharePoint. */
function readShared(url: Address, host: string): Reading | null {
  const parts = partsOf(url);
  const letter = /^:([a-z]):$/.exec(parts[0] ?? '')?.[1];
  if (letter === undefined) return null;
  if (parts.length < 3) return 'incomplete';
  const last = parts.at(-1);
  return { url: written(url, host), type: kindOf(letter), id: fileName(last) === null ? idOrNull(last) : null, resource_key: null, name: fileName(last) };
}

function readSharePoint(url: Address, host: string): Reading {
  const shared = readShared(url, host);
  if (shared) return shared;
  const parts = partsOf(url);
  const page = parts.at(-1)?.toLowerCase() ?? '';
  if (parts.includes('_layouts')) {
    const id = idOrNull((only(url, 'sourcedoc') ?? only(url, 'UniqueId') ?? only(url, 'share') ?? '').replace(/[{}]/g, ''));
    const type = page === 'embed.aspx' ? 'embed' : page === 'onedrive.aspx' ? 'shared_link' : id === null ? null : 'file';
    if (type === null || (id === null && only(url, 'id') === null)) return page === 'onedrive.aspx' ? 'own-list' : 'incomplete';
    return { url: written(url, host), type, id, resource_key: null, name: fileName(only(url, 'file') ?? undefined) };
  }
  // A library's address: its last part is a file, or it is a list or folder.
  if (parts.length < 3) return parts.length === 0 ? 'own-list' : 'incomplete';
  const name = fileName(parts.at(-1));
  return { url: written(url, host), type: name === null ? 'shared_link' : 'file', id: null, resource_key: null, name };
}

/* Dropbox -------------------------------------------------------------------------------------------------------- */

const DROPBOX_ID = /^[A-Za-z0-9_-]{6,100}$/;

function readDropbox(url: Address): Reading {
  const parts = partsOf(url);
  const [first, second = '', third = '', fourth] = parts;
  const key = only(url, 'rlkey');
  const base = 'https://www.dropbox.com';
  const rest = parts.slice(first === 'scl' ? 3 : 2).map((part) => encodeURIComponent(part)).join('/');
  const end = rest === '' ? '' : `/${rest}`;
  if (first === 's' && DROPBOX_ID.test(second))
    return { url: `${base}/s/${second}${end}?dl=0`, type: 'file', id: second, resource_key: null, name: fileName(parts.at(-1)) };
  if (first === 'sh' && DROPBOX_ID.test(second)) {
    const name = parts.length > 3 ? fileName(parts.at(-1)) : null;
    return { url: `${base}/sh/${second}${end}?dl=0`, type: name === null ? 'folder' : 'file', id: second, resource_key: null, name };
  }
  if (first === 'scl' && (second === 'fi' || second === 'fo') && DROPBOX_ID.test(third)) {
    const name = second === 'fi' || parts.length > 4 ? fileName(parts.at(-1)) : null;
    const type = second === 'fi' || name !== null ? 'file' : 'folder';
    if (second === 'fi' && fourth === undefined) return 'incomplete';
    const query = key !== null && /^[a-z0-9]{1,100}$/i.test(key) ? `?rlkey=${key}&dl=0` : '?dl=0';
    return { url: `${base}/scl/${second}/${third}${end}${query}`, type, id: third, resource_key: null, name };
  }
  return first === undefined || ['home', 'work', 'personal', 'preview', 'recents', 'files'].includes(first) ? 'own-list' : 'incomplete';
}
