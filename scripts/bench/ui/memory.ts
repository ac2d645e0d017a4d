import { readFileSync } from 'node:fs';
import type { ElectronApplication } from '@playwright/test';
import { rounded, type Figures } from '../figures.ts';

/**
 * Resident memory of main (the worker's thread included) and of the window, as Electron tells it. Pages of Chromium's own files
 * count in both; `memory_private_mb` leaves out what processes share, where the system says so.
 */
export async function memoryOf(application: ElectronApplication): Promise<Figures> {
  const metrics = await application.evaluate(({ app }) =>
    app.getAppMetrics().map(({ pid, type, memory }) => ({ pid, type, resident: memory.workingSetSize })),
  );
  const mb = (type: string): number => metrics.filter((one) => one.type === type).reduce((sum, { resident }) => sum + resident / 1024, 0);
  const own = metrics.filter(({ type }) => type === 'Browser' || type === 'Tab');
  return {
    memory_mb: rounded(mb('Browser') + mb('Tab')),
    main_mb: rounded(mb('Browser')),
    renderer_mb: rounded(mb('Tab')),
    ...(process.platform === 'linux' ? { memory_private_mb: rounded(own.reduce((sum, { pid }) => sum + privateMb(pid), 0)) } : {}),
  };
}

function privateMb(pid: number): number {
  const kb = [...readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)];
  return kb.reduce((sum, [, found]) => sum + Number(found) / 1024, 0);
}
