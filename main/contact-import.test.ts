import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '../shared/errors.ts';
import { openImport, saveFailedRows, type ContactImportParts } from './contact-import.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'factory-pulse-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const request = { format: 'csv', words: { sheet: 's', reason: 'r', problems: {}, columns: {} } } as unknown as Parameters<typeof saveFailedRows>[1];

const parts = (file: string | null, control: ContactImportParts['control']): ContactImportParts => ({
  control,
  chooseImport: () => Promise.resolve(file),
  chooseTarget: () => Promise.resolve(file),
});

const never: ContactImportParts['control'] = () => {
  throw new Error('the worker is not asked');
};

it('a person who chooses no file asks nothing of the worker', async () => {
  expect(await openImport(parts(null, never))).toBeNull();
  expect(await saveFailedRows(parts(null, never), request)).toBeNull();
});

it('what a worker that died had begun to write is cleared away', async () => {
  const dying = ((_name: string, { draft }: { draft: string }) => {
    writeFileSync(draft, 'half');
    expect(existsSync(draft)).toBe(true);
    return Promise.reject(new AppError('WORKER_STOPPED', 'gone'));
  }) as unknown as ContactImportParts['control'];
  await expect(saveFailedRows(parts(join(folder, 'rows.csv'), dying), request)).rejects.toMatchObject({ code: 'WORKER_STOPPED' });
  expect(readdirSync(folder)).toEqual([]);
});
