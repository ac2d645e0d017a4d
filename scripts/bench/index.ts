import { Command } from 'commander';
import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { backup } from './backup.ts';
import { catchUp } from './catch-up.ts';
import { withCentral } from './central.ts';
import type { Figures } from './figures.ts';
import { files } from './files.ts';
import { fleet, type FleetOptions } from './fleet.ts';
import { initialSync } from './initial-sync.ts';
import { lists } from './lists.ts';
import { propagation } from './propagation.ts';
import { pull } from './pull.ts';
import { push } from './push.ts';
import { responsiveness } from './responsiveness.ts';
import { rls } from './rls.ts';
import { ui } from './ui/index.ts';
import { write } from './write.ts';

/*
 * npm run bench -- <name> [--rows N] [--json]: figures of one run, as ratios against a limit of the same run.
 * npm run bench -- lists [--rows N] [--documents N] [--json]: answers of the worker to lists.
 * npm run bench -- ui [--rows N] [--activity N] [--starts N] [--keep FOLDER] [--json]: what people wait for in the real application.
 * npm run bench -- fleet [--desktops N] [--organizations N] [--seconds T] [--wake-pulls N] [--no-wake-ups] [--json]: a centre under load.
 * npm run bench -- push [--mutations N] [--json]: the edits of an offline day.
 * npm run bench -- files [--megabytes N] [--small N] [--json]: bytes of documents to the centre and back.
 * npm run bench -- pull [--table-rows N] [--changed N] [--json]: a pull of few rows from small and large tables.
 */

/** What the command line gives; each bench reads what its command has. */
interface Options extends FleetOptions {
  /** How much there is to do; each bench has its own usual size. */
  rows: number;
  /** Of the bench `push`. */
  mutations: number;
  /** Of the bench `pull`. */
  tableRows: number;
  changed: number;
  /** Of the bench `files`. */
  megabytes: number;
  small: number;
  /** Of the bench `lists`. */
  documents: number;
  /** Of the bench `ui`. */
  activity: number;
  starts: number;
  keep?: string;
  json?: boolean;
}

type Bench = (central: DemoCentral, options: Options) => Promise<Figures>;

const benches: Record<string, { about: string; rows?: number; run: Bench }> = {
  'initial-sync': { about: 'first load of a new desktop', run: (central, { rows }) => initialSync(central, rows) },
  backup: { about: 'backup and restore against what SQLite and PostgreSQL do by themselves', run: (central, { rows }) => backup(central, rows) },
  propagation: { about: 'from an edit on one desktop to its sight on another', run: propagation },
  'catch-up': { about: 'after an absence of many changed rows', rows: 50_000, run: (central, { rows }) => catchUp(central, rows) },
  responsiveness: { about: 'answers of the worker during a large pull', run: (central, { rows }) => responsiveness(central, rows) },
  rls: { about: 'what row-level security costs pull, push and first load', run: (central, { rows }) => rls(central, rows) },
  write: { about: 'an edit accepted and durable', run: write },
};

const number = (text: string): number => Number.parseInt(text, 10);

const program = new Command('bench').description('Measures on this machine, against limits of the same run.').exitOverride();

/** A command whose work gets a centre of its own; it prints what the work found. */
function bench(name: string, about: string, run: Bench): Command {
  return program
    .command(name)
    .description(about)
    .option('--json', 'the last line is one JSON object')
    .action(async (options: Options) => {
      const figures = await withCentral((central) => run(central, options));
      if (options.json) console.log(JSON.stringify({ bench: name, ...figures }));
      else for (const [key, value] of Object.entries(figures)) console.log(`${key.padEnd(18)} ${String(value)}`);
    });
}

for (const [name, { about, rows = 100_000, run }] of Object.entries(benches)) {
  bench(name, about, run).option('--rows <n>', 'how much there is to do', number, rows);
}
bench('push', 'the edits of an offline day', (central, { mutations }) => push(central, mutations))
  .option('--mutations <n>', 'how many edits', number, 10_000);
bench('pull', 'a few changed rows of a small and of a large table', (central, { tableRows, changed }) => pull(central, tableRows, changed))
  .option('--table-rows <n>', 'rows of the large table', number, 1_000_000)
  .option('--changed <n>', 'rows that change before each pull', number, 1);
bench('ui', 'start, screens and memory of the real application', (central, { rows, activity, starts, keep }) => ui(central, { rows, activity, starts, keep }))
  .option('--rows <n>', 'projects in the replica', number, 100_000)
  .option('--activity <n>', 'entries of the activity log in the replica', number, 1_000_000)
  .option('--starts <n>', 'cold starts of each kind', number, 7)
  .option('--keep <folder>', 'leaves the data folder there; a later run with it goes on without loading, and without a centre');
bench('files', 'contents of documents to the centre and back, against bare pieces', (central, { megabytes, small }) => files(central, { megabytes, small }))
  .option('--megabytes <n>', 'the size of the large file', number, 256)
  .option('--small <n>', 'how many small files', number, 10_000);
bench('lists', 'answers of the worker to board, table and list of documents', (central, { rows, documents }) => lists(central, { rows, documents }))
  .option('--rows <n>', 'projects in the replica', number, 100_000)
  .option('--documents <n>', 'documents in the replica', number, 20_000);
bench('fleet', 'many desktops at one centre', fleet)
  .option('--desktops <n>', 'how many desktops', number, 500)
  .option('--organizations <n>', 'among how many organizations they are shared out', number, 1)
  .option('--edits-per-second <n>', 'by all of them together', number, 20)
  .option('--seconds <t>', 'for how long people edit', number, 60)
  .option('--wake-pulls <n>', 'how many pulls a second wake-ups may cause, instead of the centre’s own setting', number)
  .option('--no-wake-ups', 'wake-ups switched off: polling alone');

await program.parseAsync();
