import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import type { BackupProgress } from '../../../shared/api/backup.ts';
import { defaultPlan, QUIT_CONTENTS_BYTES } from '../../../shared/domain/backup-plan.ts';
import { LEFT_OUT_LISTED } from '../../../shared/domain/backup.ts';
import { readFileSettings, writeFileSettings } from '../files/settings.ts';
import { FilesDesktop } from '../testing/files-desktop.ts';
import { checkArchive, checkedParts } from './archive-reader.ts';
import { addBackupDestination } from '../domains/backup.ts';
import { contentFigures } from './file-contents.ts';
import { keepBackups, type BackupKeeper } from './keeper.ts';
import type { Manifest } from './manifest.ts';

let central: DemoCentral;
let desktop: FilesDesktop;
let folder: string;
let keeper: BackupKeeper;
let told: BackupProgress[];
const signal = new AbortController().signal;

beforeAll(async () => {
  central = await createDemoCentral();
});

afterAll(async () => {
  await central.drop();
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fp-missing-'));
  desktop = await FilesDesktop.open(central.address, 'admin@factorypulse.vn');
  await desktop.settled();
  begin();
  folder = (await addBackupDestination(desktop.session, folder)).folder;
});

afterEach(async () => {
  await keeper.close(false);
  await desktop.remove();
  rmSync(folder, { recursive: true, force: true });
});

function begin(): void {
  told = [];
  keeper = keepBackups(desktop.session, {
    userDataDir: desktop.folder,
    appVersion: '0.0.0-test',
    emit: (topic, payload) => {
      if (topic === 'backup.progress' && payload) told.push(payload as BackupProgress);
    },
    log: () => undefined,
  });
}

/** Documents whose contents the centre has, and this machine no more. */
async function onlyAtCentre(...sizes: number[]): Promise<string[]> {
  const hashes: string[] = [];
  for (const [index, size] of sizes.entries()) {
    const stored = await desktop.store(randomBytes(size));
    desktop.addDocument(stored, { file_name: `bản vẽ ${index}.pdf` });
    hashes.push(stored.sha256);
  }
  await desktop.carried();
  await desktop.settled();
  for (const sha256 of hashes) await desktop.session.files.store.remove(sha256);
  return hashes;
}

const make = (more: object = {}) => keeper.create({ kind: 'snapshot', folder, passphrase: null, withFiles: true, reason: 'person', ...more });
const manifestOf = ({ name }: { name: string }): Promise<Manifest> => checkArchive(join(folder, name), { passphrase: null, signal });
const elsewhere = ({ left_out: leftOut }: Manifest) => leftOut.find(({ what }) => what === 'files-elsewhere');
const inside = ({ parts }: Manifest): string[] => [...new Set(parts.flatMap(({ path }) => /^files\/([0-9a-f]{64})\./.exec(path)?.[1] ?? []))].sort();

async function summaryOf(record: { name: string }, language: 'vi' | 'en'): Promise<string> {
  for await (const { part, content } of checkedParts(join(folder, record.name), await manifestOf(record), { passphrase: null, signal })) {
    if (part.path === `summary.${language}.md`) return content.toString('utf8');
  }
  return '';
}

