import { AppError } from '../../shared/errors.ts';
import { hasCrashed, peek } from './disk.ts';
import type { Fault } from './fault.ts';
import { pushAs } from './colleague-faults.ts';
import { endSilence } from './network-faults.ts';
import { settleWorld } from './peace.ts';
import { replicaFile } from './replica-file.ts';
import { count, lasting, people, type Node, type World } from './world.ts';

/* What happens to the server, and what its administrator does. */

export const serverFaults = {
  serverRestart: { weight: 0.3, strike: ({ centre }) => centre.restart('SIGINT') },
  serverCrash: { weight: 0.3, strike: ({ centre }) => centre.restart('SIGQUIT') },
  /** A push that was answered long ago arrives once more, over another connection: the recorded answer comes again. */
  repeatedPush: { weight: 5, strike: repeatPush },
  /** Lists that old cursors need are cut down, to nothing or to what is usual. */
  prune: {
    weight: 2,
    strike: async ({ centre, random }) => {
      const old = random.chance(0.5) ? '0 seconds' : '90 days';
      await centre.client.query("select sync.prune($1::interval, '0 seconds', '90 days')", [old]);
    },
  },
  epoch: {
    weight: 0.7,
    strike: async ({ centre }) => {
      await centre.client.query('update sync.instance set epoch = gen_random_uuid()');
    },
  },
  backup: { weight: 0.8, strike: (world) => whileNobodyIsThere(world, () => world.centre.back()) },
  restore: { weight: 0.8, strike: restore },
  schemaStep: { weight: 1.5, strike: stepSchema },
  /** The centre asks for a newer application for a while. */
  outdated: {
    weight: 1,
    strike: async (world) => {
      await world.centre.client.query('update sync.instance set minimum_client_version = 1000000');
      lasting(world, 2 + world.random.below(8), () => settleWorld(world));
    },
  },
  /** Somebody's account is closed for a while. */
  suspension: {
    weight: 1,
    strike: async (world) => {
      await world.centre.client.query(`update public.users set status = 'suspended' where email = $1`, [world.random.pick(people)]);
      lasting(world, 2 + world.random.below(8), () => settleWorld(world));
    },
  },
  /** Wake-ups are switched off for a while, as behind a pooler. */
  silence: {
    weight: 1,
    strike: async (world) => {
      await world.centre.client.query('update sync.instance set notify_enabled = false');
      lasting(world, 2 + world.random.below(8), () => settleWorld(world));
    },
  },
} satisfies Record<string, Fault>;

async function repeatPush(world: World, node: Node): Promise<void> {
  const { rows } = await world.centre.client.query<{ id: string; status: string }>(
    `select mutation_id as id, result ->> 'status' as status from sync.mutations where mutation_id = any ($1) order by received_at desc limit 20`,
    [[...node.accepted.keys()]],
  );
  if (rows.length === 0) return;
  const known = new Map(rows.map((row) => [row.id, row.status]));
  const batch = [...node.accepted.values()].filter((sent) => known.has(String(sent.id)));
  let answers;
  try {
    answers = await pushAs(world, node.email, batch);
  } catch (error) {
    // A closed account gets no answer at all.
    if (error instanceof Error && error.message === 'ACCOUNT_INACTIVE') return;
    throw error;
  }
  count(world, 'pushes that came once more');
  for (const answer of answers) {
    if (answer.status !== known.get(answer.id)) {
      world.broken.push(`${node.name}: mutation ${answer.id} was ${String(known.get(answer.id))} and is ${answer.status} when it comes again`);
    }
  }
}

/**
 * The centre is set back to an earlier state. What a desktop still holds in its outbox has to come again. What the
 * centre had confirmed and a desktop had seen there is as lost as the centre's own later rows: that is what a restore
 * means, and no desktop may bring such rows back by itself.
 */
async function restore(world: World): Promise<void> {
  await whileNobodyIsThere(world, async () => {
    const confirmed = await confirmedMutations(world);
    await world.centre.restore();
    const kept = new Set(await confirmedMutations(world));
    const owed = new Set(world.nodes.flatMap((node) => peek(replicaFile(node), 'select mutation_id from outbox')));
    for (const id of confirmed) {
      if (kept.has(id)) continue;
      if (owed.has(id)) count(world, 'confirmed mutations that a restore made owed again');
      else world.undone.add(id);
    }
  });
  await settleWorld(world);
}

async function confirmedMutations({ centre }: World): Promise<string[]> {
  const { rows } = await centre.client.query<{ id: string }>(
    `select mutation_id as id from sync.mutations where result ->> 'status' in ('applied', 'merged')`,
  );
  return rows.map((row) => row.id);
}

/** Takes every network away until all desktops know it, and gives it back as it was. */
async function whileNobodyIsThere(world: World, work: () => Promise<void>): Promise<void> {
  const before = world.nodes.map(({ network }) => network.faults.down);
  for (const { network } of world.nodes) network.setDown(true);
  endSilence();
  for (const node of world.nodes) await untilOffline(node);
  for (const { client } of world.open.splice(0)) await client.end();
  await work();
  world.nodes.forEach(({ network }, index) => network.setDown(before[index] === true));
}

async function untilOffline(node: Node): Promise<void> {
  for (;;) {
    try {
      const { state } = await node.desktop.call('sync.status');
      if (state !== 'online' && state !== 'syncing' && state !== 'connecting') return;
    } catch (error) {
      // Without a session, or with a process that has ended, nothing is stored any more; a full disk passes.
      if (!(error instanceof AppError)) throw error;
      if (hasCrashed(replicaFile(node)) || error.code === 'SESSION_REQUIRED') return;
      if (error.code !== 'DISK_FULL') throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** A migration of the centre while desktops work: a new column, filled, or a new replicated table. */
async function stepSchema({ centre, random }: World): Promise<void> {
  const migration = random.chance(0.5)
    ? `alter table public.projects add column if not exists later_remark text;
       update public.projects set later_remark = 'bước ${random.below(1000)}'`
    : `do $$
       declare organization uuid;
       begin
         if to_regclass('public.later_remarks') is null then
           create table public.later_remarks (
             id uuid primary key default app.uuid_v7(),
             organization_id uuid not null references public.organizations (id),
             remark text,
             created_at timestamptz not null default now(),
             updated_at timestamptz not null default now(),
             sync_xid xid8 not null default pg_current_xact_id());
           create index later_remarks_sync on public.later_remarks (organization_id, sync_xid);
           perform sync.replicate('later_remarks');
           alter table public.later_remarks enable row level security;
           create policy internal_read on public.later_remarks for select to fp_internal
             using (organization_id = (select app.internal_organization_id()));
           grant select on public.later_remarks to fp_person;
         end if;
         insert into public.later_remarks (organization_id, remark) select id, 'mới' from public.organizations;
         delete from public.later_remarks where id in (select id from public.later_remarks order by id limit ${random.below(3)});
       end $$`;
  await centre.client.query(migration);
}
