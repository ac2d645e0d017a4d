import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { pdfFile } from '../main/worker/testing/content-samples.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { placeFile } from './support/preview-files.ts';
import { checkScreen } from './support/screen-check.ts';

/* The window of an earlier state: every page of it, what it offers and what it does not. */

let central: Central;
let desktop: Desktop;
let folder: string;

test.beforeAll(async () => {
  central = await startCentral();
});

test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fp-past-e2e-'));
});

test.afterEach(async () => {
  await desktop.remove();
  rmSync(folder, { recursive: true, force: true });
});

test.afterAll(async () => {
  await central.stop();
});

const answerDialogs = (path: string): Promise<void> =>
  desktop.application.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen });
  }, path);

/** Makes a backup with the contents of documents and opens it to be looked at. */
async function openPast(page: Page): Promise<Page> {
  await answerDialogs(folder);
  await page.evaluate(async (target) => {
    const { call } = window.factoryPulse;
    for (const answer of [await call('backup.addDestination'), await call('backup.create', { kind: 'snapshot', folder: target, passphrase: null, with_files: true })]) {
      if (!answer.ok) throw new Error(answer.error.message);
    }
  }, folder);
  const [name = ''] = readdirSync(folder);
  await answerDialogs(join(folder, name));
  const opening = desktop.application.waitForEvent('window');
  await page.evaluate(async () => {
    const { call } = window.factoryPulse;
    for (const answer of [await call('backup.open'), await call('backup.openPast', { passphrase: null })]) {
      if (!answer.ok) throw new Error(answer.error.message);
    }
  });
  return opening;
}

/** What a page was refused, as the log of the application tells. */
const refusals = (): string[] => {
  const logs = join(desktop.folder, 'logs');
  const lines = existsSync(logs) ? readdirSync(logs).flatMap((file) => readFileSync(join(logs, file), 'utf8').split('\n')) : [];
  return lines.filter((line) => line.includes('past.refused'));
};

const go = (window: Page, path: string): Promise<void> => window.evaluate((hash) => void (location.hash = hash), path);