describe('contents that only the centre has', () => {
  it('are left out by name where nobody asks for them, in manifest and summary', async () => {
    const hashes = await onlyAtCentre(2_000_000, 10);
    const record = await make();
    const manifest = await manifestOf(record);
    // Those of the earlier tests of this centre are missing here, too.
    const { rows, documents = [] } = elsewhere(manifest) ?? {};
    expect(documents).toHaveLength(Math.min(rows ?? 0, LEFT_OUT_LISTED));
    expect(documents).toContainEqual({ code: null, name: 'bản vẽ 0.pdf', size: 2_000_000 });
    expect(record).toMatchObject({ verified: true, contents_left_out: rows });
    expect(inside(manifest).filter((sha256) => hashes.includes(sha256))).toEqual([]);
    expect(await summaryOf(record, 'vi')).toContain('  - bản vẽ 0.pdf · 2,0 MB');
    expect(await summaryOf(record, 'en')).toContain('  - bản vẽ 0.pdf · 2.0 MB');
  });

  it('are fetched first where somebody asks for it, with progress, and nothing is left out', async () => {
    const hashes = await onlyAtCentre(300_000, 5);
    const record = await make({ fetchFiles: true });
    const manifest = await manifestOf(record);
    expect(record).toMatchObject({ verified: true, contents_left_out: 0 });
    expect(elsewhere(manifest)).toBeUndefined();
    expect(inside(manifest)).toEqual(expect.arrayContaining(hashes));
    expect(told.some(({ phase, total }) => phase === 'fetching' && total >= 2)).toBe(true);
    expect(contentFigures(desktop.session.replica.read)).toMatchObject({ elsewhere: 0, elsewhere_size: 0 });
  });

  it('that the centre has lost are listed, and hold nothing else up', async () => {
    const [lost = '', there = ''] = await onlyAtCentre(20, 3_000);
    await central.client.query('delete from files.document_files where sha256 = $1', [lost]);
    await central.client.query('delete from files.blobs where sha256 = $1', [lost]);
    const manifest = await manifestOf(await make({ fetchFiles: true }));
    expect(inside(manifest)).toContain(there);
    expect(elsewhere(manifest)?.documents).toContainEqual({ code: null, name: 'bản vẽ 0.pdf', size: 20 });
  });

  it('stop being fetched when the person stops the backup', async () => {
    await onlyAtCentre(5_000_000, 6_000_000, 7_000_000);
    const stopped = keeper.create({ kind: 'snapshot', folder, passphrase: null, withFiles: true, fetchFiles: true, reason: 'person' });
    keeper.cancel();
    await expect(stopped).rejects.toMatchObject({ code: 'BACKUP_CANCELLED' });
    expect(contentFigures(desktop.session.replica.read).elsewhere).toBeGreaterThanOrEqual(2);
  });

  // Last, because the tests that follow would fetch what it leaves at the centre. A budget has a hundred megabytes at least.
  it('are fetched as far as the disk budget goes, and nothing that is here makes room for them', async () => {
    const kept = await desktop.store(randomBytes(60_000_000));
    desktop.addDocument(kept);
    await desktop.carried();
    const [large = '', small = ''] = await onlyAtCentre(45_000_000, 1_000);
    const { replica, meta, files } = desktop.session;
    writeFileSettings(replica.write, meta, { ...readFileSettings(meta), budget_bytes: 100_000_000 });
    const manifest = await manifestOf(await make({ fetchFiles: true }));
    expect(inside(manifest)).toEqual(expect.arrayContaining([kept.sha256, small]));
    expect(files.store.has(large)).toBe(false);
    expect(elsewhere(manifest)?.documents).toContainEqual({ code: null, name: 'bản vẽ 0.pdf', size: 45_000_000 });
  }, 120_000);
});

describe('backups that the plan makes', () => {
  const atQuit = { ...defaultPlan, enabled: true, kind: 'snapshot', on_quit: true, with_files: true } as const;

  it('have the contents of documents at the end of work, as long as there is time for them', async () => {
    const stored = await desktop.store(randomBytes(1_000_000));
    await keeper.records.setPlan(atQuit);
    await keeper.close(true);
    const [record] = keeper.records.history();
    expect(record).toMatchObject({ reason: 'quit', verified: true });
    expect(record?.contents_left_out).not.toBeNull();
    expect(inside(await manifestOf(record ?? { name: '' }))).toContain(stored.sha256);
    begin();
    await desktop.store(randomBytes(QUIT_CONTENTS_BYTES));
    await keeper.close(true);
    expect(keeper.records.history()[0]).toMatchObject({ reason: 'quit', verified: true, contents_left_out: null });
    begin();
  });

  it('of an earlier version go on without choices that it did not have', () => {
    const { with_files: _files, fetch_files: _fetch, plain_to_drive: _plain, ...earlier } = atQuit;
    desktop.session.meta.set({ backup_plan: JSON.stringify(earlier) });
    expect(keeper.records.plan()).toEqual({ ...atQuit, with_files: false });
  });
});
