import type { Context } from '../central/context.ts';
import { AppError } from '../../shared/errors.ts';

/** Ctrl-C stops the work in good order: nothing unfinished stays. */
export async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort(new AppError('BACKUP_CANCELLED', 'stopped by a signal'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal);
  try {
    return await work(stop.signal);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
  }
}

/** A line on a terminal that says how far it has come, rewritten at every full per cent. */
export function progressLine(context: Context, what: string): (rows: number, total: number) => void {
  let shown = -1;
  return (rows, total) => {
    const percent = total === 0 ? 100 : Math.floor((100 * rows) / total);
    if (!context.isTerminal || percent === shown) return;
    shown = percent;
    context.stderr(`\r${what} ${percent} %${percent >= 100 ? '\n' : ''}`);
  };
}
