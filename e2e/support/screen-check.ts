import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import type { Desktop } from './desktop.ts';

const sizes = [
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
] as const;

/** Fading in, a text has less contrast than it will have. */
const settled = (page: Page) =>
  page.evaluate(async () => {
    const passing = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(passing.map(({ finished }) => finished));
  });

/** A window whose screens are looked at. */
type Shown = Pick<Desktop, 'page' | 'isDark' | 'resize'>;

/**
 * Holds a screen to what accessibility asks for, and to its window; leaves a picture of each size in test-results. Colours go
 * with the theme and never with the size, so every screen, looked at in both, is analysed in the small window when it is light
 * and in the large one when it is dark.
 */
export async function checkScreen(desktop: Shown, name: string): Promise<void> {
  const { page } = desktop;
  // What hangs at the pointer fades in at its own time.
  await page.mouse.move(1, 1);
  await expect(page.getByRole('tooltip')).toHaveCount(0);
  for (const { width, height } of sizes) {
    await desktop.resize(width, height);
    await expect.poll(() => page.evaluate(() => window.innerWidth)).toBe(width);
    await settled(page);
    await page.screenshot({ path: test.info().outputPath(`${name}-${width}.png`) });
    const overhang = await page.evaluate(() => {
      const { scrollWidth, scrollHeight } = document.documentElement;
      return Math.max(scrollWidth - window.innerWidth, scrollHeight - window.innerHeight);
    });
    expect(overhang, `pixels by which ${name} stands out of its window`).toBeLessThanOrEqual(0);
    if ((width === sizes[1].width) !== desktop.isDark) continue;
    // Legacy mode: Electron opens no second page, which the analysis of foreign frames would need; there are none.
    // Of what is in order one place is named for each rule: to describe every place takes a third of the analysis.
    const { violations, passes } = await new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] }).analyze();
    const found = violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`) }));
    expect(passes.length, 'rules that were looked at').toBeGreaterThan(10);
    expect(found, `${name} at ${width} pixels`).toEqual([]);
  }
}
