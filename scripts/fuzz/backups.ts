import { BackupRoundTrip } from '../../main/worker/testing/backup-round-trip.ts';
import { withCentral } from '../bench/central.ts';

/** Backs up random rows of the whole domain in every way and restores them; true where all came back as they were. */
export const fuzzBackups = (rounds: number, seed: number): Promise<boolean> =>
  onServer(async () => {
    const trip = await BackupRoundTrip.begin();
    try {
      const compared = await trip.run(rounds, seed, (round) => console.log(`Seed ${seed}: round ${round} of ${rounds}`));
      console.log(`Seed ${seed}: ${rounds} rounds, ${compared} rows came back byte by byte.`);
      return true;
    } catch (error) {
      console.error(error);
      return false;
    } finally {
      await trip.end();
    }
  });

/** The server that is named, of whatever version, else the embedded one. */
const onServer = (work: () => Promise<boolean>): Promise<boolean> => (process.env['FP_TEST_POSTGRES_URL'] === undefined ? withCentral(work) : work());
