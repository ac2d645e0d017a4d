import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { BackupKills } from '../testing/backup-kills.ts';

/* Fifty and more: npm run fuzz -- --backup-kills N. */
const KILLS = 2;

let central: DemoCentral;
let kills: BackupKills;

beforeAll(async () => {
  central = await createDemoCentral();
  kills = await BackupKills.begin(central);
});

afterAll(async () => {
  kills.end();
  await central.drop();
});

it('a backup that is killed leaves what was before or a whole one, and nothing for the next start', async () => {
  const { before, after } = await kills.backups(KILLS, Math.random);
  expect(before + after).toBe(KILLS);
}, 60_000);

it('a restore that is killed leaves an empty database or all of the backup, with a password for everybody', async () => {
  const { before, after } = await kills.restores(KILLS, Math.random);
  expect(before + after).toBe(KILLS);
}, 60_000);
