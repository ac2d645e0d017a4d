import { AppError } from '../../shared/errors.ts';
import { shiftClock } from './clock.ts';
import { colleagueFaults } from './colleague-faults.ts';
import { disarm, hasCrashed, recover } from './disk.ts';
import { ignoreClosed, lockNotAvailable, sqlStateOf, type Fault } from './fault.ts';
import { machineFaults } from './machine-faults.ts';
import { networkFaults } from './network-faults.ts';
import { noteAccepted } from './outgoing.ts';
import { settleWorld } from './peace.ts';
import { replicaFile } from './replica-file.ts';
import { serverFaults } from './server-faults.ts';
import { signInThrough } from './sign-in.ts';
import { count, note, type Node, type OpenTransaction, type World } from './world.ts';

/* What goes wrong or changes while people work. */

const faults: Readonly<Record<string, Fault>> = { ...networkFaults, ...machineFaults, ...colleagueFaults, ...serverFaults };

const weights: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(faults).map(([kind, { weight }]) => [kind, weight]),
);

/** One fault, chosen by chance, for one desktop or for the centre. */
export async function disturb(world: World): Promise<void> {
  const kind = world.random.weighted(weights);
  const node = world.random.pick(world.nodes);
  count(world, `fault ${kind}`);
  note(`fault ${kind} at ${node.name}`);
  try {
    await faults[kind]?.strike(world, node);
  } catch (error) {
    // The process ended in the middle of it (it will be started again), somebody else holds the row, or the colleague is
    // suspended just now.
    if (!hasCrashed(replicaFile(node)) && sqlStateOf(error) !== lockNotAvailable && !isSuspension(error)) throw error;
  }
}

/** The centre's refusal of a push by somebody whose account rests. */
const isSuspension = (error: unknown): boolean => error instanceof Error && error.message === 'ACCOUNT_INACTIVE';

/** Goes on with what lasts: open transactions and passing states come to their end, crashed processes start again. */
export async function advance(world: World): Promise<void> {
  for (const transaction of [...world.open]) {
    transaction.stepsLeft -= 1;
    if (transaction.stepsLeft > 0) continue;
    if (transaction !== world.open[0]) count(world, 'transactions that ended before older ones');
    await end(world, transaction, world.random.chance(0.85) ? 'commit' : 'rollback');
  }
  for (const passing of [...world.passing]) {
    passing.stepsLeft -= 1;
    if (passing.stepsLeft > 0) continue;
    world.passing.splice(world.passing.indexOf(passing), 1);
    await passing.end();
  }
  for (const node of world.nodes) if (hasCrashed(replicaFile(node))) await revive(world, node);
}

async function end(world: World, transaction: OpenTransaction, how: 'commit' | 'rollback'): Promise<void> {
  world.open.splice(world.open.indexOf(transaction), 1);
  await transaction.client.query(how).catch(ignoreClosed);
  await transaction.client.end().catch(ignoreClosed);
}

/** Starts the application again after its process ended between two statements. */
async function revive(world: World, node: Node): Promise<void> {
  count(world, 'crashes that struck');
  note(`${node.name} starts again`);
  const file = replicaFile(node);
  await node.desktop.quit();
  recover(file);
  await node.desktop.restart();
  await signInThrough(node);
  noteAccepted(node);
}

/** All faults end; the world comes to rest. */
export async function calm(world: World): Promise<void> {
  note('calm');
  shiftClock(0);
  for (const transaction of [...world.open]) await end(world, transaction, 'commit');
  for (const { end: finish } of world.passing.splice(0)) await finish();
  await settleWorld(world);
  for (const node of world.nodes) {
    Object.assign(node.network.faults, { delayMs: 0, cutAfter: { toServer: null, toClient: null } });
    node.network.setDown(false);
    const file = replicaFile(node);
    if (hasCrashed(file)) await revive(world, node);
    else disarm(file);
    await node.desktop.call('sync.now').catch(ignoreMissingSession);
  }
}

function ignoreMissingSession(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== 'SESSION_REQUIRED') throw error;
}
