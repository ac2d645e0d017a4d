import type pg from 'pg';
import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { FaultyProxy } from '../../main/worker/testing/faulty-proxy.ts';
import { TestDesktop } from '../../main/worker/testing/desktop.ts';
import type { Random } from './random.ts';

/** A desktop of the simulation, with its person and a network of its own. */
export interface Node {
  name: string;
  email: string;
  desktop: TestDesktop;
  network: FaultyProxy;
  /** Every mutation that this desktop accepted, and texts that only one of them can have written. */
  accepted: Set<string>;
  /** Mutations that the person gave up or sent again under "Needs attention". */
  settledByPerson: Set<string>;
}

/** A transaction of somebody else at the centre that is held open for a while. */
export interface OpenTransaction {
  client: pg.Client;
  stepsLeft: number;
}

export interface World {
  random: Random;
  central: DemoCentral;
  nodes: Node[];
  open: OpenTransaction[];
  /** How often each operation and fault happened. */
  counts: Map<string, number>;
  /** Stops the server and starts it again on the same port. */
  restartCentral: () => Promise<void>;
}

export const people = [
  'ceo@factorypulse.vn',
  'operations@factorypulse.vn',
  'sales.manager@factorypulse.vn',
  'procurement@factorypulse.vn',
  'quality@factorypulse.vn',
];

/** The last things that were begun, for a story that stands still. */
export const trail: string[] = [];

export function note(what: string): void {
  trail.push(what);
  if (trail.length > 12) trail.shift();
}

export function count(world: World, what: string): void {
  world.counts.set(what, (world.counts.get(what) ?? 0) + 1);
}

export async function createNode(central: DemoCentral, name: string, email: string): Promise<Node> {
  const network = await FaultyProxy.start(central);
  const desktop = new TestDesktop(`postgres://127.0.0.1:${network.port}/${central.database}`);
  return { name, email, desktop, network, accepted: new Set(), settledByPerson: new Set() };
}

export async function removeNode(node: Node): Promise<void> {
  await node.desktop.remove();
  await node.network.stop();
}
