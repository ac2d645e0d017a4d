import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { BackupRoundTrip } from '../testing/backup-round-trip.ts';

/* More rounds: npm run fuzz -- --backups N. */

it('rows of the whole domain, as odd as the schema allows, come back byte by byte from every kind of backup', async (context) => {
  const psql = await promisify(execFile)('psql', ['--version']).catch(() => null);
  if (!psql) context.skip('no psql on this machine');
  // Where it fails, the message names it.
  const seed = Math.floor(Math.random() * 2 ** 31);
  const trip = await BackupRoundTrip.begin();
  try {
    expect(await trip.run(1, seed)).toBeGreaterThan(1_000);
  } finally {
    await trip.end();
  }
}, 120_000);
