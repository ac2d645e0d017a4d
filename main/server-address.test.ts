import { rootCertificates } from 'node:tls';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../shared/errors.ts';
import { parseServerUrl, serverAddress } from './server-address.ts';

const refusal = (text: string): unknown => {
  try {
    return parseServerUrl(text);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.code).toBe('SERVER_ADDRESS_INVALID');
    return error.details['reason'];
  }
};

describe('the server address', () => {
  it.each([
    ['postgres://db.example/factory_pulse', 'postgres://db.example/factory_pulse'],
    ['  postgresql://DB.example:6432/factory_pulse\n', 'postgres://db.example:6432/factory_pulse'],
    ['postgres://127.0.0.1:5432/fp', 'postgres://127.0.0.1:5432/fp'],
    ['postgres://[::1]:5432/fp', 'postgres://[::1]:5432/fp'],
  ])('%s is accepted', (text, tidy) => {
    expect(parseServerUrl(text)).toBe(tidy);
  });

  it.each([
    ['', 'empty'],
    ['db.example', 'not-a-url'],
    ['https://db.example/fp', 'protocol'],
    ['postgres://person@db.example/fp', 'credentials'],
    ['postgres://person:hunter2@db.example/fp', 'credentials'],
    ['postgres://db.example/fp?sslmode=disable', 'parameters'],
    ['postgres://db.example/fp#x', 'parameters'],
    ['postgres:///fp', 'host'],
    ['postgres://%2Fvar%2Frun/fp', 'host'],
    ['postgres://db.example', 'database'],
    ['postgres://db.example/', 'database'],
    ['postgres://db.example/a/b', 'database'],
  ])('%s is refused: %s', (text, reason) => {
    expect(refusal(text)).toBe(reason);
  });

  it('is never quoted in the message, because it may hold a password', () => {
    expect(() => parseServerUrl('postgres://person:hunter2@db.example/fp')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') as unknown }),
    );
  });
});

describe('an own certificate authority', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'fp-ca-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const serverUrl = 'postgres://db.example/fp';

  it('is handed on as PEM text', async () => {
    const pem = rootCertificates[0] ?? '';
    const caFile = join(dir, 'ca.pem');
    await writeFile(caFile, pem);
    expect(await serverAddress({ serverUrl, caFile })).toEqual({ url: serverUrl, ca: pem });
  });

  it('is left to the system where none is set', async () => {
    expect(await serverAddress({ serverUrl, caFile: '' })).toEqual({ url: serverUrl, ca: null });
  });

  it('fails clearly when the file is missing or no certificate', async () => {
    const wrong = join(dir, 'wrong.pem');
    await writeFile(wrong, 'not a certificate');
    for (const caFile of [join(dir, 'missing.pem'), wrong]) {
      await expect(serverAddress({ serverUrl, caFile })).rejects.toMatchObject({
        code: 'SERVER_TLS_INVALID',
        details: { reason: 'ca-file', file: caFile },
      });
    }
  });
});
