import { stopwatch } from './clock.ts';
import type { SeedResult } from './run-seed.ts';

/** What all stories together came to. */
export class Totals {
  readonly #options: { seed: number; replicas: number; ops: number; sharedCentre: boolean };
  readonly #begun = stopwatch();
  readonly #counts = new Map<string, number>();
  readonly #broken: string[] = [];
  #done = 0;

  constructor(options: { seed: number; replicas: number; ops: number; sharedCentre: boolean }) {
    this.#options = options;
  }

  get isGood(): boolean {
    return this.#broken.length === 0 && this.#done > 0;
  }

  add({ seed, broken, counts }: SeedResult): void {
    this.#done += 1;
    for (const [what, n] of counts) this.#counts.set(what, (this.#counts.get(what) ?? 0) + n);
    if (broken.length > 0) {
      const { replicas, ops, sharedCentre } = this.#options;
      const shared = sharedCentre ? ' --shared-centre' : '';
      this.fail(`seed ${seed}`);
      console.log(`seed ${seed}: BROKEN\n  ${broken.join('\n  ')}`);
      console.log(`  again: npm run fuzz -- --seed ${seed} --seeds 1 --replicas ${replicas} --ops ${ops}${shared} --repeat 10`);
    } else if (this.#done % 20 === 0) {
      console.log(`${this.#done} stories, ${this.#seconds()} s`);
    }
  }

  fail(what: string): void {
    this.#broken.push(what);
  }

  print(): void {
    const sorted = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
    const sum = (kind: string): number => sorted.filter(([what]) => what.startsWith(kind)).reduce((total, [, n]) => total + n, 0);
    console.log('\noperations and faults:');
    for (const [what, n] of sorted) console.log(`  ${what.padEnd(56)} ${n}`);
    const { seed, replicas, ops } = this.#options;
    console.log(`\n${this.#done} stories from seed ${seed} on, ${replicas} desktops and ${ops} steps each, ${this.#seconds()} s`);
    console.log(`${sum('op ')} operations, ${sum('fault ')} faults`);
    console.log(this.isGood ? 'verdict: every promise kept' : `verdict: BROKEN (${this.#broken.join(', ')})`);
  }

  #seconds(): number {
    return Math.round((stopwatch() - this.#begun) / 1000);
  }
}
