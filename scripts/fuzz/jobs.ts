import { fork } from 'node:child_process';
import { Centre } from './centre.ts';
import { stopwatch } from './clock.ts';
import { Crash, watchStatements } from './disk.ts';
import { runSeed, type SeedResult } from './run-seed.ts';
import type { Totals } from './totals.ts';
import { trail } from './world.ts';

/** The seeds that one process tells. */
export interface Share {
  /** The first seed, and how far it is from one to the next. */
  seed: number;
  every: number;
  seeds: number;
  replicas: number;
  ops: number;
  minutes?: number;
  repeat: number;
  sharedCentre: boolean;
}

/** A story takes seconds; one that takes so long stands still, which is a broken promise too. */
const SEED_LIMIT_MS = 120_000;

/** Tells the stories of a share one after the other, over a server of its own. */
export async function runShare(share: Share, report: (result: SeedResult) => void): Promise<void> {
  let seed = share.seed;
  let hasGivenUp = false;
  const giveUp = (problem: string): void => {
    if (hasGivenUp) return;
    hasGivenUp = true;
    report({ seed, broken: [problem, `the last steps: ${trail.join('; ')}`], counts: [] });
    // What has been reported is on its way; nothing else of this process can be trusted any more.
    setTimeout(() => process.exit(1), 100);
  };
  // A process that is supposed to be dead may still have work under way; it dies with this error and nobody waits for it.
  process.on('unhandledRejection', (error) => {
    if (!(error instanceof Crash)) giveUp(`an error that nobody heard: ${describe(error)}`);
  });
  process.on('uncaughtException', (error) => giveUp(`an error that nobody caught: ${describe(error)}`));
  watchStatements();

  const begun = stopwatch();
  const goesOn = (): boolean =>
    share.minutes === undefined ? (seed - share.seed) / share.every < share.seeds : stopwatch() - begun < share.minutes * 60_000;
  const centre = await Centre.start();
  try {
    await centre.begin();
    for (; goesOn(); seed += share.every) {
      for (let time = 0; time < share.repeat; time++) {
        if (!share.sharedCentre) await centre.begin();
        report(await tell(centre, { ...share, seed }, giveUp));
      }
    }
  } finally {
    await centre.stop();
  }
}

async function tell(centre: Centre, story: Share, giveUp: (problem: string) => void): Promise<SeedResult> {
  trail.length = 0;
  const watchdog = setTimeout(() => giveUp('the story does not come to its end'), SEED_LIMIT_MS);
  try {
    const result = await runSeed(centre, story);
    if (result.broken.length > 0) result.broken.push(`the last steps: ${trail.join('; ')}`);
    return result;
  } catch (error) {
    return { seed: story.seed, broken: [describe(error), `the last steps: ${trail.join('; ')}`], counts: [] };
  } finally {
    clearTimeout(watchdog);
  }
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** Tells the seeds side by side in processes of their own, each its share of them. */
export async function runInJobs(options: Omit<Share, 'every'>, jobs: number, totals: Totals): Promise<void> {
  await Promise.all(
    Array.from({ length: jobs }, async (_, job) => {
      const seeds = Math.ceil((options.seeds - job) / jobs);
      const share: Share = { ...options, seed: options.seed + job, every: jobs, seeds };
      const child = fork(process.argv[1] ?? '', [], { env: { ...process.env, FUZZ_SHARE: JSON.stringify(share) } });
      child.on('message', (result) => totals.add(result as SeedResult));
      const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
      if (code !== 0) totals.fail(`the process with every ${jobs}th seed from ${share.seed} on ended with ${String(code)}`);
    }),
  );
}
