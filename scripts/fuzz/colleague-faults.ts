import pg from 'pg';
import { randomUUID } from 'node:crypto';
import { connectAs, push } from '../../db/testing/person.ts';
import { foreignKeyViolation, ignoreClosed, sqlStateOf, type Fault } from './fault.ts';
import { guest, neighbourId } from './neighbour.ts';
import { count, people, type World } from './world.ts';

/* What other people do at the centre meanwhile: they edit, hold rows, delete, and change who may see what. */

/** One of the projects, by chance. */
const anyProject = 'select id from public.projects order by project_id offset $1 limit 1';
const somewhere = ({ random }: World): number => random.below(17);

export const colleagueFaults = {
  otherEdit: {
    weight: 14,
    strike: async (world) => {
      await world.centre.client.query(
        `update public.projects set notes = $2, title = left(title, 400) || '.' where id = (${anyProject})`,
        [somewhere(world), `ai đó ${world.random.below(1_000_000)}`],
      );
    },
  },
  /** Several transactions overlap and commit in another order than they began, in `advance`. */
  otherOpen: {
    weight: 7,
    strike: async (world) => {
      const several = 1 + world.random.below(3);
      for (let n = 0; n < several; n++) await hold(world);
    },
  },
  otherDelete: {
    weight: 1,
    strike: async (world) => {
      await world.centre.client.query(
        `delete from public.projects where id = (${anyProject}) and (select count(*) from public.projects) > 10`,
        [somewhere(world)],
      );
    },
  },
  otherDeletesProgress: {
    weight: 2,
    strike: async ({ centre, random }) => {
      await centre.client.query(
        `delete from public.project_sub_stage_progress where id in (
           select id from public.project_sub_stage_progress order by updated_at desc, id offset $1 limit 3)`,
        [random.below(20)],
      );
    },
  },
  otherDeletesMessage: {
    weight: 1,
    strike: async ({ centre, random }) => {
      await centre.client.query(
        `delete from public.messages where id = (
           select m.id from public.messages m
           where not exists (select from public.messages a where a.thread_id = m.id or a.parent_message_id = m.id)
           order by m.id offset $1 limit 1)`,
        [random.below(10)],
      );
    },
  },
  /** A new project, pushed by somebody whose desktop is none of ours. */
  otherCreates: {
    weight: 2,
    strike: async (world) => {
      await pushAs(world, world.random.pick(people), [
        {
          table: 'projects',
          row_id: randomUUID(),
          op: 'insert',
          patch: { project_id: 'P-mới', title: `Việc mới ${world.random.below(1000)}`, current_stage_id: await firstStage(world) },
        },
      ]);
    },
  },
  otherStage: {
    weight: 2,
    strike: async ({ centre, random }) => {
      await centre.client.query(
        `update public.workflow_stages set estimated_duration_days = $1
         where id = (select id from public.workflow_stages order by stage_order, id offset $2 limit 1)`,
        [random.below(20), random.below(8)],
      );
    },
  },
  otherMessage: {
    weight: 4,
    strike: async (world) => {
      await world.centre.client.query(
        `insert into public.messages (organization_id, project_id, sender_id, recipient_id, subject, content)
         select p.organization_id, p.id, s.id, r.id, 'Hỏi', $4
         from public.projects p
         join public.users s on s.organization_id = p.organization_id and s.email = $2
         join public.users r on r.organization_id = p.organization_id and r.email = $3
         where p.id = (${anyProject})`,
        [somewhere(world), world.random.pick(people), world.random.pick(people), `Tin ${world.random.below(1000)}`],
      );
    },
  },
  /** What one person could read is another's from now on. */
  otherRecipient: {
    weight: 2,
    strike: async ({ centre, random }) => {
      await centre.client.query(
        `update public.messages m set recipient_id = (select u.id from public.users u where u.email = $1)
         where m.id = (select o.id from public.messages o join public.users s on s.id = o.sender_id
                       where s.email like '%@factorypulse.vn' order by o.id desc offset $2 limit 1)`,
        [random.pick(people), random.below(8)],
      );
    },
  },
  otherRole: {
    weight: 2,
    strike: async ({ centre, random }) => {
      const role = random.pick(['management', 'sales', 'engineering', 'customer']);
      await centre.client.query('update public.users set role = $1 where email = $2', [role, random.pick(people)]);
    },
  },
  /** Who works on a project: a place in the team given, taken or put to rest, or the project handed over. */
  otherAssignment: {
    weight: 4,
    strike: async (world) => {
      const { centre, random } = world;
      const kind = random.pick(['join', 'leave', 'rest', 'hand over'] as const);
      if (kind === 'join') {
        await centre.client.query(
          `insert into public.project_assignments (organization_id, project_id, user_id)
           select p.organization_id, p.id, u.id from public.projects p
           join public.users u on u.organization_id = p.organization_id and u.email = $2 where p.id = (${anyProject})`,
          [somewhere(world), random.pick(people)],
        );
      } else if (kind === 'hand over') {
        await centre.client.query(
          `update public.projects p set assigned_to = (
             select u.id from public.users u where u.organization_id = p.organization_id and u.email = $2) where p.id = (${anyProject})`,
          [somewhere(world), random.pick(people)],
        );
      } else {
        const change = kind === 'leave' ? 'delete from public.project_assignments' : 'update public.project_assignments set is_active = not is_active';
        await centre.client.query(`${change} where id = (select id from public.project_assignments order by id offset $1 limit 1)`, [
          random.below(12),
        ]);
      }
    },
  },
  /** The guest works for the other organization from now on, or comes back. */
  guestMoves: {
    weight: 2,
    strike: async ({ centre }) => {
      await inOneTransaction(centre.client, [
        `delete from public.notifications where user_id = (select id from public.users where email = '${guest}')`,
        `update public.users u set organization_id = case u.organization_id when '${neighbourId}'
           then (select c.organization_id from public.users c where c.email = 'ceo@factorypulse.vn') else '${neighbourId}' end
         where u.email = '${guest}'`,
      ]);
    },
  },
  /** A project is handed to the other organization, or comes back from it, without its history. */
  projectMoves: {
    weight: 2,
    strike: async (world) => {
      const id = `(select id from public.projects order by organization_id = '${neighbourId}', project_id desc
                   offset ${somewhere(world)} limit 1)`;
      const children = ['project_sub_stage_progress', 'project_stage_history', 'project_assignments', 'messages', 'reviews'];
      try {
        await inOneTransaction(world.centre.client, [
          `create temporary table moving on commit drop as select id from public.projects where id = ${id}`,
          ...children.map((table) => `delete from public.${table} where project_id in (select id from moving)`),
          'update public.documents set project_id = null where project_id in (select id from moving)',
          `update public.projects p set customer_id = null, created_by = null, assigned_to = null,
             organization_id = s.organization_id, current_stage_id = s.id
           from public.workflow_stages s
           where p.id in (select id from moving) and s.organization_id <> p.organization_id and s.stage_order = 1`,
        ]);
      } catch (error) {
        // Something that belongs to the old organization still speaks of it: then it stays.
        if (sqlStateOf(error) !== foreignKeyViolation) throw error;
        count(world, 'projects that could not move');
      }
    },
  },
} satisfies Record<string, Fault>;

