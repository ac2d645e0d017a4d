import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleScript } from '../../../scripts/lib/run-ts.mjs';
import { isUnfinished, parseBackupName } from '../../../shared/domain/backup.ts';
import { checkArchive } from './archive-reader.ts';

let script: string;
const folder = mkdtempSync(join(tmpdir(), 'fp-backup-kills-'));
/** More by FP_KILLS. */
const KILLS = Number(process.env['FP_KILLS'] ?? 4);

beforeAll(async () => {
  script = await bundleScript('main/worker/testing/backup-and-die.ts', { withPackages: true });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, 'factory_pulse_data_backup_20250901_093043.tar.gz');
const writeAndDieBefore = (step: number): string =>
  spawnSync(process.execPath, ['--enable-source-maps', script, file, String(step)], { encoding: 'utf8' }).stdout;

it('a process that dies at any step of a backup leaves no file that is called one and is none', async () => {
  const steps = Number(writeAndDieBefore(0));
  expect(steps).toBeGreaterThan(5);
  await checkArchive(file, { passphrase: null });
  rmSync(file);
  const instants = new Set(Array.from({ length: KILLS }, (_, index) => 1 + Math.floor((index * steps) / KILLS)).concat(steps - 1, steps));
  for (const step of instants) {
    writeAndDieBefore(step);
    for (const name of readdirSync(folder)) {
      if (parseBackupName(name)) await checkArchive(join(folder, name), { passphrase: null });
      else expect(isUnfinished(name), name).toBe(true);
      rmSync(join(folder, name));
    }
  }
}, 60_000);
