import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import type { Envelope } from '../shared/errors.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { checkScreen } from './support/screen-check.ts';

let central: Central;
let desktop: Desktop;
let folder: string;
const note = 'Đã kiểm tra nhật ký thay đổi';

test.beforeAll(async () => {
  central = await startCentral();
  folder = mkdtempSync(join(tmpdir(), 'factory-pulse-export-'));
});

test.afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await central.stop();
});

test.afterEach(async () => {
  await desktop.remove();
});

const hash = (page: Page): Promise<string> => page.evaluate(() => window.location.hash);

const rowsOf = (page: Page) => page.getByRole('table').getByRole('row').filter({ has: page.getByRole('cell') });

/** Answers the system's dialog, which no test can press. */
const chooseFile = (file: string | null): Promise<void> =>
  desktop.application.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: chosen === null, filePath: chosen ?? '' });
  }, file);

/** Edits a project as a person does who has its page open, and waits until the log tells of it. */
async function edit(page: Page, notes: string): Promise<void> {
  await page.evaluate(async (text) => {
    const { call } = window.factoryPulse;
    const list = await call('projects.list', { status: 'active' });
    if (!list.ok) throw new Error(list.error.code);
    const done = await call('projects.update', { id: list.value.rows[0]?.id ?? '', patch: { notes: text } });
    if (!done.ok) throw new Error(done.error.code);
  }, notes);
  await expect
    .poll(() =>
      page.evaluate(async (search) => {
        const found = await window.factoryPulse.call('audit.list', { search });
        return found.ok ? found.value.rows.length : -1;
      }, notes),
    )
    .toBeGreaterThan(0);
}

async function openLog(page: Page): Promise<void> {
  await desktop.goTo('audit');
  await expect(page.getByRole('heading', { level: 1, name: desktop.words('audit.title') })).toBeVisible();
  await expect(rowsOf(page).first()).toBeVisible();
}

