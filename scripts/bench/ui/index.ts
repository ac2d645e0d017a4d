import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import type { DemoCentral } from '../../../db/testing/demo-central.ts';
import { demoPassword } from '../../../shared/demo-accounts.ts';
import type { SearchResult } from '../../../shared/api/search.ts';
import type { SyncStatus } from '../../../shared/api/sync.ts';
import { buildIfOutOfDate } from '../../lib/build.mjs';
import { openDesktopSession } from '../../lib/desktop-session.mjs';
import { electronCommand, electronCommandOf } from '../../lib/electron.mjs';
import { projectRoot } from '../../lib/paths.mjs';
import { addProjects } from '../central.ts';
import { percentile, rounded, type Figures } from '../figures.ts';
import { addActivity } from './many-rows.ts';
import { anythingShown, ask, boardShown, goTo } from './in-page.mjs';
import { memoryOf } from './memory.ts';
import { startUntil } from './page-at-start.ts';
import { openProjects, typeInFilters } from './screens.ts';
import { askAll } from './questions.ts';

const email = 'ceo@factorypulse.vn';

export interface UiOptions {
  rows: number;
  activity: number;
  starts: number;
  keep: string | undefined;
}

/**
 * What people wait for in the real application on a replica of many projects: its start against that of a blank window, answers
 * as a page gets them, a project until it is painted, frames while somebody types, memory. Everything counts wall time on a
 * machine that does other things as well: `load` says how many processes wanted one of its `cores` at the end.
 */
export async function ui(central: DemoCentral, { rows, activity, starts, keep }: UiOptions): Promise<Figures> {
  await buildIfOutOfDate();
  const folder = keep === undefined ? mkdtempSync(join(tmpdir(), 'factory-pulse-ui-')) : resolve(keep);
  const data = join(folder, 'data');
  const loaded = existsSync(data);
  mkdirSync(folder, { recursive: true });
  const desktop = await openDesktopSession({ folder, always: true });
  Object.assign(process.env, desktop.env);
  try {
    if (!loaded) {
      tell('the centre gets its rows');
      await addProjects(central.client, rows);
      await addActivity(central.client, activity);
      mkdirSync(data, { recursive: true });
      writeFileSync(join(data, 'settings.json'), JSON.stringify({ language: 'vi', theme: 'light', density: 'office', serverUrl: central.address }));
      tell('the replica is loaded');
      await loadReplica(data);
    }
    readThrough(data);
    tell('cold starts');
    const cold = await coldStarts(data, starts);
    const { application, page } = await open(data);
    try {
      await page.evaluate(goTo, '/board');
      await page.getByRole('article').first().waitFor();
      tell('answers');
      const answers = await askAll(page);
      tell('projects');
      const opened = await openProjects(page);
      tell('typing');
      const typing = await typeInFilters(page);
      const memory = await memoryOf(application);
      return { rows, activity, ...cold, ...answers, ...opened, ...typing, ...memory, load: rounded(loadavg()[0] ?? 0), cores: cpus().length };
    } finally {
      await application.close();
    }
  } finally {
    desktop.close();
    if (keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** A run takes minutes; whoever waits sees where it is. */
const tell = (step: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${step}`);

async function open(data: string): Promise<{ application: ElectronApplication; page: Page }> {
  const { executablePath, args } = electronCommand();
  const application = await _electron.launch({ executablePath, args: [...args, `--user-data-dir=${data}`], env: process.env as Record<string, string> });
  const page = await application.firstWindow();
  await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setBounds({ x: 0, y: 0, width: 1366, height: 768 }));
  await page.waitForFunction('window.factoryPulse !== undefined');
  return { application, page };
}

/** Signs in and waits until all is there and searchable, as on a desktop that has been used for a while. */
async function loadReplica(data: string): Promise<void> {
  const { application, page } = await open(data);
  try {
    await page.evaluate(ask, { name: 'session.signIn', input: { email, password: demoPassword } });
    for (;;) {
      const { state, progress } = (await page.evaluate(ask, { name: 'sync.status' }) as SyncStatus);
      if (state === 'online' && progress === null) {
        const { incomplete } = (await page.evaluate(ask, { name: 'search.all', input: { text: 'khung', limit: 1 } }) as SearchResult);
        if (!incomplete) break;
      }
      await delay(500);
    }
  } finally {
    await application.close();
  }
}

/** Brings all files of a folder into the system's cache, so that nobody's disk is measured. */
function readThrough(folder: string): void {
  const piece = Buffer.allocUnsafe(1024 * 1024);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = openSync(join(entry.parentPath, entry.name), 'r');
    while (readSync(file, piece) > 0);
    closeSync(file);
  }
}

/** Both programs in turn, so that what else the machine does slows both. */
async function coldStarts(data: string, starts: number): Promise<Figures> {
  const application = electronCommand();
  const blank = electronCommandOf(join(projectRoot, 'scripts', 'bench', 'ui', 'blank'));
  const blankData = mkdtempSync(join(tmpdir(), 'factory-pulse-blank-'));
  const own: number[] = [];
  const bare: number[] = [];
  try {
    for (let round = 0; round <= starts; round++) {
      const blankMs = await startUntil({ ...blank, args: [...blank.args, `--user-data-dir=${blankData}`], env: process.env }, { title: 'Blank', shown: anythingShown });
      const ownMs = await startUntil({ ...application, args: [...application.args, `--user-data-dir=${data}`], env: process.env }, { title: 'Factory Pulse', shown: boardShown });
      // The first of each fills the caches.
      if (round === 0) continue;
      bare.push(blankMs);
      own.push(ownMs);
    }
  } finally {
    rmSync(blankData, { recursive: true, force: true });
  }
  const [ownMedian, bareMedian] = [percentile(own, 0.5), percentile(bare, 0.5)];
  return {
    cold_start_ratio: rounded(ownMedian / bareMedian),
    cold_start_ms: rounded(ownMedian),
    cold_start_least_ms: rounded(Math.min(...own)),
    blank_start_ms: rounded(bareMedian),
    blank_start_least_ms: rounded(Math.min(...bare)),
  };
}
