import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyring } from './keyring.fixture.ts';
import { noVault, type Vault } from './keyring.ts';
import { machineSecrets } from './machine-secrets.ts';
import { memoryLog, type MemoryLog } from './memory-log.fixture.ts';

let dir: string;
let file: string;
let log: MemoryLog;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fp-machine-'));
  file = join(dir, 'machine-secret.json');
  log = memoryLog();
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const secrets = (vault: Vault) => machineSecrets({ file, vault, platform: 'linux', log });

describe('the secret of a machine', () => {
  it('is random, made once, and stored sealed for the owner alone', async () => {
    const vault = keyring();
    const [secret] = await secrets(vault);
    expect(secret).toHaveLength(32);
    expect(await secrets(vault)).toEqual([secret]);
    const content = await readFile(file, 'utf8');
    for (const form of ['hex', 'base64'] as const) expect(content).not.toContain(Buffer.from(secret ?? []).toString(form));
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
    await rm(file);
    expect(await secrets(vault)).not.toEqual([secret]);
  });

  it('is not made where there is no keyring, or one that only pretends to encrypt', async () => {
    for (const vault of [noVault, keyring('basic_text')]) expect(await secrets(vault)).toEqual([]);
    expect(await readdir(dir)).toEqual([]);
  });

  it('that the keyring does not open any more is kept, and opens again when the keyring is back', async () => {
    const [before, after] = [keyring(), keyring()];
    const [first] = await secrets(before);
    const [second] = await secrets(after);
    expect(second).not.toEqual(first);
    expect(await secrets(after)).toEqual([second]);
    expect(await secrets(before)).toEqual([first]);
    expect(new Set(log.lines.map((line) => line.event))).toEqual(new Set(['machine-secret.not-opened']));
  });

  it('is not given out while the keyring is away, and nothing is made in its place', async () => {
    const vault = keyring();
    const made = await secrets(vault);
    expect(await secrets(noVault)).toEqual([]);
    expect(await secrets(vault)).toEqual(made);
  });

  it('in a damaged file is set aside, with a line of the log that quotes nothing', async () => {
    await writeFile(file, '{"version":1,"sealed":["c2VjcmV0"');
    expect(await secrets(keyring())).toHaveLength(1);
    expect((await readdir(dir)).filter((name) => name.includes('.damaged-'))).toHaveLength(1);
    expect(JSON.stringify(log.lines)).not.toContain('c2VjcmV0');
  });
});
