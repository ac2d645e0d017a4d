import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { parseServerAddress } from './server-address.ts';

const parse = (url: string) => parseServerAddress({ url, ca: null });

describe('the address of a server', () => {
  it.each([
    ['postgres://db.nhamay.vn/pulse', { host: 'db.nhamay.vn', port: 5432, database: 'pulse', tls: true }],
    ['  postgresql://DB.nhamay.VN:6543/pulse\n', { host: 'db.nhamay.vn', port: 6543, database: 'pulse', tls: true }],
    ['postgres://10.0.0.7/x%20y', { host: '10.0.0.7', port: 5432, database: 'x y', tls: true }],
    ['postgres://localhost/pulse', { host: 'localhost', port: 5432, database: 'pulse', tls: false }],
    ['postgres://127.0.0.5:1/pulse', { host: '127.0.0.5', port: 1, database: 'pulse', tls: false }],
    ['postgres://[::1]/pulse', { host: '::1', port: 5432, database: 'pulse', tls: false }],
    ['postgres://localhost/pulse?sslmode=verify-full', { host: 'localhost', port: 5432, database: 'pulse', tls: true }],
  ])('%j is read', (url, endpoint) => {
    expect(parse(url)).toEqual({ ...endpoint, ca: null });
  });

  it.each([
    'localhost.example.com',
    '127.0.0.1.example.com',
    'notlocalhost',
    '128.0.0.1',
    '[::2]',
    '0.0.0.0',
    'localhost.localdomain',
    // Other ways to write this machine count as foreign, which only makes them stricter.
    '127.1',
    '2130706433',
    '0x7f000001',
    '127.0.0.1.',
    'localhost.',
    '127.0.0.256',
    '127.0.0.1,db.nhamay.vn',
    '[::ffff:127.0.0.1]',
    'ｌocalhost',
  ])('with the host %s is not this machine, so the connection is encrypted', (host) =>
    expect(parse(`postgres://${host}/pulse`).tls).toBe(true),
  );

  it('carries the certificate authority along', () => {
    expect(parseServerAddress({ url: 'postgres://a/b', ca: 'PEM' }).ca).toBe('PEM');
  });

  it.each([
    '',
    'x',
    'localhost',
    'localhost:5432/pulse',
    'http://localhost/pulse',
    'file:///etc/passwd',
    'postgres://',
    'postgres://localhost',
    'postgres://localhost/',
    'postgres:///pulse',
    'postgres://localhost/a/b',
    'postgres://localhost/a%2Fb',
    'postgres://localhost/%E0%A4%A',
    'postgres://localhost/a%00b',
    'postgres://localhost:99999/pulse',
    'postgres://localhost/pulse#x',
    'postgres://localhost/pulse?sslmode=disable',
    'postgres://localhost/pulse?host=evil.example',
    'postgres://localhost/pulse?sslmode=verify-full&sslmode=disable',
    ...['disable', 'allow', 'prefer', 'require', 'no-verify', 'verify-ca', 'VERIFY-FULL'].map((mode) => `postgres://db/pulse?sslmode=${mode}`),
    'postgres://db/pulse?ssl=false',
    'postgres://db/pulse?ssl=0',
    'postgres://db/pulse?uselibpqcompat=true&sslmode=require',
    'postgres://db/pulse?sslrootcert=/tmp/ca.pem',
    'postgres://db/pulse?sslnegotiation=direct',
    'postgres://db/pulse?host=127.0.0.1',
    'postgres://db/pulse?host=/var/run/postgresql',
    'postgres://db/pulse?hostaddr=127.0.0.1',
    'postgres://db/pulse?port=1',
    'postgres://db/pulse?SSLMODE=verify-full',
    'postgres://db/pulse?%73slmode=disable',
    'postgres://db/pulse?',
    'postgres://%2Fvar%2Frun%2Fpostgresql/pulse',
    'postgres:///var/run/postgresql/pulse',
    'socket:/var/run/postgresql?db=pulse',
    '/var/run/postgresql pulse',
    'postgres://127.0.0.1,db/pulse?sslmode=disable',
    'postgres://127.0.0.1@db/pulse',
    'postgres://127.0.0.1%00.db/pulse',
    'postgres://127.0.0.1\\@db/pulse',
  ])('is never made of %j', (url) => {
    expect(() => parse(url)).toThrow(expect.objectContaining({ code: 'SERVER_ADDRESS_INVALID' }) as Error);
  });

  it('may hold no name or password, and the refusal does not repeat them', () => {
    for (const url of [
      'postgres://an@db/pulse',
      'postgres://an:Bi-Mat-9@db/pulse',
      'postgres://:Bi-Mat-9@db/pulse',
      'postgres://an:Bi-Mat-9@ho st/x',
    ]) {
      let refusal: unknown;
      try {
        parse(url);
      } catch (error) {
        refusal = error;
      }
      expect(refusal, url).toBeInstanceOf(AppError);
      const told = refusal as AppError;
      expect(JSON.stringify([told.message, told.details, String(told.cause)]), url).not.toContain('Bi-Mat-9');
    }
  });
});
