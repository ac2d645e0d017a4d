import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startCentral, type Central } from './support/central.ts';
import { Desktop, type DesktopOptions } from './support/desktop.ts';
import { checkScreen } from './support/screen-check.ts';

let central: Central;
let desktop: Desktop;
const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-e2e-files-'));

test.beforeAll(async () => {
  central = await startCentral();
});

test.afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await central.stop();
});

test.afterEach(async () => {
  await desktop.remove();
});

async function enter(mailbox: string, options: Partial<DesktopOptions> = {}): Promise<void> {
  desktop = new Desktop({ server: central.address, ...options });
  await desktop.start(`${mailbox}@factorypulse.vn`);
}

/** Opens the page as a person does: by way of the sync centre. */
async function openFiles(): Promise<void> {
  const { page, words: t } = desktop;
  await page.getByRole('link', { name: t('app.navigation.sync'), exact: true }).click();
  await page.getByRole('link', { name: t('files.title'), exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: t('files.title') })).toBeVisible();
}

/** Drops files of the given content where the person would. */
async function drop(files: { name: string; content: string }[]): Promise<void> {
  const data = await desktop.page.evaluateHandle((list) => {
    const transfer = new DataTransfer();
    for (const { name, content } of list) transfer.items.add(new File([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], name));
    return transfer;
  }, files);
  await desktop.page.getByText(desktop.words('files.drop.title')).dispatchEvent('drop', { dataTransfer: data });
}

test('files of an inquiry are dropped, become documents of its project, and reach the server by themselves', async () => {
  await enter('sales.manager', { language: 'vi' });
  const { page, words: t } = desktop;
  await page.getByRole('link', { name: t('app.navigation.intake'), exact: true }).click();
  const drawing = randomBytes(2_500_000);
  await drop([
    { name: '../Bản vẽ khung.pdf', content: drawing.toString('base64') },
    { name: 'trống.txt', content: '' },
  ]);
  const attached = page.getByRole('list', { name: t('intake.field.attachments') });
  await expect(attached.getByText('Bản vẽ khung.pdf')).toBeVisible();
  await expect(attached.getByText('trống.txt')).toBeVisible();
  await attached.getByRole('button', { name: t('intake.attachments.remove', { name: 'trống.txt' }) }).click();
  await checkScreen(desktop, 'intake-attachments');
  await page.getByRole('textbox', { name: t('intake.field.title') }).fill('Khung hàn có bản vẽ');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { name: t('intake.done.title') })).toBeVisible();
  const sha256 = createHash('sha256').update(drawing).digest('hex');
  await expect
    .poll(async () => (await central.client.query('select 1 from files.blobs where sha256 = $1 and complete', [sha256])).rowCount, { timeout: 20_000 })
    .toBe(1);
  await openFiles();
  await expect(page.getByText(t('files.transfers.nothingUnsent'))).toBeVisible();
  await page.getByText(t('files.transfers.done', { count: 1, number: '1' })).click();
  await expect(page.getByText('Bản vẽ khung.pdf')).toBeVisible();
  await checkScreen(desktop, 'files-done');

  const { rows } = await central.client.query<{ id: string }>('select id from public.documents where content_sha256 = $1', [sha256]);
  const document_id = rows[0]?.id ?? '';
  const target = join(folder, 'lưu.pdf');
  await desktop.application.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, target);
  const saved = await page.evaluate((content) => window.factoryPulse.call('files.saveAs', content), { document_id, sha256 });
  expect(saved).toEqual({ ok: true, value: { file: target } });
  expect(readFileSync(target).equals(drawing)).toBe(true);
  await expect
    .poll(async () => (await central.client.query<{ success: boolean }>("select success from public.document_access_log where document_id = $1 and action = 'download'", [document_id])).rows)
    .toEqual([{ success: true }]);
});

