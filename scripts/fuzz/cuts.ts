import { CutTransfers } from '../../main/worker/testing/cut-transfers.ts';
import { withCentral } from '../bench/central.ts';

/** Carries contents over links that are cut at random bytes; true where none was corrupt and none begun anew. */
export const fuzzCuts = (cuts: number, seed: number): Promise<boolean> =>
  withCentral(async (central) => {
    const transfers = await CutTransfers.begin(central);
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
    }
  });
