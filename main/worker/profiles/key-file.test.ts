import { createCipheriv, createHash, randomBytes, scryptSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { machineIdOf, machineOf, newReplicaKey, readKeyFile, unwrapKey, wrapKey, type KeyFile } from './key-file.ts';

const owner = { email: 'an@nhamay.vn', server: 'postgres://db.nhamay.vn/pulse' };
const password = 'mật-khẩu Đúng 9';
const machine = randomBytes(32);

let key: Buffer;
let file: KeyFile;

beforeAll(async () => {
  key = newReplicaKey();
  file = await wrapKey(key, password, machine, owner);
});

describe('the file with the replica’s key', () => {
  it('opens with the password that it was made with, however its letters are composed', async () => {
    expect(await unwrapKey(file, password, machine)).toEqual(key);
    expect(await unwrapKey(file, password.normalize('NFD'), machine)).toEqual(key);
  });

  it.each(['', 'mật-khẩu đúng 9', `${password} `, 'mat-khau Dung 9'])('does not open with %j', async (other) => {
    expect(await unwrapKey(file, other, machine)).toBeNull();
  });

  it('does not open with the right password and another machine’s secret, or without any', async () => {
    for (const other of [randomBytes(32), Buffer.alloc(0), null]) expect(await unwrapKey(file, password, other)).toBeNull();
  });

  it('names the secret that it needs without telling it', () => {
    expect(machineOf(file)).toBe(machineIdOf(machine));
    expect(machineIdOf(randomBytes(32))).not.toBe(machineIdOf(machine));
    for (const form of ['hex', 'base64'] as const) expect(JSON.stringify(file)).not.toContain(machine.toString(form));
  });

  it('made without a keyring opens with the password alone', async () => {
    const unbound = await wrapKey(key, password, null, owner);
    expect(machineOf(unbound)).toBeNull();
    expect(await unwrapKey(unbound, password, null)).toEqual(key);
    expect(await unwrapKey(unbound, 'guessed', null)).toBeNull();
  });

  it('of the first version still opens', async () => {
    const first = fileOfVersion1();
    expect(readKeyFile(JSON.stringify(first))).toEqual(first);
    expect(machineOf(first)).toBeNull();
    expect(await unwrapKey(first, password, null)).toEqual(key);
    expect(await unwrapKey(first, 'guessed', null)).toBeNull();
  });

  it('holds neither the key nor the password, and nothing that two files share', async () => {
    const again = await wrapKey(key, password, machine, owner);
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
      { ...file, version: 1 },
      { ...file, version: 3 },
      { ...file, machine: null },
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

/** As the application wrote it before keys were bound to machines. */
function fileOfVersion1(): KeyFile {
  const [salt, nonce] = [randomBytes(16), randomBytes(12)];
  const cost = { N: 2 ** 14, r: 8, p: 1 };
  const wrapping = scryptSync(password.normalize('NFKC'), salt, 32, { ...cost, maxmem: 64 * 1024 * 1024 });
  const cipher = createCipheriv('aes-256-gcm', wrapping, nonce);
  const wrapped = Buffer.concat([cipher.update(key), cipher.final()]);
  const content = {
    version: 1 as const,
    ...owner,
    kdf: { name: 'scrypt' as const, ...cost, r: 8 as const, p: 1 as const, salt: salt.toString('base64') },
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    wrapped: wrapped.toString('base64'),
  };
  return { ...content, checksum: createHash('sha256').update(JSON.stringify(content)).digest('hex') };
}
