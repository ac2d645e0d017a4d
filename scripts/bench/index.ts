import { Command } from 'commander';
import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { withCentral } from './central.ts';
import type { Figures } from './figures.ts';
import { initialSync } from './initial-sync.ts';
import { propagation } from './propagation.ts';
import { write } from './write.ts';

/* npm run bench -- <name> [--rows N] [--json]: figures of one run, as ratios against a limit of the same run. */

interface Options {
  rows: number;
  json?: boolean;
}

const benches: Record<string, { about: string; run: (central: DemoCentral, options: Options) => Promise<Figures> }> = {
  'initial-sync': { about: 'first load of a new desktop', run: (central, { rows }) => initialSync(central, rows) },
  propagation: { about: 'from an edit on one desktop to its sight on another', run: propagation },
  write: { about: 'an edit accepted and durable', run: write },
};

const program = new Command('bench').description('Measures on this machine, against limits of the same run.').exitOverride();
for (const [name, { about, run }] of Object.entries(benches)) {
  program
    .command(name)
    .description(about)
    .option('--rows <n>', 'rows in the centre', (text) => Number.parseInt(text, 10), 100_000)
    .option('--json', 'the last line is one JSON object')
    .action(async (options: Options) => {
      const figures = await withCentral((central) => run(central, options));
      if (options.json) console.log(JSON.stringify({ bench: name, ...figures }));
      else for (const [key, value] of Object.entries(figures)) console.log(`${key.padEnd(18)} ${String(value)}`);
    });
}
await program.parseAsync();
