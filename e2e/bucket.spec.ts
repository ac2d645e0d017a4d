import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { hasBucketServer, TestBucket } from '../main/worker/testing/test-bucket.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop, type DesktopOptions } from './support/desktop.ts';
import { checkScreen } from './support/screen-check.ts';

test.skip(!hasBucketServer(), 'no Swift on this machine');

let central: Central;
let bucket: TestBucket;
let desktop: Desktop;
const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-e2e-bucket-'));

test.beforeAll(async () => {
  central = await startCentral();
  bucket = await TestBucket.start();
});

test.afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await bucket.stop();
  await central.stop();
});

test.afterEach(async () => {
  await desktop.remove();
});

async function enter(mailbox: string, options: Partial<DesktopOptions> = {}): Promise<void> {
  desktop = new Desktop({ server: central.address, ...options });
  await desktop.start(`${mailbox}@factorypulse.vn`);
}

/** Takes in an inquiry with a file, and goes to the page that shows its way. */
async function sendFile(name: string, content: Buffer): Promise<void> {
  const { page, words: t } = desktop;
  const path = join(folder, name);
  writeFileSync(path, content);
  await desktop.application.evaluate(({ dialog }, file) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [file] });
  }, path);
  await page.getByRole('link', { name: t('app.navigation.intake'), exact: true }).click();
  await page.getByRole('button', { name: t('files.drop.choose') }).press('Enter');
  await expect(page.getByRole('list', { name: t('intake.field.attachments') }).getByText(name)).toBeVisible();
  await page.getByRole('textbox', { name: t('intake.field.title') }).fill('Khung hàn');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { name: t('intake.done.title') })).toBeVisible();
  await page.getByRole('link', { name: t('app.navigation.sync'), exact: true }).click();
  await page.getByRole('link', { name: t('files.title'), exact: true }).click();
}

test('a file goes to the bucket and comes from there, and the page says what keeps it from doing so', async () => {
  const id = await bucket.serve(central.client);
  await central.client.query("update files.bucket_keys set secret_key = 'another' where bucket_id = $1", [id]);
  await enter('sales.manager', { language: 'vi' });
  const { page, words: t } = desktop;
  const content = randomBytes(2_500_000);
  await sendFile('bản vẽ khung.pdf', content);
  await expect(page.getByText(t('errors.FILE_BUCKET_REFUSED'))).toBeVisible({ timeout: 20_000 });
  await checkScreen(desktop, 'files-bucket-refused');

  await bucket.serve(central.client);
  await page.getByRole('button', { name: t('files.transfers.retryAll') }).click();
  await expect(page.getByText(t('files.transfers.nothingUnsent'))).toBeVisible({ timeout: 20_000 });
  const sha256 = createHash('sha256').update(content).digest('hex');
  expect(Buffer.concat(await bucket.pieces(central.client, sha256)).equals(content)).toBe(true);

  // Another machine has it only from there.
  await desktop.remove();
  await enter('mechanical.engineer', { language: 'vi' });
  const { rows } = await central.client.query<{ document_id: string }>('select id as document_id from public.documents where content_sha256 = $1', [sha256]);
  const target = join(folder, 'lưu.pdf');
  await desktop.application.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, target);
  const saved = await desktop.page.evaluate((input) => window.factoryPulse.call('files.saveAs', input), { document_id: rows[0]?.document_id ?? '', sha256 });
  expect(saved).toEqual({ ok: true, value: { file: target } });
});

test('a bucket that does not answer is told apart from a server that does not', async () => {
  await bucket.serve(central.client, { port: 9 });
  await enter('admin', { language: 'en', theme: 'dark', density: 'shop-floor' });
  const { page, words: t } = desktop;
  await sendFile('plan.step', randomBytes(4_000));
  await expect(page.getByText(t('errors.FILE_BUCKET_UNREACHABLE'))).toBeVisible({ timeout: 20_000 });
  await checkScreen(desktop, 'files-bucket-unreachable-dark');
});
