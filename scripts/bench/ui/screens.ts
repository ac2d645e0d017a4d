import type { Page } from '@playwright/test';
import { percentile, rounded, type Figures } from '../figures.ts';
import { framesSeen, goTo, openProject, watchFrames } from './in-page.mjs';

const PROJECTS = 20;

/** From the click on a row's link until the project's page has been painted. */
export async function openProjects(page: Page): Promise<Figures> {
  const samples: number[] = [];
  for (let round = 0; round <= PROJECTS; round++) {
    await page.evaluate(goTo, '/projects');
    await page.getByRole('grid').getByRole('link').first().waitFor();
    const ms = await page.evaluate(openProject, round);
    if (round > 0) samples.push(ms);
  }
  return { open_project_ms: rounded(percentile(samples, 0.5)), open_project_p95_ms: rounded(percentile(samples, 0.95)) };
}

const TEXT = 'khung gá hàn cho dây chuyền số 4711';
const PAUSE_MS = 70;
const SECOND = 1000;

/** Frames while somebody types in the search of board and table; the worst whole second counts. */
export async function typeInFilters(page: Page): Promise<Figures> {
  const worst: number[] = [];
  const gaps: number[] = [];
  for (const path of ['/board', '/projects']) {
    await page.evaluate(goTo, path);
    const search = page.getByRole('main').getByRole('searchbox').first();
    await search.waitFor();
    await page.evaluate(watchFrames);
    await search.pressSequentially(TEXT, { delay: PAUSE_MS });
    const frames = await page.evaluate(framesSeen);
    await search.fill('');
    gaps.push(...frames.slice(1).map((frame, index) => frame - (frames[index] ?? frame)));
    const end = frames.at(-1) ?? 0;
    for (const from of frames) if (from + SECOND <= end) worst.push(frames.filter((frame) => frame > from && frame <= from + SECOND).length);
  }
  return { typing_fps: Math.min(...worst), typing_longest_frame_ms: rounded(Math.max(...gaps)) };
}