for (const [language, theme, density] of [['vi', 'light', 'office'], ['en', 'dark', 'shop-floor']] as const) {
  test(`no page of an earlier state offers to change it: ${language}, ${theme}, ${density}`, async () => {
    // Every page of it, in two sizes.
    test.setTimeout(240_000);
    desktop = new Desktop({ server: central.address, language, theme, density });
    const page = await desktop.start('admin@factorypulse.vn');
    await desktop.isOnline();
    const { words: t } = desktop;
    const drawing = await placeFile(page, 'ban-ve.pdf', pdfFile({ pages: ['Camshaft 40 H7'] }));
    const link = await page.evaluate(async () => {
      const created = await window.factoryPulse.call('documents.create', { title: 'Tiêu chuẩn', source: { link: { url: 'https://www.iso.org/standard/1.html' } } });
      return created.ok ? created.value.id : created.error.code;
    });
    const { rows: [elsewhere] } = await central.client.query<{ id: string }>(
      `update documents set content_sha256 = repeat('ab', 32) where id = (select id from documents where external_url is null and title <> 'ban-ve.pdf' order by id limit 1) returning id`,
    );
    const { rows: [project] } = await central.client.query<{ id: string; title: string }>(
      `select p.id, p.title from projects p join project_assignments a on a.project_id = p.id where p.status = 'active' and p.estimated_delivery_date is not null order by p.id limit 1`,
    );
    const { rows: [contact] } = await central.client.query<{ id: string }>(`select id from contacts where type = 'customer' order by id limit 1`);
    if (!elsewhere || !project || !contact) throw new Error('the demo data has lost what is looked at');
    const held = (): Promise<string> =>
      page.evaluate(async (id) => {
        const answer = await window.factoryPulse.call('documents.get', { id });
        return answer.ok ? (answer.value.document.content_sha256 ?? '') : answer.error.code;
      }, elsewhere.id);
    await expect.poll(held).toBe('ab'.repeat(32));

    const past = await openPast(page);
    await expect(past.getByText(t('past.banner', { at: '' }).replace(/^.*– /, ''))).toBeVisible({ timeout: 20_000 });
    const pastWindow = await desktop.application.browserWindow(past);
    const shown = {
      page: past,
      isDark: desktop.isDark,
      resize: (width: number, height: number) => pastWindow.evaluate((window: Electron.BrowserWindow, size) => window.setBounds({ x: 0, y: 0, ...size }), { width, height }),
    };
    const starting = (key: string, values?: Record<string, unknown>): RegExp => new RegExp(`^${t(key, values).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);

    /** By page, what the ordinary window offers there. */
    const offers: [name: string, path: string, ready: RegExp | string, role: 'button' | 'link' | 'checkbox' | 'switch', controls: (string | RegExp)[]][] = [
      ['overview', '/', t('dashboard.title'), 'link', [t('app.navigation.intake'), t('app.navigation.sync')]],
      ['board', '/board', t('projects.board.title'), 'button', [new RegExp(t('projects.board.card.menu', { code: '.*' }).replace('…', '.'))]],
      ['table', '/projects', t('projects.table.title'), 'button', [t('lists.export.label')]],
      ['marks', '/projects', t('projects.table.title'), 'checkbox', [t('lists.select.all')]],
      ['project', `/projects/${project.id}`, project.title, 'button', [
        starting('projects.edit.edit', { field: '' }), starting('project.status.change'), t('projects.move.others'), t('project.team.addAction'),
      ]],
      ['project-files', `/projects/${project.id}`, project.title, 'switch', [t('files.offline.keep.project')]],
      ['contacts', '/contacts', t('contacts.title'), 'button', [t('contacts.create.open')]],
      ['contact', `/contacts/${contact.id}`, '', 'button', [t('contacts.merge.open'), starting('projects.edit.edit', { field: '' })]],
      ['documents', '/documents', t('documents.title'), 'button', [t('documents.add')]],
      ['document-marks', '/documents', t('documents.title'), 'checkbox', [t('documents.bulk.markAll')]],
      ['document', `/documents/${drawing.id}`, 'ban-ve.pdf', 'button', [t('documents.versions.add'), t('documents.checkout.take'), starting('projects.edit.edit', { field: '' })]],
      ['link', `/documents/${link}`, 'Tiêu chuẩn', 'button', [t('documents.link.openOn', { host: 'www.iso.org' }), t('documents.link.change')]],
    ];
    let looked = '';
    for (const [name, path, ready, role, controls] of offers) {
      for (const window of [page, past]) {
        await go(window, path);
        await expect(window.getByRole('heading', { level: 1, name: ready })).toBeVisible();
      }
      for (const control of controls) {
        await expect(page.getByRole(role, { name: control }).first(), `${name}: ${String(control)} where it is offered`).toBeVisible();
        await expect(past.getByRole(role, { name: control }), `${name}: ${String(control)} in the earlier state`).toHaveCount(0);
      }
      // Some pages have more than one line above; each is looked at once.
      if (path !== looked) await checkScreen(shown, `past-${name}-${language}-${theme}`);
      looked = path;
    }
    for (const place of ['calendar', 'timeline'] as const) {
      await go(past, `/${place}`);
      await expect(past.getByRole('heading', { level: 1, name: t(`${place}.title`) })).toBeVisible();
      await checkScreen(shown, `past-${place}-${language}-${theme}`);
    }
    await go(past, '/security');
    await expect(past.getByText(t('past.notHere.title'))).toBeVisible();

    await go(past, `/documents/${drawing.id}/preview/${drawing.sha256}`);
    await expect(past.getByRole('img')).toHaveAccessibleName(/^ban-ve.pdf/, { timeout: 20_000 });
    await checkScreen(shown, `past-preview-${language}-${theme}`);
    const copy = join(folder, 'ban sao.pdf');
    await answerDialogs(copy);
    await past.getByRole('button', { name: t('documents.file.saveAs'), exact: true }).click();
    await expect.poll(() => existsSync(copy) && readFileSync(copy).subarray(0, 5).toString()).toBe('%PDF-');
    await go(past, `/documents/${elsewhere.id}`);
    await expect(past.getByText(t('past.noContent'))).toBeVisible();
    await checkScreen(shown, `past-no-content-${language}-${theme}`);

    await go(past, '/board');
    const card = past.getByRole('link', { name: project.title, exact: true });
    await card.focus();
    await past.keyboard.press('Shift+ArrowRight');
    await past.keyboard.press('Space');
    await expect(past.getByRole('dialog')).toHaveCount(0);
    await past.keyboard.press('ControlOrMeta+k');
    await expect(past.getByRole('dialog')).toBeVisible();
    await past.keyboard.type(t('shell.palette.syncNow'));
    await expect(past.getByRole('option', { name: starting('shell.palette.syncNow') })).toHaveCount(0);
    await checkScreen(shown, `past-palette-${language}-${theme}`);
    await past.keyboard.press('Escape');
    await past.getByRole('button', { name: t('app.navigation.settings'), exact: true }).click();
    await expect(past.getByRole('button', { name: t('lock.lockNow'), exact: true })).toBeVisible();
    await expect(past.getByRole('button', { name: t('session.changePassword.open'), exact: true })).toHaveCount(0);
    await checkScreen(shown, `past-settings-${language}-${theme}`);

    // No page asked for anything that an earlier state does not answer; what is asked all the same stands in the log.
    expect(refusals()).toEqual([]);
    await past.evaluate((id) => window.factoryPulse.call('projects.update', { id, patch: { title: 'x' } }), project.id);
    await expect.poll(() => refusals().length).toBe(1);
    await past.close();
    await expect.poll(() => readdirSync(join(desktop.folder, 'past'))).toEqual([]);
  });
}
