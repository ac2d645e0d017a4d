import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Vault } from './keyring.ts';
import { keyring } from './keyring.fixture.ts';
import { memoryLog, type MemoryLog } from './memory-log.fixture.ts';
import { rememberedPassword } from './remembered-password.ts';

const stretchedPassword = { N: 65_536, r: 8, p: 1, salt: 'bXXhu5FpIGPhu6dhIGtow7M=', key: 'bXXhu5FpIMSRw6Mga8OpbyBkw6BpIHJh' };
const remembered = { email: 'lan@example.vn', password: 'mật khẩu bí mật', stretchedPassword, serverUrl: 'postgres://db.example/fp' };

let dir: string;
let file: string;
let log: MemoryLog;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fp-remembered-'));
  file = join(dir, 'remembered.json');
  log = memoryLog();
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const open = (vault: Vault, platform: NodeJS.Platform = 'linux') => rememberedPassword({ file, vault, platform, log });

describe('the remembered password', () => {
  it('comes back after a restart', async () => {
    const vault = keyring();
    await open(vault).save(remembered, 'sign_in_each_time');
    expect(await open(vault).load()).toEqual(remembered);
  });

  it('comes back from a file of before, in which nothing was stretched', async () => {
    const { stretchedPassword: _, ...before } = remembered;
    const vault = keyring();
    await writeFile(file, JSON.stringify({ version: 1, sealed: vault.encryptString(JSON.stringify(before)).toString('base64') }));
    expect(await open(vault).load()).toEqual({ ...before, stretchedPassword: null });
  });

  it('is written sealed, for the owner alone, without leftovers', async () => {
    await open(keyring()).save(remembered, 'sign_in_each_time');
    const content = await readFile(file, 'utf8');
    for (const secret of [remembered.password, remembered.email, stretchedPassword.key]) expect(content).not.toContain(secret);
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(dir)).toEqual(['remembered.json']);
  });

  it('is never written where the keyring is missing or only pretends to encrypt', async () => {
    const missing = { ...keyring(), isEncryptionAvailable: () => false };
    for (const vault of [missing, keyring('basic_text')]) {
      const store = open(vault);
      await store.save(remembered, 'sign_in_each_time');
      expect(await store.load()).toBeNull();
    }
    expect(await readdir(dir)).toEqual([]);
  });

  it('is written in plain text, for the owner alone, where there is no keyring and the organization accepts that', async () => {
    const missing = { ...keyring(), isEncryptionAvailable: () => false };
    await open(missing).save(remembered, 'plain');
    expect(await open(missing).load()).toEqual(remembered);
    expect(await readFile(file, 'utf8')).toContain(remembered.password);
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
    await open(missing).save(remembered, 'sign_in_each_time');
    expect(await readdir(dir)).toEqual([]);
  });

  it('is sealed where there is a keyring, whatever the organization accepts without', async () => {
    const vault = keyring();
    await open(vault).save(remembered, 'plain');
    expect(await readFile(file, 'utf8')).not.toContain(remembered.password);
    expect(await open(vault).load()).toEqual(remembered);
  });

  it('is gone after it was forgotten, and forgetting twice is no error', async () => {
    const store = open(keyring());
    await store.save(remembered, 'sign_in_each_time');
    await store.forget();
    await store.forget();
    expect(await store.load()).toBeNull();
    expect(log.lines).toEqual([]);
  });

  it('counts as absent when the file is damaged or sealed with another key, and the log quotes nothing of it', async () => {
    await open(keyring()).save(remembered, 'sign_in_each_time');
    expect(await open(keyring()).load()).toBeNull();
    await writeFile(file, '{"password":"hunter2"');
    expect(await open(keyring()).load()).toBeNull();
    expect(log.lines.map((line) => line.event)).toEqual([
      'remembered-password.unreadable',
      'remembered-password.unreadable',
    ]);
    expect(JSON.stringify(log.lines)).not.toContain('hunter2');
  });
});
