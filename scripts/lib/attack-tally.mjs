import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Vitest's global set-up for the attack suite (db/central/attacks/): adds up what its files count, and says it at the end. */
export default function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'fp-attacks-'));
  const tally = join(folder, 'tally');
  process.env.FP_ATTACK_TALLY = tally;
  return () => {
    const lines = existsSync(tally) ? readFileSync(tally, 'utf8').trim().split('\n') : [];
    rmSync(folder, { recursive: true });
    if (lines.length === 0) return;
    const sum = (place) => lines.reduce((total, line) => total + Number(line.split(' ')[place]), 0);
    console.log(`Attacks on the centre: ${sum(0)} attempts, ${sum(1)} successes`);
  };
}
