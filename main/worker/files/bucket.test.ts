import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Bucket, failureOf, readSignedRequest } from './bucket.ts';

const request = { method: 'GET', url: 'https://s3.example.com/contents/contents/0198f000-0000-7000-8000-0000000000b1/0', headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x' } };
const read = (more: object): unknown => readSignedRequest(JSON.stringify({ ...request, ...more }));

describe('a request that the centre has signed', () => {
  it('leads over TLS, or to this machine', () => {
    for (const url of [request.url, 'https://s3.example.com:9000/contents/a', 'http://127.0.0.1:9000/contents/a', 'http://localhost/contents/a']) {
      expect(read({ url }), url).toMatchObject({ url });
    }
    for (const url of [
      'http://s3.example.com/contents/a', 'http://127.0.0.1.example.com/a', 'http://localhost@example.com/a', 'https://a:b@s3.example.com/a', 'ftp://s3.example.com/a',
      'file:///etc/passwd', 'https://s3.example.com/a?b', 'https://s3.example.com/a#b', 'https://s3.example.com', '/contents/a', '',
    ]) {
      expect(() => read({ url }), url).toThrow(expect.objectContaining({ code: 'SERVER_REPLY_INVALID' }) as Error);
    }
  });

  it('is of the form that is expected, and refused without quoting it', () => {
    for (const wrong of [{ method: 'POST' }, { headers: { 'a b': 'c' } }, { headers: null }, { headers: { authorization: 5 } }]) {
      expect(() => read(wrong)).toThrow(/^the centre signed no request that can be sent$/);
    }
    expect(() => readSignedRequest(undefined)).toThrow(/signed no request/);
  });
});

describe('an answer of a store', () => {
  const codeOf = (status: number, reason: string | null): string =>
    failureOf({ status, body: Buffer.from(reason === null ? '<html>' : `<?xml version="1.0"?><Error><Code>${reason}</Code><Message>m</Message></Error>`) }).code;

  it.each([
    // A link that is too slow is not a key that is refused: nobody has to be asked to look after it.
    [400, 'RequestTimeout', 'FILE_BUCKET_BUSY'],
    [503, 'SlowDown', 'FILE_BUCKET_BUSY'],
    [400, 'InvalidDigest', 'FILE_DAMAGED'],
    [400, 'XAmzContentSHA256Mismatch', 'FILE_DAMAGED'],
    [403, 'RequestTimeTooSkewed', 'FILE_BUCKET_CLOCK'],
    [404, 'NoSuchKey', 'FILE_NOT_AT_CENTRE'],
    [404, 'NoSuchBucket', 'FILE_BUCKET_REFUSED'],
    [301, 'PermanentRedirect', 'FILE_BUCKET_REFUSED'],
    [502, null, 'FILE_BUCKET_BUSY'],
  ])('of %i %s means %s', (status, reason, code) => {
    expect(codeOf(status, reason)).toBe(code);
  });
});

describe('a store that closes connections which lay idle', () => {
  it('is asked over a new one, however many of them there were', async () => {
    const used = new Set<Socket>();
    const server = createServer((asked, answer) => {
      if (used.has(asked.socket)) asked.socket.resetAndDestroy();
      else answer.end('a piece');
      used.add(asked.socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const bucket = new Bucket(null, new AbortController().signal);
    try {
      const signed = readSignedRequest(JSON.stringify({ ...request, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/contents/a` }));
      await Promise.all([1, 2, 3].map(() => bucket.send(signed)));
      expect(used.size).toBe(3);
      expect((await bucket.send(signed)).toString()).toBe('a piece');
      expect(used.size).toBe(4);
    } finally {
      bucket.close();
      server.close();
    }
  });
});
