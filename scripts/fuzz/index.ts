import './cheap-keys.ts';
import { Command, InvalidArgumentError } from 'commander';
import { fuzzBackupKills } from './backup-kills.ts';
import { fuzzBackups } from './backups.ts';
import { clearCentres } from './centre.ts';
import { fuzzCuts } from './cuts.ts';
import { fuzzDriveCuts } from './drive-cuts.ts';
import { runInJobs, runShare, type Share } from './jobs.ts';
import { Totals } from './totals.ts';

/*
 * npm run fuzz -- --cuts N [--seed S] [--bucket]: contents of documents over links that are cut so many times.
 * npm run fuzz -- --drive-cuts N [--seed S]: files to and from a fake Google over a link that is cut so many times.
 * npm run fuzz -- --backups N [--seed S]: random rows of the whole domain, backed up in every way and restored so many times.
 * npm run fuzz -- --backup-kills N [--seed S]: as many backups and as many restores, each killed at a random instant.
 * npm run fuzz -- [--seed S] [--seeds N] [--replicas N] [--ops M] [--minutes T] [--jobs N] [--repeat N] [--shared-centre]
 *
 * Sync under random faults. A seed fixes who works, every operation, every fault and each choice among what is there;
 * it does not fix how the packets of real sockets and the statements of a real server interleave, nor the ids that are
 * made on the way. A broken seed is therefore met again by telling the same story several times (--repeat).
 */

function natural(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('a whole number from 1 on');
  return number;
}

const options = new Command('fuzz')
  .description('Random work under random faults; then every promise of sync is checked.')
  .option('--seed <s>', 'the first seed', natural, 1)
  .option('--seeds <n>', 'how many seeds', natural, 20)
  .option('--replicas <n>', 'desktops per seed', natural, 3)
  .option('--ops <m>', 'operations per seed', natural, 40)
  .option('--minutes <t>', 'go on with further seeds for so long', natural)
  .option('--jobs <n>', 'seeds side by side, each over a server of its own', natural, 1)
  .option('--repeat <n>', 'tell each story so many times', natural, 1)
  .option('--cuts <n>', 'instead: contents of documents over links that are cut so many times', natural)
  .option('--bucket', 'with --cuts: contents are kept in a bucket (needs python3-swift)', false)
  .option('--drive-cuts <n>', 'instead: files to and from a fake Google over a link that is cut so many times', natural)
  .option('--backups <n>', 'instead: random rows of the whole domain, backed up and restored so many times', natural)
  .option('--backup-kills <n>', 'instead: so many backups and so many restores, each killed at a random instant', natural)
  .option('--shared-centre', 'one centre for all seeds, instead of a fresh one for each', false)
  .parse()
  .opts<Omit<Share, 'every'> & { jobs: number; cuts?: number; bucket: boolean; driveCuts?: number; backups?: number; backupKills?: number }>();

if (options.cuts !== undefined) process.exit((await fuzzCuts(options.cuts, options.seed, options.bucket)) ? 0 : 1);

if (options.driveCuts !== undefined) process.exit((await fuzzDriveCuts(options.driveCuts, options.seed)) ? 0 : 1);

if (options.backups !== undefined) process.exit((await fuzzBackups(options.backups, options.seed)) ? 0 : 1);

if (options.backupKills !== undefined) process.exit((await fuzzBackupKills(options.backupKills, options.seed)) ? 0 : 1);

if (process.send) {
  await runShare(JSON.parse(process.env['FUZZ_SHARE'] ?? 'null') as Share, (result) => process.send?.(result));
  process.exit(0);
}

await clearCentres();
const totals = new Totals(options);
if (options.jobs === 1) await runShare({ ...options, every: 1 }, (result) => totals.add(result));
else await runInJobs(options, options.jobs, totals);
totals.print();
process.exit(totals.isGood ? 0 : 1);