/** Begins a transaction that has written and is not committed yet. */
async function hold(world: World): Promise<void> {
  const client = new pg.Client({ connectionString: world.centre.url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query("begin; set local lock_timeout = '200ms'");
  const update = client.query(`update public.projects set description = $2 where id = (${anyProject})`, [
    somewhere(world),
    `giữ lâu ${world.random.below(1_000_000)}`,
  ]);
  // Somebody else may hold the row; then this transaction has simply nothing to hold.
  await update.catch(() => client.query('rollback; begin'));
  world.open.push({ client, stepsLeft: 1 + world.random.below(8) });
}

async function inOneTransaction(client: pg.Client, statements: readonly string[]): Promise<void> {
  await client.query('begin');
  try {
    await client.query("select set_config('factory_pulse.maintenance', 'on', true)");
    await client.query('set constraints all deferred');
    for (const statement of statements) await client.query(statement);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(ignoreClosed);
    throw error;
  }
}

async function firstStage(world: World): Promise<string> {
  const { rows } = await world.centre.client.query<{ id: string }>(
    `select id from public.workflow_stages where organization_id <> $1 order by stage_order, id limit 1`,
    [neighbourId],
  );
  return rows[0]?.id ?? '';
}

/** Sends changes as somebody, over a connection of their own that knows nothing but the protocol. */
export async function pushAs(world: World, email: string, batch: Parameters<typeof push>[1]): ReturnType<typeof push> {
  const client = await connectAs(world.centre, email);
  client.on('error', () => undefined);
  try {
    await client.query("set lock_timeout = '300ms'");
    return await push(client, batch);
  } finally {
    await client.end();
  }
}
