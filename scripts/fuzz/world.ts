import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import type { Sent } from '../../db/testing/person.ts';
import { FaultyProxy } from '../../main/worker/testing/faulty-proxy.ts';
import { TestDesktop } from '../../main/worker/testing/desktop.ts';
import type { Centre } from './centre.ts';
import { guest } from './neighbour.ts';
import type { Random } from './random.ts';

/** A desktop of the simulation, with its person and a network of its own. */
export interface Node {
  name: string;
  email: string;
  desktop: TestDesktop;
  network: FaultyProxy;
  /** Every mutation that this desktop accepted, in the form in which it leaves. */
  accepted: Map<string, Sent>;
  /** Mutations that the person gave up or sent again under "Needs attention". */
  settledByPerson: Set<string>;
}

/** A transaction of somebody else at the centre that is held open for a while. */
export interface OpenTransaction {
  client: pg.Client;
  stepsLeft: number;
}

/** Something that lasts for some steps and then ends. */
export interface Passing {
  stepsLeft: number;
  end: () => Promise<void> | void;
}

export interface World {
  /** Chance of the present step. */
  random: Random;
  readonly centre: Centre;
  readonly nodes: Node[];
  /** Transactions of others, in the order in which they began. */
  readonly open: OpenTransaction[];
  readonly passing: Passing[];
  /** Mutations that the centre had confirmed and that were taken back with it, when it was set back to a copy. */
  readonly undone: Set<string>;
  /** Promises that were seen to break on the way. */
  readonly broken: string[];
  /** How often each operation and fault happened. */
  readonly counts: Map<string, number>;
}

export const people = [
  'ceo@factorypulse.vn',
  'operations@factorypulse.vn',
  'sales.manager@factorypulse.vn',
  'procurement@factorypulse.vn',
  'quality@factorypulse.vn',
  'senior.engineer@factorypulse.vn',
  'production.supervisor@factorypulse.vn',
  'procurement@toyota.example',
];

/** Whether the node's person only looks. */
export const isReader = (node: Node): boolean => node.email === guest;

/** The last things that were begun, for a story that stands still or breaks. */
export const trail: string[] = [];

export function note(what: string): void {
  trail.push(what);
  if (trail.length > 40) trail.shift();
}

export function count(world: World, what: string): void {
  world.counts.set(what, (world.counts.get(what) ?? 0) + 1);
}

/** Has something end after so many steps, or when the story does. */
export function lasting(world: World, steps: number, end: Passing['end']): void {
  world.passing.push({ stepsLeft: steps, end });
}

/** Files in memory, where the system has a place for them: no machine loses its power here, so no disk is waited for. */
const replicas = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'factory-pulse-fuzz-'));
process.once('exit', () => rmSync(replicas, { recursive: true, force: true }));

export async function createNode(centre: Centre, name: string, email: string): Promise<Node> {
  const network = await FaultyProxy.start(centre);
  const folder = mkdtempSync(join(replicas, 'desktop-'));
  const desktop = new TestDesktop(`postgres://127.0.0.1:${network.port}/${centre.database}`, folder);
  return { name, email, desktop, network, accepted: new Map(), settledByPerson: new Set() };
}

export async function removeNode(node: Node): Promise<void> {
  await node.desktop.remove();
  await node.network.stop();
}
