import { shiftClock } from './clock.ts';
import { arm } from './disk.ts';
import type { Fault } from './fault.ts';
import { noteAccepted } from './outgoing.ts';
import { replicaFile } from './replica-file.ts';
import { signInThrough } from './sign-in.ts';

/* What happens to the application, its disk and its clock. */

export const machineFaults = {
  /** The process ends between two statements. */
  crash: { weight: 8, strike: ({ random }, node) => arm(replicaFile(node), 'crash', 1 + random.below(120)) },
  /** The disk takes nothing for one statement or several. */
  full: {
    weight: 4,
    strike: ({ random }, node) => arm(replicaFile(node), 'full', 1 + random.below(60), random.chance(0.5) ? 1 : 1 + random.below(12)),
  },
  /** The person closes the application and opens it again. */
  restart: {
    weight: 3,
    strike: async (_, node) => {
      noteAccepted(node);
      await node.desktop.restart();
      await signInThrough(node);
    },
  },
  /** The clock jumps by years, forth or back. */
  clock: { weight: 2, strike: ({ random }) => shiftClock((random.next() - 0.5) * 4 * 365 * 86_400_000) },
} satisfies Record<string, Fault>;
