import { expect, test, type Locator } from '@playwright/test';
import { dayNumber, dayOf } from '../shared/domain/schedule.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop, type DesktopOptions } from './support/desktop.ts';
import { checkScreen } from './support/screen-check.ts';

const bracket = 'Giá đỡ cảm biến gầm xe'; // Inquiry Received

let central: Central;
let desktop: Desktop;
/** Days of the present month, in the organization's zone. */
const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Ho_Chi_Minh', dateStyle: 'short' }).format(new Date());
const month = today.slice(0, 7);

test.beforeAll(async () => {
  central = await startCentral();
});

test.beforeEach(async () => {
  await central.client.query('update public.projects set estimated_delivery_date = $1 where title = $2', [`${month}-10`, bracket]);
});

test.afterEach(async () => {
  await desktop.remove();
});

test.afterAll(async () => {
  await central.stop();
});

async function enter(email: string, options: Partial<DesktopOptions> = {}): Promise<void> {
  desktop = new Desktop({ server: central.address, language: 'en', ...options });
  const page = await desktop.start(email);
  await desktop.isOnline();
  await page.getByRole('link', { name: desktop.words('app.navigation.calendar'), exact: true }).click();
  await expect(page.getByRole('grid')).toBeVisible();
}

const field = (day: string): Locator =>
  desktop.page.getByRole('gridcell').filter({ has: desktop.page.locator(`[data-day="${day}"]`) });

const chip = (day: string): Locator => field(day).getByRole('link', { name: bracket });

async function stored(): Promise<string | undefined> {
  const { rows } = await central.client.query<{ day: string }>(
    'select estimated_delivery_date::text as day from public.projects where title = $1',
    [bracket],
  );
  return rows[0]?.day;
}

test('a project is dragged to another day, and Ctrl+Z brings it back', async () => {
  await enter('ceo@factorypulse.vn');
  const { page } = desktop;
  const from = await chip(`${month}-10`).boundingBox();
  const to = await field(`${month}-18`).boundingBox();
  if (!from || !to) throw new Error('the days are not on the screen');
  await page.mouse.move(from.x + 20, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + 40, from.y + 20, { steps: 4 });
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 8 });
  await page.mouse.up();
  await expect(chip(`${month}-18`)).toBeVisible();
  await desktop.isOnline();
  expect(await stored()).toBe(`${month}-18`);
  await page.keyboard.press('ControlOrMeta+z');
  await expect(chip(`${month}-10`)).toBeVisible();
  await desktop.isOnline();
  expect(await stored()).toBe(`${month}-10`);
});

test('the month is walked by keys, a project moved by Shift and arrows, and a day opened', async () => {
  await enter('sales.manager@factorypulse.vn', { language: 'vi' });
  const { page, words: t } = desktop;
  await page.locator(`[data-day="${today}"]`).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator(`[data-day="${dayOf(dayNumber(today) + 1)}"]`)).toBeFocused();
  await page.keyboard.press('PageDown');
  await page.keyboard.press('PageUp');
  await expect(page.locator(`[data-day="${dayOf(dayNumber(today) + 1)}"]`)).toBeFocused();

  await page.getByRole('button', { name: t('calendar.today'), exact: true }).click();
  await chip(`${month}-10`).focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(chip(`${month}-11`)).toBeFocused();
  await page.keyboard.press('Shift+ArrowDown');
  await expect(chip(`${month}-18`)).toBeFocused();
  await desktop.isOnline();
  expect(await stored()).toBe(`${month}-18`);

  await page.locator(`[data-day="${month}-18"]`).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('listitem').filter({ hasText: bracket })).toBeVisible();
  await dialog.getByRole('link', { name: bracket }).click();
  await expect(page.getByRole('heading', { level: 1, name: bracket })).toBeVisible();
});

test('whoever may not edit a project reads so, and nothing moves', async () => {
  await enter('mechanical.engineer@factorypulse.vn');
  const { page, words: t } = desktop;
  await chip(`${month}-10`).focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(page.getByText(t('calendar.locked'))).toBeVisible();
  await page.locator(`[data-day="${month}-10"]`).click();
  await expect(page.getByRole('dialog').getByRole('button', { name: /^Move P-/ }).first()).toBeDisabled();
  expect(await stored()).toBe(`${month}-10`);
});

test('a customer sees the deliveries of their own company, a supplier has no calendar', async () => {
  await enter('procurement@toyota.example', { language: 'vi' });
  await desktop.page.getByRole('gridcell').first().waitFor();
  await checkScreen(desktop, 'calendar-customer');
  await desktop.remove();
  desktop = new Desktop({ server: central.address, language: 'vi' });
  const page = await desktop.start('sales@minhlong.example');
  await expect(page.getByRole('link', { name: desktop.words('app.navigation.calendar'), exact: true })).toHaveCount(0);
});

for (const [language, theme, density] of [['vi', 'light', 'office'], ['en', 'dark', 'shop-floor']] as const) {
  test(`the calendar is accessible and fits its window: ${language}, ${theme}, ${density}`, async () => {
    await enter('ceo@factorypulse.vn', { language, theme, density });
    const { page, words: t } = desktop;
    await expect(chip(`${month}-10`)).toBeVisible();
    await checkScreen(desktop, `calendar-${language}`);
    await page.locator(`[data-day="${month}-10"]`).click();
    await page.getByRole('dialog').getByRole('button', { name: new RegExp(t('calendar.moveTo', { code: 'P-\\d+' })) }).first().waitFor();
    await checkScreen(desktop, `calendar-day-${language}`);
  });
}
