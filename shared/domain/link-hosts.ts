import { foldText } from './fold-text.ts';
import { decodePunycode } from './punycode.ts';

/*
 * What a host is, by its name alone: nothing here asks a name server, because a link is judged offline, and again before
 * it is opened. Hosts come from the URL parser: in lower case, IDN as punycode, IPv4 in four numbers whatever notation was typed.
 */

export type HostProblem = 'private-host' | 'look-alike';

/** Why no link may lead to this host; null where one may. `host` has no trailing dot. */
export function hostProblem(host: string): HostProblem | null {
  if (isPrivate(host)) return 'private-host';
  return looksAlike(host) ? 'look-alike' : null;
}

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

function isPrivate(host: string): boolean {
  if (host.startsWith('[')) return !isPublicIPv6(host.slice(1, -1));
  const numbers = IPV4.exec(host)?.slice(1).map(Number);
  if (numbers) return !isPublicIPv4(numbers);
  const labels = host.split('.');
  // A name of one part is looked up in the network that the machine happens to be in.
  if (labels.length < 2) return true;
  return privateEnds.some((end) => host === end || host.endsWith(`.${end}`));
}

/** Names that never leave a network (RFC 6761, 6762, 8375, ICANN's `.internal`), and services that answer with any address asked for. */
const privateEnds = [
  'localhost', 'local', 'internal', 'intranet', 'private', 'lan', 'home', 'corp', 'localdomain', 'domain', 'workgroup', 'home.arpa', 'arpa',
  'test', 'example', 'invalid', 'onion', 'alt',
  'nip.io', 'sslip.io', 'xip.io', 'localtest.me', 'lvh.me', 'vcap.me', 'lacolhost.com', 'traefik.me',
];

/** IANA's registry of special-purpose addresses. */
function isPublicIPv4([a = 0, b = 0, c = 0]: readonly number[]): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false;
  if (a === 100) return b < 64 || b > 127;
  if (a === 169) return b !== 254;
  if (a === 172) return b < 16 || b > 31;
  if (a === 192) return b !== 168 && !(b === 0 && (c === 0 || c === 2)) && !(b === 88 && c === 99);
  if (a === 198) return b !== 18 && b !== 19 && !(b === 51 && c === 100);
  return !(a === 203 && b === 0 && c === 113);
}

/** Only global unicast, and of that nothing which carries an IPv4 address inside: it could be any of the private ones. */
function isPublicIPv6(address: string): boolean {
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - before.length - after.length }, () => '0');
  const [first = 0, second = 0] = [...before, ...zeros, ...after].map((part) => Number.parseInt(part, 16));
  if (first < 0x2000 || first > 0x3fff) return false;
  if (first === 0x2002 || first === 0x3ffe) return false;
  if (first === 0x3fff) return second > 0x0fff;
  return !(first === 0x2001 && (second < 0x0200 || second === 0x0db8));
}

/** Where the services that people link to really live; everything below them is theirs. */
const genuine = [
  'google.com', 'google', 'googleusercontent.com', 'googleapis.com', 'goo.gl', 'google.dev', 'youtube.com',
  'live.com', 'office.com', 'office365.com', 'microsoft.com', 'microsoft', 'microsoftpersonalcontent.com', 'microsoftonline.com',
  'onedrive.com', '1drv.ms', '1drv.com', 'outlook.com',
  'sharepoint.com', 'sharepoint.us', 'sharepoint.cn', 'sharepoint.de', 'sharepointonline.com', 'sharepoint-mil.us',
  'dropbox.com', 'dropboxusercontent.com', 'getdropbox.com', 'dropboxapi.com', 'dropbox.tech', 'db.tt',
];
const GOOGLE_OF_A_COUNTRY = /(^|\.)google\.(com?\.)?[a-z]{2}$/;

const isGenuine = (host: string): boolean =>
  GOOGLE_OF_A_COUNTRY.test(host) || genuine.some((family) => host === family || host.endsWith(`.${family}`));

const brands = ['google', 'onedrive', 'sharepoint', 'dropbox', 'microsoft', '1drv'] as const;

/** Whether a host poses as one of those services, or is written in letters that pose as others. */
function looksAlike(host: string): boolean {
  if (isGenuine(host) || host.startsWith('[') || IPV4.test(host)) return false;
  const labels = host.split('.').map((label) => (label.startsWith('xn--') ? decodePunycode(label.slice(4)) : label));
  const top = labels.at(-1) ?? '';
  if (labels.some((label) => label === null || hasMixedScripts(label) || (posesAsLatin(label) && !posesAsLatin(top)))) return true;
  const names = labels.map((label) => label ?? '');
  if (genuine.some((family) => family.includes('.') && `.${names.join('.')}`.includes(`.${family}.`))) return true;
  return names.slice(0, -1).some((label, position) => posesAsBrand(label, names.length - position));
}

/** @param left how many labels there are from this one on */
function posesAsBrand(label: string, left: number): boolean {
  const skeleton = skeletonOf(label);
  return brands.some((brand) => {
    // Many companies run a SharePoint of their own: `sharepoint.firma.com`.
    if (brand === 'sharepoint' && label === brand && left > 2) return false;
    const wanted = skeletonOf(brand);
    return skeleton.includes(wanted) || (left === 2 && brand.length > 5 && isOneTypoFrom(skeleton, wanted));
  });
}

/** Letters that are taken for each other fall together. */
const skeletonOf = (label: string): string =>
  foldText(label.normalize('NFKD'))
    .replace(/[-_]/g, '')
    .replace(/rn/g, 'm')
    .replace(/vv/g, 'w')
    .replace(/[1i|!ıł]/g, 'l')
    .replace(/[0øө]/g, 'o')
    .replace(/3/g, 'e')
    .replace(/5/g, 's')
    .replace(/[9ɡ]/g, 'g')
    .replace(/8/g, 'b')
    .replace(/[4@]/g, 'a');

/** A letter more, a letter less, another letter, or two neighbours in the wrong order. */
function isOneTypoFrom(one: string, other: string): boolean {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  const [a, b] = [one.slice(start), other.slice(start)];
  if (a === b || a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1)) return true;
  return a.slice(2) === b.slice(2) && a[0] === b[1] && a[1] === b[0];
}

const scripts = [
  ['latin', /\p{Script=Latin}/u],
  ['cyrillic', /\p{Script=Cyrillic}/u],
  ['greek', /\p{Script=Greek}/u],
  ['armenian', /\p{Script=Armenian}/u],
  ['cherokee', /\p{Script=Cherokee}/u],
  ['east-asian', /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u],
] as const;
const OTHER_LETTERS = /[^\P{L}\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Common}\p{Script=Inherited}]/u;

/** Latin goes with East Asian scripts in one name (UTS 39), nothing else goes together. */
function hasMixedScripts(label: string): boolean {
  const found = scripts.filter(([, letters]) => letters.test(label)).map(([name]) => name as string);
  if (OTHER_LETTERS.test(label)) found.push('other');
  return found.length > 1 && !(found.length === 2 && found[0] === 'latin' && found[1] === 'east-asian');
}

/** Whole names can be written in the letters of these scripts that look Latin. */
const posesAsLatin = (label: string | null): boolean =>
  label !== null && /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u.test(label);
