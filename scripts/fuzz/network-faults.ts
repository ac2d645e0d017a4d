import { AppError } from '../../shared/errors.ts';
import { leapAhead, stopwatch } from './clock.ts';
import { ignoreClosed, type Fault } from './fault.ts';
import { operate } from './operations.ts';
import { count, isReader, lasting, type Node } from './world.ts';

/* What networks do. */

/** Lets the desktops' limit of silence (main/worker/sync/connection.ts) pass in a moment; a living link speaks again. */
export const endSilence = (): void => leapAhead(17_000);

/** What stands in every request that pushes, and in no other. */
const PUSHED = '"patch":';

export const networkFaults = {
  cutToClient: {
    weight: 10,
    strike: ({ random }, { network }) => {
      network.faults.cutAfter.toClient = random.below(20_000);
    },
  },
  cutToServer: {
    weight: 10,
    strike: ({ random }, { network }) => {
      network.faults.cutAfter.toServer = random.below(4_000);
    },
  },
  cutNow: { weight: 5, strike: (_, { network }) => network.cutAll() },
  down: {
    weight: 5,
    strike: (world, { network }) => {
      network.setDown(true);
      lasting(world, 2 + world.random.below(12), () => network.setDown(false));
    },
  },
  up: {
    weight: 6,
    strike: async (_, { network, desktop }) => {
      network.setDown(false);
      await desktop.call('sync.now').catch(ignoreClosed);
    },
  },
  delay: {
    weight: 4,
    strike: ({ random }, { network }) => {
      network.faults.delayMs = random.pick([0, 1, 5, 20]);
    },
  },
  /** Bytes are lost; later something on the way notices and resets the link. */
  stall: {
    weight: 3,
    strike: (world, { network }) => {
      network.faults.stalled = true;
      lasting(world, 1 + world.random.below(6), () => {
        network.faults.stalled = false;
        network.cutAll();
      });
    },
  },
  /** Bytes are lost and nobody ever tells: the desktop's own limit of silence ends the link. */
  deaf: {
    weight: 1.5,
    strike: (world, { network }) => {
      network.forgetOpen();
      lasting(world, 1 + world.random.below(4), endSilence);
    },
  },
  /** The machine sleeps, and all that was on its way arrives after it woke. */
  freeze: {
    weight: 3,
    strike: (world, { network }) => {
      network.freeze();
      lasting(world, 1 + world.random.below(8), () => network.thaw());
    },
  },
  /** The centre carries a push out, and its answer never arrives. */
  lostAnswer: {
    weight: 6,
    strike: async (world, node) => {
      const { network } = node;
      const before = network.lostAnswers;
      network.faults.loseAnswerTo = PUSHED;
      if (!isReader(node)) await operate(world, node, 'edit');
      const end = stopwatch() + 300;
      while (network.lostAnswers === before && stopwatch() < end && (await isSending(node))) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      network.faults.loseAnswerTo = null;
      if (network.lostAnswers > before) count(world, 'answers to a push that were lost');
    },
  },
} satisfies Record<string, Fault>;

async function isSending({ desktop }: Node): Promise<boolean> {
  try {
    const { state, pending } = await desktop.call('sync.status');
    return pending > 0 && (state === 'online' || state === 'syncing');
  } catch (error) {
    // A full disk, or a process that has ended.
    if (error instanceof AppError) return false;
    throw error;
  }
}
