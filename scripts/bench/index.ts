import { Command } from 'commander';
import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { catchUp } from './catch-up.ts';
import { withCentral } from './central.ts';
import type { Figures } from './figures.ts';
import { initialSync } from './initial-sync.ts';
import { propagation } from './propagation.ts';
import { push } from './push.ts';
import { responsiveness } from './responsiveness.ts';
import { write } from './write.ts';

/* npm run bench -- <name> [--rows N] [--json]: figures of one run, as ratios against a limit of the same run. */

interface Options {
  /** How much there is to do; each bench has its own usual size. */
  rows: number;
  json?: boolean;
}

const benches: Record<string, { about: string; rows?: number; run: (central: DemoCentral, options: Options) => Promise<Figures> }> = {
  'initial-sync': { about: 'first load of a new desktop', run: (central, { rows }) => initialSync(central, rows) },
  propagation: { about: 'from an edit on one desktop to its sight on another', run: propagation },
  'catch-up': { about: 'after an absence of many changed rows', rows: 50_000, run: (central, { rows }) => catchUp(central, rows) },
  push: { about: 'the edits of an offline day', rows: 10_000, run: (central, { rows }) => push(central, rows) },
  responsiveness: { about: 'answers of the worker during a large pull', run: (central, { rows }) => responsiveness(central, rows) },
  write: { about: 'an edit accepted and durable', run: write },
};

const program = new Command('bench').description('Measures on this machine, against limits of the same run.').exitOverride();
for (const [name, { about, rows = 100_000, run }] of Object.entries(benches)) {
  program
    .command(name)
    .description(about)
    .option('--rows <n>', 'how much there is to do', (text) => Number.parseInt(text, 10), rows)
    .option('--json', 'the last line is one JSON object')
    .action(async (options: Options) => {
      const figures = await withCentral((central) => run(central, options));
      if (options.json) console.log(JSON.stringify({ bench: name, ...figures }));
      else for (const [key, value] of Object.entries(figures)) console.log(`${key.padEnd(18)} ${String(value)}`);
    });
}
await program.parseAsync();
