import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryLog, type MemoryLog } from './memory-log.fixture.ts';
import { rememberedPassword, type Vault } from './remembered-password.ts';

/** Stands for the system's keyring, which a test machine need not have. */
function keyring(backend = 'gnome_libsecret', key = randomBytes(32)): Vault {
  return {
    isEncryptionAvailable: () => true,
    encryptString(text) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]);
    },
    decryptString(sealed) {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
      decipher.setAuthTag(sealed.subarray(12, 28));
      return decipher.update(sealed.subarray(28), undefined, 'utf8') + decipher.final('utf8');
    },
    getSelectedStorageBackend: () => backend,
  };
}

const remembered = { email: 'lan@example.vn', password: 'mật khẩu bí mật', serverUrl: 'postgres://db.example/fp' };

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
    await open(vault).save(remembered);
    expect(await open(vault).load()).toEqual(remembered);
  });

  it('is written sealed, for the owner alone, without leftovers', async () => {
    await open(keyring()).save(remembered);
    const content = await readFile(file, 'utf8');
    expect(content).not.toContain(remembered.password);
    expect(content).not.toContain(remembered.email);
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(dir)).toEqual(['remembered.json']);
  });

  it('is never written where the keyring is missing or only pretends to encrypt', async () => {
    const missing = { ...keyring(), isEncryptionAvailable: () => false };
    for (const vault of [missing, keyring('basic_text')]) {
      const store = open(vault);
      expect(store.available()).toBe(false);
      await store.save(remembered);
      expect(await store.load()).toBeNull();
    }
    expect(await readdir(dir)).toEqual([]);
  });

  it('is gone after it was forgotten, and forgetting twice is no error', async () => {
    const store = open(keyring());
    await store.save(remembered);
    await store.forget();
    await store.forget();
    expect(await store.load()).toBeNull();
    expect(log.lines).toEqual([]);
  });

  it('counts as absent when the file is damaged or sealed with another key, and the log quotes nothing of it', async () => {
    await open(keyring()).save(remembered);
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
