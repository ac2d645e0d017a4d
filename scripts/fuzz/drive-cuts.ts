import { DriveCuts, isWhole } from '../../main/drive/testing/drive-cuts.ts';
import { withCentral } from '../bench/central.ts';

/** Carries files to and from the fake Google over a link that is cut; true where none was corrupt, double or left without a reason. */
export const fuzzDriveCuts = (cuts: number, seed: number): Promise<boolean> =>
  withCentral(async (central) => {
    const transfers = await DriveCuts.begin(central);
    try {
      let told = 0;
      const outcome = await transfers.run(cuts, seed, (soFar) => {
        if (soFar.cuts - told < 100) return;
        told = soFar.cuts;
        console.log(`${soFar.cuts} cuts, ${soFar.restarts} restarts, ${soFar.uploads + soFar.downloads} files, ${soFar.corrupt} corrupt, ${soFar.double} double`);
      });
      const { uploads, downloads, exports, restarts, corrupt, double, unexplained, failures, problems } = outcome;
      console.log(
        `Seed ${seed}: ${outcome.cuts} cuts and ${restarts} restarts of ${uploads} uploads and ${downloads} downloads (${exports} of Google's own documents); ` +
          `${corrupt} corrupt, ${double} double, ${unexplained} neither here nor explained, ${problems.length} wrong requests.`,
      );
      for (const [code, times] of Object.entries(failures)) console.log(`${code}: ${times} times, tried again`);
      for (const problem of problems.slice(0, 10)) console.log(problem);
      return isWhole(outcome);
    } finally {
      await transfers.end();
    }
  });
