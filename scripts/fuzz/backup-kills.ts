import { BackupKills } from '../../main/worker/testing/backup-kills.ts';
import { addProjects, withCentral } from '../bench/central.ts';
import { Random } from './random.ts';

/** So much that writing and restoring take longer than a process takes to start. */
const PROJECTS = 20_000;

/** Kills so many backups and so many restores; true where each left what was before or what would have come. */
export const fuzzBackupKills = (count: number, seed: number): Promise<boolean> =>
  withCentral(async (central) => {
    await addProjects(central.client, PROJECTS);
    const kills = await BackupKills.begin(central);
    const random = new Random(seed);
    try {
      for (const work of ['backups', 'restores'] as const) {
        const { before, after, within } = await kills[work](count, () => random.next());
        console.log(`Seed ${seed}: ${count} kills of ${work}: ${before} as before, ${after} complete, none half; ${within} in the middle of it.`);
      }
      return true;
    } catch (error) {
      console.error(error);
      return false;
    } finally {
      kills.end();
    }
  });