test('files are chosen, are paused and resumed by the keyboard, and kept offline', async () => {
  await enter('admin', { language: 'en', theme: 'dark' });
  const { page, words: t } = desktop;
  await openFiles();
  await expect(page.getByText(t('files.transfers.empty'))).toBeVisible();
  await expect(page.getByText(t('files.offline.empty'))).toBeVisible();
  await checkScreen(desktop, 'files-empty-dark');
  await page.getByRole('button', { name: t('files.transfers.pauseAll') }).press('Enter');
  await expect(page.getByRole('button', { name: t('files.transfers.resumeAll') })).toBeVisible();

  const path = join(folder, 'plan.step');
  writeFileSync(path, randomBytes(400_000));
  await desktop.application.evaluate(({ dialog }, file) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [file] });
  }, path);
  await page.getByRole('link', { name: t('app.navigation.intake'), exact: true }).click();
  await page.getByRole('button', { name: t('files.drop.choose') }).press('Enter');
  await expect(page.getByRole('list', { name: t('intake.field.attachments') }).getByText('plan.step')).toBeVisible();
  await page.getByRole('textbox', { name: t('intake.field.title') }).fill('A plan');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { name: t('intake.done.title') })).toBeVisible();
  await openFiles();
  await expect(page.getByText('plan.step')).toBeVisible();
  await expect(page.getByText(t('files.transfers.paused'))).toBeVisible();
  await page.evaluate(() => window.factoryPulse.call('files.offline'));
  const stage = (await central.client.query<{ id: string }>('select current_stage_id as id from public.projects limit 1')).rows[0]?.id ?? '';
  await page.evaluate((target_id) => window.factoryPulse.call('files.keepOffline', { kind: 'stage', target_id, kept: true }), stage);
  await expect(page.getByText(t('files.offline.kind.stage'))).toBeVisible();
  await checkScreen(desktop, 'files-waiting-dark');
  await page.getByRole('button', { name: t('files.transfers.resumeAll') }).press('Enter');
  await expect(page.getByText(t('files.transfers.nothingUnsent'))).toBeVisible({ timeout: 20_000 });
});

test('a file that could do something is not opened, only saved', async () => {
  await enter('mechanical.engineer', { language: 'en' });
  const { page } = desktop;
  const opened: string[] = [];
  await desktop.application.evaluate(({ shell }) => {
    shell.openPath = (path) => Promise.resolve((globalThis as { opened?: string }).opened = path).then(() => '');
  });
  const take = async (name: string): Promise<{ document_id: string; sha256: string }> =>
    page.evaluate(async (fileName) => {
      const { call } = window.factoryPulse;
      const unwrap = <T>(envelope: { ok: true; value: T } | { ok: false; error: { code: string } }): T => {
        if (!envelope.ok) throw new Error(envelope.error.code);
        return envelope.value;
      };
      const { id } = unwrap(await call('files.beginIntake', { name: fileName, size: 3 }));
      unwrap(await call('files.intakeChunk', { id, number: 0, bytes: btoa('abc') }));
      const file = unwrap(await call('files.endIntake', { id }));
      const made = unwrap(await call('documents.create', { title: fileName, source: { file } }));
      return { document_id: made.id, sha256: file.sha256 };
    }, name);
  for (const name of ['lệnh.bat', 'macro.docm', 'trang.html', 'không đuôi']) {
    const content = await take(name);
    const answer = await page.evaluate((input) => window.factoryPulse.call('files.open', input), content);
    expect(answer, name).toMatchObject({ ok: false, error: { code: 'FILE_NOT_OPENED' } });
  }
  const pdf = await page.evaluate((input) => window.factoryPulse.call('files.open', input), await take('CON.pdf'));
  expect(pdf).toEqual({ ok: true, value: null });
  const path = await desktop.application.evaluate(() => (globalThis as { opened?: string }).opened ?? '');
  expect(path).toMatch(/_CON\.pdf$/);
  expect(readFileSync(path, 'utf8')).toBe('abc');
  expect(opened).toEqual([]);
});
