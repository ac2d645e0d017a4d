import { demoPassword } from '../../shared/demo-accounts.ts';
import { divergence } from '../../main/worker/testing/divergence.ts';
import { peek } from './disk.ts';
import { noteAccepted } from './operations.ts';
import { replicaFile } from './replica-file.ts';
import { note, type Node, type World } from './world.ts';

const REST_LIMIT_MS = 30_000;

/** Every broken promise of a world that has come to rest; empty when all were kept. */
export async function verdict(world: World): Promise<string[]> {
  const broken: string[] = [];
  for (const node of world.nodes) {
    note(`${node.name} comes to rest`);
    const problem = await rest(node);
    if (problem) broken.push(`${node.name}: ${problem}`);
  }
  for (const node of world.nodes) {
    note(`${node.name} is compared`);
    noteAccepted(node);
    const differences = await divergence(world.central, node.desktop, node.email);
    broken.push(...differences.slice(0, 5).map((line) => `${node.name} diverges: ${line}`));
    if (differences.length > 0) {
      const setAside = peek(replicaFile(node), "select table_name || ' ' || row_id || ': ' || reason from quarantine");
      broken.push(`${node.name} set aside: ${JSON.stringify(setAside.slice(0, 5))}; log: ${JSON.stringify(node.desktop.log.slice(-6))}`);
    }
    broken.push(...(await unaccounted(world, node)).map((line) => `${node.name}: ${line}`));
  }
  broken.push(...(await appliedTwice(world)));
  return broken;
}

/** Waits for the node to hold everything and to owe nothing; tells what keeps it from that. */
async function rest(node: Node): Promise<string | null> {
  let quiet = 0;
  const end = performance.now() + REST_LIMIT_MS;
  while (performance.now() < end) {
    const status = await node.desktop.call('sync.status');
    if (status.state === 'auth-required') {
      await node.desktop.signIn(node.email, { password: demoPassword }, true);
    }
    // Twice in a row with a look at the centre in between, so that what others pushed last has come too.
    quiet = status.state === 'online' && status.pending === 0 && acknowledged(node) === 0 ? quiet + 1 : 0;
    if (quiet === 3) return null;
    await node.desktop.call('sync.now');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return `does not come to rest: ${JSON.stringify(await node.desktop.call('sync.status'))} ${JSON.stringify(node.desktop.log.slice(-3))}`;
}

const acknowledged = (node: Node): number =>
  Number(peek(replicaFile(node), 'select count(*) from outbox')[0] ?? 0);

/** Accepted changes that ended in no state that a person could find. */
async function unaccounted(world: World, node: Node): Promise<string[]> {
  const { rows } = await world.central.client.query<{ id: string; status: string }>(
    `select m.mutation_id as id, m.result ->> 'status' as status from sync.mutations m
     join public.users u on u.id = m.user_id where u.email = $1`,
    [node.email],
  );
  const answered = new Map(rows.map((row) => [row.id, row.status]));
  const attention = new Set(peek(replicaFile(node), 'select mutation_id from attention'));
  const lost: string[] = [];
  for (const id of node.accepted) {
    const status = answered.get(id);
    if (status === 'applied' || status === 'merged') continue;
    if (attention.has(id) || node.settledByPerson.has(id)) continue;
    lost.push(`mutation ${id} is ${status ?? 'unknown to the centre'} and nowhere to be found`);
  }
  return lost;
}

/** Descriptions written more than once by the same text: a repeat that was applied again. */
async function appliedTwice(world: World): Promise<string[]> {
  const { rows } = await world.central.client.query<{ text: string; n: string }>(
    `select left(new_values ->> 'description', 60) as text, count(*) as n from public.activity_log
     where action = 'UPDATE' and entity_type = 'projects' and new_values ? 'description' and new_values ->> 'description' like 'máy %'
     group by new_values ->> 'description' having count(*) > 1`,
  );
  return rows.map((row) => `applied ${row.n} times: ${row.text}`);
}