test('a manager finds a change, opens it, goes the way back, and exports what is filtered', async () => {
  desktop = new Desktop({ server: central.address });
  const page = await desktop.start('ceo@factorypulse.vn');
  const { words: t } = desktop;
  await desktop.isOnline();
  await edit(page, note);
  await openLog(page);

  const search = page.getByRole('searchbox', { name: t('audit.filters.search') });
  await search.pressSequentially('da kiem tra nhat ky');
  await expect(rowsOf(page)).toHaveCount(1);
  await expect(page.getByRole('status').filter({ hasText: t('audit.found', { count: 1, total: '1' }) })).toBeVisible();
  await expect(search, 'typing goes on where it was').toBeFocused();

  const opener = rowsOf(page).getByRole('button');
  await opener.click();
  const details = page.getByRole('dialog', { name: t('audit.details.title') });
  await expect(details).toContainText('Đỗ Quốc Khánh');
  await expect(details.getByRole('row', { name: t('values.column.notes') })).toContainText(note);
  await expect(details.getByRole('link')).toHaveAttribute('href', /#\/projects\//);
  await page.keyboard.press('Escape');
  await expect(details).toBeHidden();
  await expect(opener).toBeFocused();

  // The way back leads through what was asked.
  await page.goBack();
  await expect(details).toBeVisible();
  await page.goBack();
  await expect(details).toBeHidden();
  await expect(search).toHaveValue('da kiem tra nhat ky');
  await page.goBack();
  await expect(search).toHaveValue('');
  await expect.poll(() => rowsOf(page).count()).toBeGreaterThan(1);
  await page.keyboard.press('Alt+ArrowRight');
  await expect(rowsOf(page)).toHaveCount(1);
  await page.keyboard.press('Alt+ArrowLeft');
  await expect.poll(() => rowsOf(page).count()).toBeGreaterThan(1);
  await page.goForward();
  await expect(rowsOf(page)).toHaveCount(1);

  const person = page.getByRole('combobox', { name: t('audit.filters.person') });
  await person.fill('do quoc');
  await page.getByRole('option', { name: 'Đỗ Quốc Khánh' }).click();
  await expect(rowsOf(page)).toHaveCount(1);
  await person.fill('lam thuy');
  await page.getByRole('option', { name: 'Lâm Thúy Vy' }).click();
  await expect(page.getByRole('heading', { name: t('audit.empty.noMatchTitle') })).toBeVisible();
  await page.getByRole('main').getByRole('button', { name: t('audit.filters.clear'), exact: true }).first().click();
  await expect(search).toHaveValue('');
  await expect.poll(() => hash(page)).toBe('#/audit');

  await search.fill(note);
  await expect(rowsOf(page)).toHaveCount(1);
  const choose = async (format: 'csv' | 'xlsx') => {
    await page.getByRole('button', { name: t('audit.export.label'), exact: true }).click();
    await page.getByRole('menuitem', { name: t(`audit.export.${format}`) }).click();
  };
  const csv = join(folder, 'nhật ký.csv');
  await chooseFile(csv);
  await choose('csv');
  await expect(page.getByText(t('audit.export.done', { count: 1, rows: '1', file: csv }))).toBeVisible();
  const text = readFileSync(csv, 'utf8');
  expect(text.split('\r\n')).toHaveLength(3);
  expect(text).toContain(`${t('values.column.notes')}: ${note}`);
  expect(text).toContain(`"${t('values.action.changed')}"`);

  await chooseFile(join(folder, 'log'));
  await choose('xlsx');
  await expect.poll(() => readdirSync(folder).toSorted()).toEqual(['log.xlsx', 'nhật ký.csv']);
  expect(readFileSync(join(folder, 'log.xlsx')).subarray(0, 2).toString()).toBe('PK');

  // A name that the ending makes a taken one is asked about again.
  await desktop.application.evaluate(({ dialog }, chosen) => {
    const offered: (string | undefined)[] = [];
    Object.assign(globalThis, { offered });
    dialog.showSaveDialog = ((_window: unknown, options: { defaultPath?: string }) => {
      offered.push(options.defaultPath);
      return Promise.resolve({ canceled: offered.length > 1, filePath: offered.length > 1 ? '' : chosen });
    }) as typeof dialog.showSaveDialog;
  }, join(folder, 'log'));
  await choose('xlsx');
  const offered = () => desktop.application.evaluate(() => (globalThis as unknown as { offered: string[] }).offered);
  await expect.poll(async () => (await offered()).at(1)).toBe(join(folder, 'log.xlsx'));

  // Nothing is written where the person chose nothing, and a place that takes no file is told in words.
  await chooseFile(null);
  await choose('csv');
  await chooseFile(join(folder, 'gone', 'log.csv'));
  await choose('csv');
  await expect(page.getByRole('alert').filter({ hasText: t('errors.FILE_NOT_WRITABLE') })).toBeVisible();
  expect(readdirSync(folder)).toHaveLength(2);
});

test('an engineer has no audit log: no link, no page under its address, no answer from the worker, no dialog', async () => {
  desktop = new Desktop({ server: central.address });
  const page = await desktop.start('senior.engineer@factorypulse.vn');
  const { words: t } = desktop;
  await desktop.isOnline();
  await expect(page.getByRole('link', { name: t('app.navigation.projects'), exact: true })).toBeVisible();
  await expect(desktop.administration).toHaveCount(0);
  await page.evaluate(() => (window.location.hash = '/audit'));
  await expect(page.getByRole('heading', { level: 1, name: t('shell.notForYou.title') })).toBeVisible();
  const answers = await page.evaluate(async () => {
    const bridge = window.factoryPulse as unknown as { call: (name: string, input?: unknown) => Promise<Envelope<unknown>> };
    const id = '00000000-0000-4000-8000-000000000000';
    const headings = Object.fromEntries(
      ['server_time', 'client_time', 'person', 'device', 'kind', 'record', 'project', 'action', 'before', 'after', 'note', 'id'].map((name) => [name, name]),
    );
    const words = { sheet: 'x', headings, kinds: {}, actions: {}, columns: {}, values: {}, system: '', yes: '', no: '' };
    return Promise.all([
      bridge.call('audit.overview'),
      bridge.call('audit.list', {}),
      bridge.call('audit.get', { id }),
      bridge.call('audit.cancelExport'),
      bridge.call('audit.export', { filter: {}, format: 'csv', words }),
    ]);
  });
  expect(answers.map((answer) => (answer.ok ? 'answered' : answer.error.code))).toEqual(Array.from({ length: 5 }, () => 'NOT_ALLOWED'));
});

test('an export of many entries shows how far it is, can be stopped, and comes whole when it is let be', async () => {
  const COUNT = 30_000;
  // In maintenance entries keep their time; otherwise all would be of this moment.
  await central.client.query('begin');
  await central.client.query("set local factory_pulse.maintenance = 'on'");
  await central.client.query(
    `insert into activity_log (organization_id, user_id, entity_type, entity_id, project_id, action, old_values, new_values, created_at)
      select p.organization_id, p.created_by, 'projects', p.id, p.id, 'UPDATE', jsonb_build_object('notes', 'Lô ' || n),
        jsonb_build_object('notes', 'Lô ' || n + 1), now() - n * interval '1 minute'
      from generate_series(1, $1::int) n, (select * from projects order by project_id limit 1) p`,
    [COUNT],
  );
  await central.client.query('commit');
  try {
    desktop = new Desktop({ server: central.address });
    const page = await desktop.start('operations@factorypulse.vn');
    const { words: t } = desktop;
    await desktop.isOnline();
    await openLog(page);
    const before = readdirSync(folder);
    const begin = async (name: string) => {
      await chooseFile(join(folder, name));
      await page.getByRole('button', { name: t('audit.export.label'), exact: true }).click();
      await page.getByRole('menuitem', { name: t('audit.export.xlsx') }).click();
    };
    await begin('stopped.xlsx');
    await expect(page.getByRole('progressbar', { name: t('audit.export.progress') })).toBeVisible();
    await page.getByRole('button', { name: t('audit.export.stop') }).click();
    await expect(page.getByText(t('audit.export.stopped'))).toBeVisible();
    expect(readdirSync(folder)).toEqual(before);

    // A search for what is nowhere comes to its end while the list stays in use.
    await page.getByRole('searchbox', { name: t('audit.filters.search') }).fill('không có ở đâu cả');
    await expect(page.getByRole('heading', { name: t('audit.empty.noMatchTitle') })).toBeVisible();
    await page.getByRole('searchbox', { name: t('audit.filters.search') }).fill('');
    await expect(rowsOf(page).first()).toBeVisible();

    await begin('whole.xlsx');
    await expect.poll(() => readdirSync(folder), { timeout: 90_000 }).toContain('whole.xlsx');
    expect(statSync(join(folder, 'whole.xlsx')).size).toBeGreaterThan(1_000_000);
  } finally {
    await central.client.query('begin');
    await central.client.query("set local factory_pulse.maintenance = 'on'");
    await central.client.query("alter table activity_log disable trigger m_append_only; delete from activity_log where new_values ->> 'notes' like 'Lô %'; alter table activity_log enable trigger m_append_only");
    await central.client.query('commit');
  }
});

for (const [language, theme, density] of [
  ['vi', 'light', 'office'],
  ['en', 'dark', 'shop-floor'],
  ['vi', 'dark', 'office'],
] as const) {
  test(`the audit log is accessible and fits its window: ${language}, ${theme}, ${density}`, async () => {
    desktop = new Desktop({ server: central.address, language, theme, density });
    const page = await desktop.start('admin@factorypulse.vn');
    const { words: t } = desktop;
    await desktop.isOnline();
    await edit(page, `${note} ${language} ${theme}`);
    await central.client.query(
      `insert into activity_log (organization_id, user_id, entity_type, entity_id, project_id, action, old_values, new_values, device_id, client_time)
        select organization_id, created_by, 'projects', id, id, 'UPDATE',
          jsonb_build_object('estimated_value', 1200000000.00, 'priority_level', 'medium', 'assigned_to', null),
          jsonb_build_object('estimated_value', 1350000000.00, 'priority_level', 'high', 'assigned_to', created_by),
          gen_random_uuid(), now() + interval '2 hours'
        from projects where project_id = (select max(project_id) from projects)`,
    );
    await page.evaluate(() => window.factoryPulse.call('sync.now'));
    await openLog(page);
    await expect(page.getByRole('img', { name: t('audit.clock.mark', { span: '' }).trim() }).first()).toBeVisible();
    await checkScreen(desktop, 'audit');
    if (density === 'office') {
      const region = page.getByRole('region', { name: t('audit.table.region') });
      expect(await region.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    }
    await page.getByRole('img', { name: t('audit.clock.mark', { span: '' }).trim() }).first().locator('xpath=ancestor::*[@role="row"]').getByRole('button').click();
    await expect(page.getByRole('dialog').getByRole('table')).toBeVisible();
    await checkScreen(desktop, 'audit-details');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: t('audit.export.label'), exact: true }).click();
    await expect(page.getByRole('menu')).toBeVisible();
    await checkScreen(desktop, 'audit-export');
    await page.keyboard.press('Escape');
    await page.getByRole('searchbox', { name: t('audit.filters.search') }).fill('zzz');
    await expect(page.getByRole('heading', { name: t('audit.empty.noMatchTitle') })).toBeVisible();
    await checkScreen(desktop, 'audit-empty');
  });
}
