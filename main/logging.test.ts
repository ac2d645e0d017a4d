import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openLog } from './logging.ts';

let dir: string;
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'fp-log-')), 'logs');
});
afterEach(() => rm(join(dir, '..'), { recursive: true, force: true }));

const linesOf = async (file: string): Promise<unknown[]> =>
  (await readFile(file, 'utf8'))
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

describe('the log', () => {
  it('holds one JSON object per line, without secrets, for the owner alone', async () => {
    const log = openLog({ dir, console: false });
    log.info('app.start', { text: 'hai\ndòng', password: 'hunter2' });
    log.write('warn', 'worker', 'sync.failed', { error: new Error('%s %o') });
    const file = join(dir, 'factory-pulse.log');
    await expect.poll(() => linesOf(file).catch(() => [])).toMatchObject([
      { level: 'info', source: 'main', event: 'app.start', details: { text: 'hai\ndòng', password: '[redacted]' } },
      { level: 'warn', source: 'worker', event: 'sync.failed', details: { error: { message: '%s %o' } } },
    ]);
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('begins a new file when the old one is full, and keeps a few old ones', { timeout: 30_000 }, async () => {
    const log = openLog({ dir, console: false });
    const moreThanAFile = Array.from({ length: 700 }, () => 'x'.repeat(8_000));
    for (let entry = 0; entry < 7; entry += 1) log.info('test.long', { entry, moreThanAFile });
    await expect.poll(() => linesOf(join(dir, 'factory-pulse.log')).catch(() => []), { timeout: 20_000 }).toMatchObject([{ details: { entry: 6 } }]);
    expect(await linesOf(join(dir, 'factory-pulse.4.log'))).toMatchObject([{ details: { entry: 2 } }]);
    expect((await readdir(dir)).sort()).toEqual([
      'factory-pulse.1.log',
      'factory-pulse.2.log',
      'factory-pulse.3.log',
      'factory-pulse.4.log',
      'factory-pulse.log',
    ]);
  });

  it('whose writer cannot be imported is told to the terminal, once for each line, and does not loop', async () => {
    const missing = new Error('log-writer.ts is missing');
    vi.doMock('./log-writer.ts', () => Promise.reject(missing));
    const told = vi.spyOn(console, 'error').mockReturnValue();
    const log = openLog({ dir, console: false });
    // As main does with every rejection that nobody handles; a loop ends here, so that the test does.
    let unhandled = 0;
    const logUnhandled = (error: unknown): void => {
      unhandled += 1;
      if (unhandled < 20) log.error('main.unhandled-rejection', { error });
    };
    process.on('unhandledRejection', logUnhandled);
    try {
      log.info('app.start');
      log.info('app.ready');
      await expect.poll(() => told.mock.calls.length, { timeout: 4_000 }).toBeGreaterThanOrEqual(2);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect([told.mock.calls.length, unhandled]).toEqual([2, 0]);
      for (const [text, error] of told.mock.calls as [string, Error][]) {
        expect(text).toBe('The log cannot be written:');
        expect([error, error.cause]).toContain(missing);
      }
    } finally {
      process.off('unhandledRejection', logUnhandled);
      vi.doUnmock('./log-writer.ts');
      told.mockRestore();
    }
  });
});
