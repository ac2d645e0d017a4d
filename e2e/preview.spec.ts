import { createHash } from 'node:crypto';
import { expect, test, type Page } from '@playwright/test';
import { activePdf, dxfFile, pdfFile, pngFile, stepFile } from '../main/worker/testing/content-samples.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { checkScreen } from './support/screen-check.ts';

let central: Central;
let desktop: Desktop;
test.beforeAll(async () => { central = await startCentral(); });
test.afterAll(async () => { await central.stop(); });
test.afterEach(async () => { await desktop.remove(); });

test('harness', async () => {
  test.setTimeout(120_000);
  desktop = new Desktop({ server: central.address, language: 'vi', theme: 'light' });
  const page = await desktop.start('ceo@factorypulse.vn');
  page.on('console', (m) => console.log('CONSOLE', m.text()));
  const files: Record<string, { bytes: string; looked: unknown; name: string; size: number; is_current: boolean }> = {};
  const add = (name: string, bytes: Uint8Array, looked: unknown, is_current = true) => {
    const sha = createHash('sha256').update(bytes).digest('hex');
    files[sha] = { bytes: Buffer.from(bytes).toString('base64'), looked, name, size: bytes.length, is_current };
    return sha;
  };
  const pdf = add('ban-ve.pdf', pdfFile({ pages: ['Bracket for sensor\nPage one', 'Page two'], title: 'x' }), { kind: 'pdf', view: { form: 'pages', pages: 2 }, facts: [{ name: 'pages', values: [2] }, { name: 'page_size', values: [210, 297] }], warnings: ['scripts'] });
  const old = add('ban-ve-cu.pdf', activePdf(), { kind: 'pdf', view: { form: 'pages', pages: 1 }, facts: [], warnings: ['scripts', 'attachments'] }, false);
  const png = add('anh.png', pngFile(400, 300), { kind: 'image', view: { form: 'picture', type: 'image/png', width: 400, height: 300 }, facts: [{ name: 'image_size', values: [400, 300] }], warnings: [] });
  await desktop.application.evaluate(({ ipcMain }, files) => {
    const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, (...a: unknown[]) => unknown> })._invokeHandlers;
    const [channel, original] = [...handlers.entries()].find(([n]) => !n.startsWith('__')) ?? [];
    if (!channel || !original) throw new Error('no');
    handlers.set(channel, (event: unknown, name: unknown, input: unknown) => {
      const i = input as { sha256: string; token: string };
      const ok = (value: unknown) => ({ ok: true, value });
      const reply = (event as { _reply?: unknown });
      void reply;
      let v: unknown;
      if (name === 'preview.version') v = ok({ document_id: '', title: files[i.sha256]!.name, version: 2, is_current: files[i.sha256]!.is_current });
      else if (name === 'preview.open') v = ok({ ...files[i.sha256], bytes: undefined, token: i.sha256 });
      else if (name === 'preview.bytes') v = ok(new Uint8Array(Buffer.from(files[i.token]!.bytes, 'base64')));
      else if (name === 'preview.close') v = ok(null);
      else return original(event, name, input);
      return v;
    });
  }, files);
  const id = '00000000-0000-4000-8000-000000000000';
  const open = (sha: string) => page.evaluate((hash) => (window.location.hash = hash), `/documents/${id}/preview/${sha}`);
  for (const [name, sha] of [['pdf', pdf], ['old', old], ['png', png]] as const) {
    await open(sha);
    await expect(page.getByRole('img', { name: files[sha]!.name })).toBeVisible();
    await page.waitForTimeout(1500);
    await page.screenshot({ path: test.info().outputPath(`${name}.png`) });
  }
  const pids = await desktop.application.evaluate(({ webContents }) => webContents.getAllWebContents().flatMap((w) => w.mainFrame.framesInSubtree.map((f) => [f.url, f.osProcessId, f.origin])));
  console.log(JSON.stringify(pids));
});
