import { beforeAll, describe, expect, it } from 'vitest';
import { newReplicaKey, readKeyFile, unwrapKey, wrapKey, type KeyFile } from './key-file.ts';

const owner = { email: 'an@nhamay.vn', server: 'postgres://db.nhamay.vn/pulse' };
const password = 'mật-khẩu Đúng 9';

let key: Buffer;
let file: KeyFile;

beforeAll(async () => {
  key = newReplicaKey();
  file = await wrapKey(key, password, owner);
});

describe('the file with the replica’s key', () => {
  it('opens with the password that it was made with, however its letters are composed', async () => {
    expect(await unwrapKey(file, password)).toEqual(key);
    expect(await unwrapKey(file, password.normalize('NFD'))).toEqual(key);
  });

  it.each(['', 'mật-khẩu đúng 9', `${password} `, 'mat-khau Dung 9'])('does not open with %j', async (other) => {
    expect(await unwrapKey(file, other)).toBeNull();
  });

  it('holds neither the key nor the password, and nothing that two files share', async () => {
    const again = await wrapKey(key, password, owner);
    for (const part of ['nonce', 'tag', 'wrapped'] as const) expect(again[part]).not.toBe(file[part]);
    expect(again.kdf.salt).not.toBe(file.kdf.salt);
    const text = JSON.stringify(file);
    expect(text).not.toContain(key.toString('base64'));
    expect(text).not.toContain(key.toString('hex'));
    expect(text).not.toContain(password);
  });

  it('reads back from the disk as it was written', () => {
    expect(readKeyFile(JSON.stringify(file))).toEqual(file);
  });

  it('is refused where any of it changed on the disk', () => {
    const changed: unknown[] = [
      {},
      null,
      { ...file, version: 2 },
      { ...file, email: 'binh@nhamay.vn' },
      { ...file, wrapped: newReplicaKey().toString('base64') },
      { ...file, tag: file.tag.slice(4) },
      { ...file, nonce: 'không' },
      { ...file, kdf: { ...file.kdf, N: 2 } },
      { ...file, kdf: { ...file.kdf, N: 2 ** 30 } },
      { ...file, kdf: { ...file.kdf, name: 'none' } },
    ];
    for (const one of changed) expect(readKeyFile(JSON.stringify(one)), JSON.stringify(one)).toBeNull();
    const text = JSON.stringify(file);
    for (const damaged of ['', '\0'.repeat(text.length), text.slice(0, -1), text.slice(1)])
      expect(readKeyFile(damaged)).toBeNull();
  });

  it('is never for a key that is drawn twice', () => {
    expect(newReplicaKey()).toHaveLength(32);
    expect(newReplicaKey()).not.toEqual(newReplicaKey());
  });
});
