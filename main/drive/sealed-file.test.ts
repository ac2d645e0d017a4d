import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { keyring } from '../keyring.fixture.ts';
import { memoryLog } from '../memory-log.fixture.ts';
import { SealedFile } from './sealed-file.ts';

let folder: string;
let file: SealedFile<z.ZodString>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'factory-pulse-sealed-'));
  file = new SealedFile(join(folder, 'drive.json'), z.string(), { vault: keyring(), platform: 'linux', log: memoryLog() });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a secret in a file of its own', () => {
  it('is gone once it was forgotten, also where it was just being written', async () => {
    const saving = file.save('one');
    await file.forget();
    await saving;
    expect(readdirSync(folder)).toEqual([]);
    expect(await file.load()).toBeNull();
  });

  it('is the last one that was saved, however close they follow each other', async () => {
    await Promise.all(['one', 'two', 'three', 'four'].map((value) => file.save(value)));
    expect(await file.load()).toBe('four');
  });

  it('is written although the disk took nothing before', async () => {
    rmSync(folder, { recursive: true });
    await expect(file.save('one')).rejects.toMatchObject({ code: 'ENOENT' });
    mkdirSync(folder);
    await file.save('two');
    expect(await file.load()).toBe('two');
  });
});
