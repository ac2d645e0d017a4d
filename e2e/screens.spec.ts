import { expect, test, type Locator } from '@playwright/test';
import { Board } from './support/board.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { ProjectPage } from './support/project-page.ts';
import { checkScreen } from './support/screen-check.ts';

/** A project with everything on its page: an open gate, a blocked step, a long history. */
const camshaft = 'Trục cam chạy thử';

/** Stands in the first column. */
const bracket = 'Giá đỡ cảm biến gầm xe';

let central: Central;
let desktop: Desktop;

test.beforeAll(async () => {
  central = await startCentral();
  await central.client.query('update public.projects set estimated_delivery_date = current_date - 1204 where title = $1', [bracket]);
});

test.afterAll(async () => {
  await central.stop();
});

test.afterEach(async () => {
  await desktop.remove();
});

const check = (name: string) => checkScreen(desktop, name);

/** The pixels by which a text is wider than its place. */
const cutOff = (text: Locator): Promise<number> => text.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);

for (const [language, theme, density] of [['vi', 'light', 'office'], ['en', 'dark', 'shop-floor']] as const) {
  test(`every screen is accessible and fits its window: ${language}, ${theme}, ${density}`, async () => {
    desktop = new Desktop({ server: central.address, demo: true, language, theme, density });
    const page = await desktop.open();
    const { words: t } = desktop;
    const late = t('projects.due.overdue', { count: 1204, days: language === 'vi' ? '1.204' : '1,204' });
    await expect(page.getByRole('heading', { level: 1, name: t('session.signIn.title') })).toBeVisible();
    await check('sign-in');
    await desktop.trySignIn('ceo@factorypulse.vn', 'wrong');
    await expect(desktop.problem).toBeVisible();
    await check('sign-in-refused');

    await desktop.signIn('ceo@factorypulse.vn');
    await desktop.isOnline();
    await expect(desktop.board.getByRole('article')).toHaveCount(16);
    await check('board');
    await expect.poll(() => cutOff(desktop.board.getByText(late))).toBe(0);

    const board = new Board(desktop);
    await board.link(camshaft).focus();
    await page.keyboard.press('Shift+ArrowRight');
    await expect(board.dialog).toBeVisible();
    await check('move-dialog');
    await page.keyboard.press('Escape');
    // Of a card that stays in sight in both sizes: a menu goes where its card goes.
    await board.card(bracket).getByRole('button').click();
    await expect(page.getByRole('menu')).toBeVisible();
    await check('move-menu');
    await expect(page.getByRole('menu')).toBeVisible();
    await page.keyboard.press('Escape');

    await page.getByRole('link', { name: t('app.navigation.projects'), exact: true }).click();
    await expect(page.getByRole('grid').getByRole('link').first()).toBeVisible();
    await check('table');
    await expect.poll(() => cutOff(page.getByRole('grid').getByText(late))).toBe(0);
    if (density === 'office') {
      const region = page.getByRole('region', { name: t('projects.table.region') });
      expect(await region.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    }

    const project = await ProjectPage.open(desktop, camshaft);
    await check('project');
    await project.panel('projects.activity.title').scrollIntoViewIfNeeded();
    await check('project-activity');

    await desktop.status.click();
    await expect(page.getByText(t('sync.attentionList.empty'))).toBeVisible();
    await check('sync-centre-empty');

    await page.getByRole('button', { name: t('app.navigation.settings'), exact: true }).click();
    await expect(page.getByRole('dialog')).toContainText(t('settings.density'));
    await check('settings');
  });
}
