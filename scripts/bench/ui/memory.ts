import { readFileSync } from 'node:fs';
import type { ElectronApplication } from '@playwright/test';
import { rounded, type Figures } from '../figures.ts';

/**
 * Memory of main (the worker's thread included) and of the window. `memory_mb` is private memory, what the machine would get back;
 * `resident_mb` is what Electron tells (`app.getAppMetrics`), in which the pages of Chromium's own program count in each process.
 */
export async function memoryOf(application: ElectronApplication): Promise<Figures> {
  const metrics = await application.evaluate(({ app }) =>
    app.getAppMetrics().map(({ pid, type, memory }) => ({ pid, type, resident: memory.workingSetSize, own: memory.privateBytes ?? 0 })),
  );
  const parts = metrics.filter(({ type }) => type === 'Browser' || type === 'Tab');
  const sum = (of: (one: (typeof parts)[number]) => number, type?: string): number =>
    rounded(parts.filter((one) => type === undefined || one.type === type).reduce((total, one) => total + of(one), 0));
  // Electron knows private memory on Windows alone.
  const own = ({ pid, own: kb }: (typeof parts)[number]): number => (process.platform === 'linux' ? privateMb(pid) : kb / 1024);
  return {
    memory_mb: sum(own),
    main_mb: sum(own, 'Browser'),
    renderer_mb: sum(own, 'Tab'),
    resident_mb: sum(({ resident }) => resident / 1024),
  };
}

function privateMb(pid: number): number {
  const kb = [...readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)];
  return kb.reduce((sum, [, found]) => sum + Number(found) / 1024, 0);
}
