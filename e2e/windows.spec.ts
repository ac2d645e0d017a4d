import { spawn } from 'node:child_process';
import { expect, test, type Page } from '@playwright/test';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { addOpenProjects } from './support/many-projects.ts';
import { pdfText } from './support/pdf-text.ts';
import { ProjectPage } from './support/project-page.ts';

let central: Central;
let desktop: Desktop;

test.beforeAll(async () => {
  central = await startCentral();
});

test.beforeEach(() => {
  desktop = new Desktop({ server: central.address });
});

test.afterEach(async () => {
  await desktop.remove();
});

test.afterAll(async () => {
  await central.stop();
});

const camshaft = 'Trục cam chạy thử';

const codeOf = async (title: string): Promise<string> => {
  const { rows } = await central.client.query<{ project_id: string }>('select project_id from public.projects where title = $1', [title]);
  if (!rows[0]) throw new Error(`there is no project ${title}`);
  return rows[0].project_id;
};

const heading = (page: Page) => page.getByRole('heading', { level: 1 });

/** Chooses an item of the native menu, which comes a moment after the first screen. */
async function chooseInMenu(label: string): Promise<void> {
  const choose = () =>
    desktop.application.evaluate(({ Menu }, wanted) => {
      const find = (menu: Electron.Menu | null): Electron.MenuItem | undefined =>
        menu?.items.flatMap((item) => (item.label === wanted ? [item] : (find(item.submenu ?? null) ?? []))).at(0);
      const item = find(Menu.getApplicationMenu());
      (item?.click as (() => void) | undefined)?.();
      return item !== undefined;
    }, label);
  await expect.poll(choose, { message: `the menu has no ${label}` }).toBe(true);
}

/** What the operating system does with a link: it starts the application once more. */
function openLink(url: string): void {
  const { executablePath, args, env } = desktop.command;
  spawn(executablePath, [...args, url], { env, stdio: 'ignore', detached: true }).unref();
}

test('two windows show each their own page, and a change in one at once in the other', async () => {
  const page = await desktop.start('ceo@factorypulse.vn');
  await desktop.isOnline();
  const opened = desktop.application.waitForEvent('window');
  await chooseInMenu('Cửa sổ mới');
  const second = await opened;
  await second.getByRole('link', { name: desktop.words('app.navigation.board'), exact: true }).click();
  await expect(second.getByRole('article').first()).toBeVisible();

  await ProjectPage.open(desktop, camshaft);
  const title = 'Trục cam chạy thử lần hai';
  const id = (await page.evaluate(() => window.location.hash)).split('/').at(-1) ?? '';
  const changed = await page.evaluate(
    ([project, to]) => window.factoryPulse.call('projects.update', { id: project, patch: { title: to } }),
    [id, title] as const,
  );
  expect(changed).toMatchObject({ ok: true });
  await expect(second.getByRole('article').filter({ hasText: title })).toBeVisible();
  await expect(heading(page)).toContainText(title);
  // So that people tell them apart.
  await expect(page).toHaveTitle(new RegExp(title));
  await expect(second).toHaveTitle(new RegExp(`^${desktop.words('app.navigation.board')} – `));
  expect(await page.evaluate((project) => window.factoryPulse.call('projects.update', { id: project, patch: { title: 'Trục cam chạy thử' } }), id)).toMatchObject({ ok: true });

  // Signing out in one ends both.
  await desktop.signOut();
  await expect(page).toHaveTitle('Factory Pulse');
  await expect(second.getByRole('button', { name: desktop.words('session.signIn.submit'), exact: true })).toBeVisible();
});

test('windows keep their places and the zoom over a restart', async () => {
  await desktop.start('ceo@factorypulse.vn');
  const place = { x: 40, y: 60, width: 1111, height: 701 };
  const openSecond = async () => {
    const opened = desktop.application.waitForEvent('window');
    await chooseInMenu('Cửa sổ mới');
    await (await opened).getByRole('heading', { level: 1 }).waitFor();
  };
  await openSecond();
  await chooseInMenu('Phóng to');
  await desktop.application.evaluate(({ BrowserWindow }, bounds) => {
    const [second] = BrowserWindow.getAllWindows().sort((a, b) => b.id - a.id);
    second?.setBounds(bounds);
  }, place);
  await desktop.close();

  await desktop.open();
  await expect(desktop.status).toBeVisible();
  await openSecond();
  const found = await desktop.application.evaluate(({ BrowserWindow }) => {
    const [second, first] = BrowserWindow.getAllWindows().sort((a, b) => b.id - a.id);
    return { bounds: second?.getBounds(), zoom: [first?.webContents.getZoomLevel(), second?.webContents.getZoomLevel()] };
  });
  expect(found).toEqual({ bounds: place, zoom: [0.5, 0.5] });
});

