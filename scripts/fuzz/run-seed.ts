import type { Centre } from './centre.ts';
import { advance, calm, disturb } from './faults.ts';
import { guest } from './neighbour.ts';
import { operate } from './operations.ts';
import { Random } from './random.ts';
import { signInThrough } from './sign-in.ts';
import { verdict } from './verdict.ts';
import { createNode, people, removeNode, type Node, type World } from './world.ts';

export interface Story {
  seed: number;
  replicas: number;
  ops: number;
}

export interface SeedResult {
  seed: number;
  broken: string[];
  counts: [what: string, n: number][];
}

/** One whole story: desktops over one centre, work and faults by chance, then rest and the verdict. */
export async function runSeed(centre: Centre, { seed, replicas, ops }: Story): Promise<SeedResult> {
  const random = Random.of(seed, 0);
  const nodes: Node[] = [];
  const world: World = { random, centre, nodes, open: [], passing: [], undone: new Set(), broken: [], counts: new Map() };
  try {
    for (let n = 0; n < replicas; n++) {
      const node = await createNode(centre, `máy ${seed}.${n}`, whoWorksAt(n, world));
      nodes.push(node);
      if (random.chance(0.3)) node.network.faults.cutAfter.toClient = 3_000 + random.below(80_000);
      await signInThrough(node);
    }
    for (let step = 1; step <= ops; step++) {
      world.random = Random.of(seed, step);
      await operate(world, world.random.pick(nodes));
      if (world.random.chance(0.5)) await disturb(world);
      await advance(world);
      // Now and then nobody does anything for a moment, so that what was begun may come to its end.
      if (world.random.chance(0.3)) await new Promise((resolve) => setTimeout(resolve, world.random.below(40)));
    }
    await calm(world);
    return { seed, broken: await verdict(world), counts: [...world.counts] };
  } finally {
    for (const node of nodes) await removeNode(node);
  }
}

/** The first desktop is a manager's; two may belong to one person; now and then the guest comes. */
function whoWorksAt(n: number, { random, nodes }: World): string {
  if (n === 0) return random.pick(people.slice(0, 2));
  const [first] = nodes;
  if (first && random.chance(0.2)) return first.email;
  return random.chance(0.2) ? guest : random.pick(people);
}
