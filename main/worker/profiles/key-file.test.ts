import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { keyFileOfVersion1 } from '../testing/key-file-of-version-1.ts';
import type { MachineSecret, StretchedPassword } from '../protocol.ts';
import { machineIdOf, machineOf, newReplicaKey, readKeyFile, stretchAnew, stretchFor, unwrapKey, wrapKey, type KeyFile } from './key-file.ts';

const owner = { email: 'an@nhamay.vn', server: 'postgres://db.nhamay.vn/pulse' };
const password = 'mật-khẩu Đúng 9';
const machine = randomBytes(32);

let key: Buffer;
let file: KeyFile;
/** Of the same key and password. */
let another: KeyFile;
/** The password, for `file`. */
let stretched: StretchedPassword;

const wrap = async (bound: MachineSecret | null): Promise<KeyFile> => wrapKey(key, await stretchAnew(password), bound, owner);
const unwrap = async (from: KeyFile, candidate: string, bound: MachineSecret | null): Promise<Buffer | null> =>
  unwrapKey(from, await stretchFor(from, candidate), bound);

beforeAll(async () => {
  key = newReplicaKey();
  file = await wrap(machine);
  another = await wrap(machine);
  stretched = await stretchFor(file, password);
}, 60_000);

// Each opening takes a fifth of a second and 64 MiB on purpose, on a busy machine much longer.
describe('the file with the replica’s key', { timeout: 60_000 }, () => {
  it('opens with the password that it was made with, however its letters are composed', async () => {
    expect(await unwrap(file, password, machine)).toEqual(key);
    expect(await unwrap(file, password.normalize('NFD'), machine)).toEqual(key);
  });

  it.each(['', 'mật-khẩu đúng 9', `${password} `, 'mat-khau Dung 9'])('does not open with %j', async (other) => {
    expect(await unwrap(file, other, machine)).toBeNull();
  });

  it('does not open with the right password and another machine’s secret, or without any', () => {
    for (const other of [randomBytes(32), Buffer.alloc(0), null]) expect(unwrapKey(file, stretched, other)).toBeNull();
  });

  it('names the secret that it needs without telling it', () => {
    expect(machineOf(file)).toBe(machineIdOf(machine));
    expect(machineIdOf(randomBytes(32))).not.toBe(machineIdOf(machine));
    for (const form of ['hex', 'base64'] as const) expect(JSON.stringify(file)).not.toContain(machine.toString(form));
  });

  it('made without a keyring opens with the password alone', async () => {
    const unbound = await wrap(null);
    expect(machineOf(unbound)).toBeNull();
    expect(await unwrap(unbound, password, null)).toEqual(key);
    expect(await unwrap(unbound, 'guessed', null)).toBeNull();
  });

  it('opens without stretching again by what was stretched for it, and by that on this machine alone', async () => {
    expect(unwrapKey(file, stretched, machine)).toEqual(key);
    expect(unwrapKey(file, await stretchFor(file, 'guessed'), machine)).toBeNull();
    expect(unwrapKey(file, stretched, randomBytes(32))).toBeNull();
  });

  it('does not open by what was stretched for another key file, even one of the same key and password', () => {
    expect(unwrapKey(another, stretched, machine)).toBeNull();
    const { salt } = another.kdf;
    for (const other of [{ salt }, { N: 32_768 }]) expect(unwrapKey(file, { ...stretched, ...other }, machine)).toBeNull();
  });

  it('of the first version still opens', async () => {
    const first = readKeyFile(await keyFileOfVersion1(key, password, owner));
    if (!first) throw new Error('a key file of the first version is not read');
    expect(first).toMatchObject({ version: 1, ...owner });
    expect(machineOf(first)).toBeNull();
    expect(await unwrap(first, password, null)).toEqual(key);
    expect(await unwrap(first, 'guessed', null)).toBeNull();
  });

  it('holds neither the key nor the password, and nothing that two files share', () => {
    for (const part of ['nonce', 'tag', 'wrapped'] as const) expect(another[part]).not.toBe(file[part]);
    expect(another.kdf.salt).not.toBe(file.kdf.salt);
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
