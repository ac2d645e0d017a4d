import pg from 'pg';
import { arm, hasCrashed, recover } from './disk.ts';
import { noteAccepted } from './operations.ts';
import { replicaFile } from './replica-file.ts';
import { signInThrough } from './sign-in.ts';
import { count, note, people, type Node, type World } from './world.ts';

/* What happens to networks, processes, disks, and at the centre, while people work. */

const weights = {
  cutToClient: 10,
  cutToServer: 10,
  cutNow: 6,
  down: 6,
  up: 8,
  delay: 5,
  stall: 3,
  crash: 8,
  full: 4,
  restart: 3,
  otherEdit: 14,
  otherOpen: 6,
  otherDelete: 1,
  otherRole: 2,
  otherStage: 2,
  otherMessage: 4,
  prune: 2,
  epoch: 1,
  clock: 2,
  centralRestart: 0.3,
} as const;

const LOCK_NOT_AVAILABLE = '55P03';

/** One fault, chosen by chance, for one desktop or for the centre. */
export async function disturb(world: World): Promise<void> {
  const kind = world.random.weighted(weights);
  count(world, `fault ${kind}`);
  const node = world.random.pick(world.nodes);
  note(`fault ${kind} at ${node.name}`);
  try {
    await strike[kind](world, node);
  } catch (error) {
    // The process ended in the middle of it (it will be started again), or somebody else holds the row.
    if (!hasCrashed(replicaFile(node)) && (error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
  }
}

type Strike = (world: World, node: Node) => Promise<void> | void;

const strike: Record<keyof typeof weights, Strike> = {
  cutToClient: ({ random }, { network }) => {
    network.faults.cutAfter.toClient = random.below(20_000);
  },
  cutToServer: ({ random }, { network }) => {
    network.faults.cutAfter.toServer = random.below(4_000);
  },
  cutNow: (_, { network }) => network.cutAll(),
  down: (_, { network }) => network.setDown(true),
  up: async (_, { network, desktop }) => {
    network.setDown(false);
    await desktop.call('sync.now').catch(ignoreClosed);
  },
  delay: ({ random }, { network }) => {
    network.faults.delayMs = random.pick([0, 1, 5, 20]);
  },
  stall: ({ random }, { network }) => {
    network.faults.stalled = true;
    setTimeout(() => {
      network.faults.stalled = false;
      // A stalled link has lost bytes for good: it never recovers by itself.
      network.cutAll();
    }, random.below(300));
  },
  crash: ({ random }, node) => arm(replicaFile(node), 'crash', 1 + random.below(120)),
  full: ({ random }, node) => arm(replicaFile(node), 'full', 1 + random.below(60)),
  restart: async (_, node) => {
    noteAccepted(node);
    await node.desktop.restart();
    await signInThrough(node);
  },
  otherEdit: async ({ central, random }) => {
    await central.client.query(
      `update public.projects set notes = $1, title = title || '.' where id = (select id from public.projects order by project_id offset $2 limit 1)`,
      [`ai đó ${random.below(1_000_000)}`, random.below(17)],
    );
  },
  otherOpen: async ({ central, random, open }) => {
    const client = new pg.Client({ connectionString: central.url });
    client.on('error', () => undefined);
    await client.connect();
    await client.query("begin; set local lock_timeout = '200ms'");
    const update = client.query(
      `update public.projects set description = $1 where id = (select id from public.projects order by project_id offset $2 limit 1)`,
      [`giữ lâu ${random.below(1_000_000)}`, random.below(17)],
    );
    // Somebody else may hold the row; then this transaction has simply nothing to hold.
    await update.catch(() => client.query('rollback; begin'));
    open.push({ client, stepsLeft: 1 + random.below(8) });
  },
  otherDelete: async ({ central, random }) => {
    await central.client.query(
      `delete from public.projects where id = (select id from public.projects order by project_id offset $1 limit 1)
         and (select count(*) from public.projects) > 10`,
      [random.below(17)],
    );
  },
  otherRole: async ({ central, random }) => {
    const role = random.pick(['management', 'sales', 'engineering', 'customer']);
    await central.client.query('update public.users set role = $1 where email = $2', [role, random.pick(people)]);
  },
  otherStage: async ({ central, random }) => {
    await central.client.query(
      `update public.workflow_stages set estimated_duration_days = $1
       where id = (select id from public.workflow_stages order by stage_order offset $2 limit 1)`,
      [random.below(20), random.below(8)],
    );
  },
  otherMessage: async ({ central, random }) => {
    await central.client.query(
      `insert into public.messages (organization_id, project_id, sender_id, recipient_id, subject, content)
       select p.organization_id, p.id, (select id from public.users where email = $1), (select id from public.users where email = $2), 'Hỏi', $3
       from public.projects p order by p.project_id offset $4 limit 1`,
      [random.pick(people), random.pick(people), `Tin ${random.below(1000)}`, random.below(10)],
    );
  },
  prune: async ({ central, random }) => {
    const old = random.chance(0.5) ? '0 seconds' : '90 days';
    await central.client.query("select sync.prune($1::interval, '0 seconds', '90 days')", [old]);
  },
  epoch: async ({ central }) => {
    await central.client.query('update sync.instance set epoch = gen_random_uuid()');
  },
  clock: ({ random }) => shiftClock((random.next() - 0.5) * 4 * 365 * 86_400_000),
  centralRestart: (world) => world.restartCentral(),
};

/** Goes on with what lasts: open transactions come to their end, crashed processes start again. */
export async function advance(world: World): Promise<void> {
  for (const transaction of [...world.open]) {
    transaction.stepsLeft -= 1;
    if (transaction.stepsLeft > 0) continue;
    world.open.splice(world.open.indexOf(transaction), 1);
    await transaction.client.query(world.random.chance(0.85) ? 'commit' : 'rollback').catch(ignoreClosed);
    await transaction.client.end().catch(ignoreClosed);
  }
  for (const node of world.nodes) if (hasCrashed(replicaFile(node))) await revive(world, node);
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
  shiftClock(0);
  note('calm');
  for (const { client } of world.open.splice(0)) {
    await client.query('commit').catch(ignoreClosed);
    await client.end().catch(ignoreClosed);
  }
  for (const node of world.nodes) {
    const { faults } = node.network;
    Object.assign(faults, { delayMs: 0, stalled: false, cutAfter: { toServer: null, toClient: null } });
    node.network.setDown(false);
    const file = replicaFile(node);
    if (hasCrashed(file)) await revive(world, node);
    else recoverUnstruck(file);
    await node.desktop.call('sync.now').catch(ignoreClosed);
  }
}

/** A fault that was armed and has not struck yet never will. */
const recoverUnstruck = (file: string): void => arm(file, 'full', Number.MAX_SAFE_INTEGER);

function ignoreClosed(error: unknown): void {
  // A connection or an application that a fault has just ended; the next step meets it again.
  if (!(error instanceof Error)) throw error;
}

const RealDate = Date;
let offset = 0;

/** Sets the machine's clock off by so many milliseconds; timers go on as before. */
function shiftClock(milliseconds: number): void {
  offset = milliseconds;
  if (offset === 0) {
    globalThis.Date = RealDate;
    return;
  }
  globalThis.Date = class extends RealDate {
    constructor(...args: [] | [number | string | Date]) {
      if (args.length === 0) super(RealDate.now() + offset);
      else super(args[0]);
    }

    static override now(): number {
      return RealDate.now() + offset;
    }
  } as DateConstructor;
}
