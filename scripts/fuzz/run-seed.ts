import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { advance, calm, disturb } from './faults.ts';
import { operate } from './operations.ts';
import { Random } from './random.ts';
import { signInThrough } from './sign-in.ts';
import { verdict } from './verdict.ts';
import { createNode, people, removeNode, type Node, type World } from './world.ts';

export interface SeedOptions {
  seed: number;
  replicas: number;
  ops: number;
  restartCentral: () => Promise<void>;
}

export interface SeedResult {
  broken: string[];
  counts: Map<string, number>;
}

/** One whole story: desktops over one centre, work and faults by chance, then rest and the verdict. */
export async function runSeed(central: DemoCentral, { seed, replicas, ops, restartCentral }: SeedOptions): Promise<SeedResult> {
  const random = new Random(seed);
  const nodes: Node[] = [];
  const world: World = { random, central, nodes, open: [], counts: new Map(), restartCentral };
  try {
    for (let n = 0; n < replicas; n++) {
      // Two desktops may belong to one person.
      const email = n > 0 && random.chance(0.2) ? (nodes[0] as Node).email : (people[n % people.length] as string);
      const node = await createNode(central, `máy ${seed}.${n}`, email);
      nodes.push(node);
      if (random.chance(0.3)) node.network.faults.cutAfter.toClient = 3_000 + random.below(80_000);
      await signInThrough(node);
    }
    for (let step = 0; step < ops; step++) {
      await operate(world, random.pick(nodes));
      if (random.chance(0.5)) await disturb(world);
      await advance(world);
    }
    await calm(world);
    return { broken: await verdict(world), counts: world.counts };
  } finally {
    await calm(world);
    for (const node of nodes) await removeNode(node);
  }
}