test('a link opens its project in the application that runs', async () => {
  const page = await desktop.start('ceo@factorypulse.vn');
  await desktop.isOnline();
  openLink(`factorypulse://project/${await codeOf(camshaft)}`);
  await expect(heading(page)).toContainText(camshaft);
  openLink('factorypulse://project/P-99999999');
  await expect(heading(page)).toHaveText(desktop.words('shell.link.unknown', { code: 'P-99999999' }));
  openLink('factorypulse://project/../../sync?x=1');
  await expect(heading(page)).toHaveText(desktop.words('shell.link.unreadable'));
});

test('a link that starts the application waits until somebody has signed in', async () => {
  const code = await codeOf(camshaft);
  const page = await desktop.open([`factorypulse://project/${code}`]);
  await desktop.trySignIn('ceo@factorypulse.vn');
  await expect(heading(page)).toContainText(camshaft);
});

test('a link to a project that has not come yet opens it once it comes', async () => {
  const page = await desktop.start('ceo@factorypulse.vn');
  await desktop.isOnline();
  const code = 'P-99010177';
  openLink(`factorypulse://project/${code}`);
  await expect(heading(page)).toHaveText(desktop.words('shell.link.unknown', { code }));
  await central.client.query('update public.projects set project_id = $1 where title = $2', [code, 'Gối đỡ hợp kim titan']);
  await expect(heading(page)).toContainText('Gối đỡ hợp kim titan');
});

test('what is printed says what it is, whose, when and by whom', async () => {
  const page = await desktop.start('ceo@factorypulse.vn');
  await desktop.isOnline();
  const code = await codeOf(camshaft);
  const print = async (): Promise<string> => {
    const pdf = await desktop.application.evaluate(
      async ({ BrowserWindow }) => (await BrowserWindow.getAllWindows()[0]?.webContents.printToPDF({ pageSize: 'A4' }))?.toString('base64') ?? '',
    );
    return pdfText(Buffer.from(pdf, 'base64'));
  };
  await ProjectPage.open(desktop, camshaft);
  await page.emulateMedia({ media: 'print' });
  await page.screenshot({ path: test.info().outputPath('print.png'), fullPage: true });
  await page.emulateMedia({ media: null });
  const project = (await print()).replace(/\s/g, '');
  for (const text of [code, 'FactoryPulseVietnam', camshaft.replace(/\s/g, '')]) expect(project).toContain(text);
  expect(project).not.toContain(desktop.words('app.navigation.board'));
  await page.keyboard.press('Control+3');
  await expect(page.getByRole('grid')).toContainText(code);
  expect((await print()).replace(/\s/g, '')).toContain(code);
});

test('the table is printed whole, under the headings of its columns on every sheet, or says why it is too long', async () => {
  await addOpenProjects(central.client, 2_100);
  const page = await desktop.start('ceo@factorypulse.vn');
  const { words: t } = desktop;
  await desktop.isOnline();
  // No printer here; what the system's dialog would get is looked at instead.
  await desktop.application.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    if (window) window.webContents.print = () => ((globalThis as { fpPrinted?: boolean }).fpPrinted = true);
  });
  const isAsked = () => desktop.application.evaluate(() => (globalThis as { fpPrinted?: boolean }).fpPrinted ?? false);
  const askToPrint = async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill(t('shell.palette.print'));
    await page.keyboard.press('Enter');
  };

  await page.keyboard.press('Control+3');
  await expect(page.getByRole('grid')).toContainText('B-');
  await askToPrint();
  await expect(page.getByText(t('lists.print.failed'))).toBeVisible();
  expect(await isAsked()).toBe(false);

  await page.getByRole('searchbox').fill('số 2');
  await expect(page.getByText(/^21\d dự án$/)).toBeVisible();
  await askToPrint();
  await expect.poll(isAsked).toBe(true);
  const pdf = Buffer.from(
    await desktop.application.evaluate(
      async ({ BrowserWindow }) => (await BrowserWindow.getAllWindows()[0]?.webContents.printToPDF({ pageSize: 'A4' }))?.toString('base64') ?? '',
    ),
    'base64',
  );
  const paper = pdfText(pdf).replace(/\s/g, '');
  const { rows } = await central.client.query<{ project_id: string }>("select project_id from public.projects where title ~ 'số 2\\d*$'");
  expect(rows.map(({ project_id }) => project_id).filter((code) => !paper.includes(code))).toEqual([]);
  const sheets = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  expect(sheets).toBeGreaterThan(3);
  expect(paper.split(t('projects.table.priority').replace(/\s/g, '')).length - 1).toBe(sheets);
});
