import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';

/*
 * Just enough of X.509 (RFC 5280) to make certificates while a test runs: no key lies in the repository, none expires,
 * and no tool has to be installed.
 */

export interface Certificate {
  /** PEM text. */
  certificate: string;
  /** PEM text of the private key. */
  key: string;
}

export interface Authority extends Certificate {
  /** A certificate for a server with these names; IPv4 addresses become IP entries. */
  issue: (names: string[], validity?: Validity) => Certificate;
}

interface Validity {
  from: Date;
  to: Date;
}

const day = 86_400_000;
const aroundNow = (): Validity => ({ from: new Date(Date.now() - day), to: new Date(Date.now() + day) });

/** A certificate authority of its own. */
export function createAuthority(name: string): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = distinguishedName(name);
  const certificate = build({
    subject,
    publicKey: keys.publicKey,
    issuer: subject,
    issuerKey: keys.privateKey,
    validity: aroundNow(),
    extensions: [extension(oid.basicConstraints, sequence(boolean(true)), true)],
  });
  return {
    certificate,
    key: pem(keys.privateKey),
    issue: (names, validity = aroundNow()) => {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const extensions = [extension(oid.subjectAltName, sequence(...names.map(alternativeName)), false)];
      const issued = { subject: distinguishedName(names[0] ?? ''), publicKey: own.publicKey, validity, extensions };
      return { certificate: build({ ...issued, issuer: subject, issuerKey: keys.privateKey }), key: pem(own.privateKey) };
    },
  };
}

/** A certificate that only vouches for itself. */
export function selfSigned(names: string[]): Certificate {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = distinguishedName(names[0] ?? '');
  const extensions = [extension(oid.subjectAltName, sequence(...names.map(alternativeName)), false)];
  const signed = { subject, issuer: subject, publicKey: keys.publicKey, issuerKey: keys.privateKey };
  return { certificate: build({ ...signed, validity: aroundNow(), extensions }), key: pem(keys.privateKey) };
}

interface Content {
  subject: Buffer;
  publicKey: KeyObject;
  issuer: Buffer;
  issuerKey: KeyObject;
  validity: Validity;
  extensions: Buffer[];
}

function build({ subject, publicKey, issuer, issuerKey, validity, extensions }: Content): string {
  const algorithm = sequence(objectId(oid.ecdsaWithSha256));
  const serial = randomBytes(15);
  const body = sequence(
    element(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), serial])),
    algorithm,
    issuer,
    sequence(time(validity.from), time(validity.to)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, issuerKey);
  const der = sequence(body, algorithm, element(0x03, Buffer.from([0]), signature));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const oid = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
};

function element(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => element(0x30, ...parts);
const integer = (value: Buffer): Buffer => element(0x02, value);
const boolean = (value: boolean): Buffer => element(0x01, Buffer.from([value ? 0xff : 0]));
const objectId = (hex: string): Buffer => element(0x06, Buffer.from(hex, 'hex'));
const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

const time = (date: Date): Buffer =>
  element(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]|\.\d+/g, '').replace('Z', '')}Z`));

/** The random part keeps two authorities of one name apart. */
const distinguishedName = (name: string): Buffer => {
  const unique = `${name} ${randomBytes(4).toString('hex')}`;
  return sequence(element(0x31, sequence(objectId(oid.commonName), element(0x0c, Buffer.from(unique)))));
};

const extension = (id: string, value: Buffer, critical: boolean): Buffer =>
  sequence(objectId(id), ...(critical ? [boolean(true)] : []), element(0x04, value));

const alternativeName = (name: string): Buffer =>
  isIPv4(name) ? element(0x87, Buffer.from(name.split('.').map(Number))) : element(0x82, Buffer.from(name));
