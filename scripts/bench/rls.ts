import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { connectAs } from '../../db/testing/person.ts';
import { readCentralColumns, selectList, type CentralColumns } from '../../main/worker/sync/central-rows.ts';
import { tableOf } from '../../main/worker/replica/tables.ts';
import { addProjects } from './central.ts';
import { percentile, rounded, type Figures } from './figures.ts';

const ROUNDS = 4;
const PULLS = 100;
const PUSHES = 15;
const LOADS = 3;
const CHANGED = 100;
const BATCH = 200;

/** Two roles at both ends: one reads and edits everything, the other by conditions. */
const people = { manager: 'ceo@factorypulse.vn', engineer: 'senior.engineer@factorypulse.vn' } as const;
const pulled = ['projects', 'activity_log', 'documents', 'sync_conflicts'] as const;

type Switch = 'with' | 'without';

/**
 * What row-level security costs the centre: a pull of few changes, a push, and a first load's read of all projects, by the
 * same person over the same rows with the policies and without. Without them each query names the organization itself, as a
 * program must that has no policies. Rounds of both alternate, so that neither meets the warmer machine.
 */
export async function rls(central: DemoCentral, rows: number): Promise<Figures> {
  await addProjects(central.client, rows);
  const { rows: snapshots } = await central.client.query<{ since: string }>('select pg_current_snapshot()::text as since');
  const since = snapshots[0]?.since ?? '';
  await central.client.query(
    `update public.projects set notes = 'Đổi ' || project_id where project_id between 'B-000000001' and 'B-' || lpad($1::text, 9, '0')`,
    [CHANGED],
  );
  await central.client.query('vacuum analyze');

  const figures: Figures = { rows };
  let worst = 0;
  for (const [name, email] of Object.entries(people)) {
    const samples = { pull: empty(), push: empty(), load: empty() };
    for (let round = 0; round < ROUNDS * 2; round++) {
      const state: Switch = round % 2 === 0 ? 'with' : 'without';
      await setPolicies(central, state);
      const client = await connectAs(central, email);
      const work = await prepare(client, since, state);
      await measured(PULLS, samples.pull[state], work.pull);
      // Only managers edit projects in every stage.
      if (name === 'manager') await measured(PUSHES, samples.push[state], work.push);
      await measured(LOADS, samples.load[state], work.load);
      await client.end();
    }
    for (const [what, found] of Object.entries(samples)) {
      if (found.with.length === 0) continue;
      const [own, bare] = [percentile(found.with, 0.5), percentile(found.without, 0.5)];
      figures[`${name}_${what}_ms`] = rounded(own);
      figures[`${name}_${what}_ratio`] = rounded(own / bare);
      worst = Math.max(worst, own / bare);
    }
  }
  return { ...figures, ratio: rounded(worst) };
}

const empty = (): Record<Switch, number[]> => ({ with: [], without: [] });

async function measured(times: number, samples: number[], work: () => Promise<unknown>): Promise<void> {
  // The first call plans.
  await work();
  for (let n = 0; n < times; n++) {
    const begun = performance.now();
    await work();
    samples.push(performance.now() - begun);
  }
}

async function setPolicies(central: DemoCentral, state: Switch): Promise<void> {
  await central.client.query(
    `do $$ declare t name; begin
       for t in select table_name from sync.replicated_table loop
         execute format('alter table public.%I ${state === 'with' ? 'enable' : 'disable'} row level security', t);
       end loop; end $$`,
  );
}

async function prepare(client: Client, since: string, state: Switch) {
  const columns = await readCentralColumns(client);
  const { rows } = await client.query<{ id: string }>('select app.my_organization_id() as id');
  const bound = state === 'with' ? 'true' : `t.organization_id = '${rows[0]?.id ?? ''}'`;
  const { rows: projects } = await client.query<{ id: string }>(
    `select t.id from public.projects t where t.status = 'active' and t.project_id like 'B-%' and ${bound} order by t.project_id limit ${BATCH}`,
  );
  let turn = 0;
  return {
    pull: () => pullOf(client, columns, since, bound),
    push: async () => {
      turn += 1;
      const mutations = projects.map(({ id }) => ({ id: randomUUID(), table: 'projects', row_id: id, op: 'update', patch: { description: `Lượt ${turn}` } }));
      await client.query('begin');
      await client.query('select sync.push($1::jsonb)', [JSON.stringify(mutations)]);
      await client.query('rollback');
    },
    // Read to the last row, and not sent: the network's share is the same either way.
    load: () => client.query(`select count(*), max(length(r::text)) from (select ${selectList(tableOf('projects'), columns)} from public.projects t where ${bound}) r`),
  };
}

/** The queries of main/worker/sync/pull.ts. */
async function pullOf(client: Client, columns: CentralColumns, since: string, bound: string): Promise<void> {
  const horizon = since.slice(0, since.indexOf(':'));
  await client.query(`begin isolation level repeatable read, read only; select sync.pull_state('${since}') as state`);
  await client.query({
    rowMode: 'array',
    text: pulled
      .map(
        (table) =>
          `select ${selectList(tableOf(table), columns)} from public."${table}" t
            where t.sync_xid >= '${horizon}'::xid8 and not pg_visible_in_snapshot(t.sync_xid, '${since}'::pg_snapshot) and ${bound} limit 1001`,
      )
      .join('; '),
  });
  await client.query('commit');
}
