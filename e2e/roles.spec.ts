import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { destinationsOf } from '../shared/navigation.ts';
import { isInternal, type Role } from '../shared/domain/roles.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';

const people: readonly { role: Role; email: string }[] = [
  { role: 'engineering', email: 'mechanical.engineer@factorypulse.vn' },
  { role: 'management', email: 'ceo@factorypulse.vn' },
  { role: 'sales', email: 'customer.service@factorypulse.vn' },
  { role: 'admin', email: 'admin@factorypulse.vn' },
  { role: 'customer', email: 'procurement@toyota.example' },
  { role: 'supplier', email: 'sales@minhlong.example' },
];

/** What a page shows goes with whether somebody is of the staff; each is analysed once. */
const analysed = new Set<string>();

let central: Central;
let desktop: Desktop;

test.beforeAll(async () => {
  central = await startCentral();
});

test.afterAll(async () => {
  await central.stop();
});

test.afterEach(async () => {
  await desktop.remove();
});

for (const language of ['vi', 'en'] as const) {
  for (const [place, { role, email }] of people.entries()) {
    test(`${role}, ${language}: every page of the navigation opens with its heading, without an error`, async () => {
      desktop = new Desktop({ server: central.address, language, theme: place % 2 === 0 ? 'light' : 'dark' });
      const page = await desktop.open();
      await desktop.trySignIn(email);
      await desktop.isOnline();
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(error.message));
      const offered = destinationsOf(role);
      await expect(page.getByRole('navigation').getByRole('link')).toHaveCount(offered.filter(({ group }) => group === 'work').length);
      for (const { id, path } of offered) {
        await page.evaluate((hash) => (window.location.hash = hash), path);
        const main = page.getByRole('main');
        await expect(main.getByRole('heading', { level: 1 }), id).toBeVisible();
        await expect(main.getByRole('heading', { level: 1 }), id).not.toHaveText('');
        await expect(main.locator('.mantine-Skeleton-root'), id).toHaveCount(0);
        await expect(main.getByText(desktop.words('app.failure.title')), id).toHaveCount(0);
        await expect(main.getByText(desktop.words('shell.notForYou.title')), id).toHaveCount(0);
        const view = `${isInternal(role) ? 'staff' : role} ${id}`;
        if (analysed.has(view)) continue;
        analysed.add(view);
        const { violations } = await new AxeBuilder({ page }).include('main').setLegacyMode().analyze();
        expect(violations.map((found) => [found.id, found.nodes.map(({ html }) => html)]), `${id}: accessibility`).toEqual([]);
      }
      expect(faults).toEqual([]);
    });
  }
}
