import { CutTransfers } from '../../main/worker/testing/cut-transfers.ts';
import { TestBucket } from '../../main/worker/testing/test-bucket.ts';
import { withCentral } from '../bench/central.ts';

/**
 * Carries contents over links that are cut at random bytes; true where none was corrupt and none begun anew.
 * @param inBucket whether they are kept in a bucket instead of the centre's tables
 */
export const fuzzCuts = (cuts: number, seed: number, inBucket: boolean): Promise<boolean> =>
  withCentral(async (central) => {
    const bucket = inBucket ? await TestBucket.start() : null;
    const transfers = await CutTransfers.begin(central, bucket);
    try {
      let told = 0;
      const outcome = await transfers.run(cuts, seed, (soFar) => {
        if (soFar.cuts - told < 100) return;
        told = soFar.cuts;
        console.log(`${soFar.cuts} cuts, ${soFar.contents} contents, ${soFar.corrupt} corrupt`);
      });
      console.log(
        `Seed ${seed}: ${outcome.cuts} cuts of ${outcome.contents} contents on their way up and down; ${outcome.corrupt} corrupt, ${outcome.repeated} begun anew.`,
      );
      return outcome.corrupt === 0 && outcome.repeated === 0;
    } finally {
      await transfers.end();
      await bucket?.stop();
    }
  });
