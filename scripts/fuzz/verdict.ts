import { demoPassword } from '../../shared/demo-accounts.ts';
import { divergence } from '../../main/worker/testing/divergence.ts';
import { stopwatch } from './clock.ts';
import { peek } from './disk.ts';
import { noteAccepted } from './outgoing.ts';
import { replicaFile } from './replica-file.ts';
import { note, type Node, type World } from './world.ts';

const REST_LIMIT_MS = 30_000;

/** Every broken promise of a world that has come to rest; empty when all were kept. */
export async function verdict(world: World): Promise<string[]> {
  const broken = [...world.broken];
  // Twice, so that what the last one pushed while it came to rest has reached the first.
  for (const node of [...world.nodes, ...world.nodes]) {
    note(`${node.name} comes to rest`);
    const problem = await rest(node);
    if (problem) broken.push(`${node.name}: ${problem}`);
  }
  for (const node of world.nodes) {
    note(`${node.name} is compared`);
    noteAccepted(node);
    const differences = await divergence(world.centre, node.desktop, node.email);
    broken.push(...differences.slice(0, 5).map((line) => `${node.name} diverges: ${line}`));
    // No row of this world breaks a constraint, and no child comes before its parent.
    const setAside = peek(replicaFile(node), "select table_name || ' ' || row_id || ': ' || reason from quarantine");
    broken.push(...setAside.slice(0, 5).map((line) => `${node.name} set aside: ${String(line)}`));
    const lost = await unaccounted(world, node);
    broken.push(...lost.map((line) => `${node.name}: ${line}`));
    if (differences.length + setAside.length + lost.length > 0) {
      broken.push(`${node.name}: log ${JSON.stringify(node.desktop.log.slice(-6))}`);
    }
  }
  broken.push(...(await appliedTwice(world)));
  return broken;
}

/** Waits for the node to hold everything and to owe nothing; tells what keeps it from that. */
async function rest(node: Node): Promise<string | null> {
  let quiet = 0;
  let agreedAt: string | null = null;
  const end = stopwatch() + REST_LIMIT_MS;
  while (stopwatch() < end) {
    const status = await node.desktop.call('sync.status');
    if (status.state === 'auth-required') {
      await node.desktop.signIn(node.email, { password: demoPassword }, true);
    }
    // Several times with a look at the centre in between, so that what others pushed last has come too. A link that is
    // dead without a word looks just as calm, but nothing is agreed over it.
    const isCalm = status.state === 'online' && status.pending === 0 && acknowledged(node) === 0;
    if (!isCalm) quiet = 0;
    else if (status.lastSyncAt !== agreedAt) quiet += 1;
    agreedAt = status.lastSyncAt;
    if (quiet === 3) return null;
    await node.desktop.call('sync.now');
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  return `does not come to rest: ${JSON.stringify(await node.desktop.call('sync.status'))} ${JSON.stringify(node.desktop.log.slice(-3))}`;
}

const acknowledged = (node: Node): number => Number(peek(replicaFile(node), 'select count(*) from outbox')[0] ?? 0);

/** Accepted changes that ended in no state that a person could find. */
async function unaccounted({ centre, undone }: World, node: Node): Promise<string[]> {
  const { rows } = await centre.client.query<{ id: string; status: string }>(
    `select m.mutation_id as id, m.result ->> 'status' as status from sync.mutations m
     join public.users u on u.id = m.user_id where u.email = $1`,
    [node.email],
  );
  const answered = new Map(rows.map((row) => [row.id, row.status]));
  const attention = new Set(peek(replicaFile(node), 'select mutation_id from attention'));
  const written = await auditTrail(node);
  const lost: string[] = [];
  for (const id of node.accepted.keys()) {
    const status = answered.get(id);
    if (status === 'applied' || status === 'merged') {
      const text = writtenText(node, id);
      if (text !== null && !written.has(text)) lost.push(`mutation ${id} is ${status} and its text was never written: ${JSON.stringify(node.accepted.get(id))}`);
      continue;
    }
    if (attention.has(id) || node.settledByPerson.has(id) || undone.has(id)) continue;
    lost.push(`mutation ${id} is ${status ?? 'unknown to the centre'} and nowhere to be found`);
  }
  return lost;

  async function auditTrail({ email }: Node): Promise<Set<string>> {
    const { rows: texts } = await centre.client.query<{ text: string }>(
      `select a.new_values ->> c.name as text
       from public.activity_log a join public.users u on u.id = a.user_id and u.email = $1
       cross join (values ('description'), ('notes')) as c (name)
       where a.action = 'UPDATE' and a.entity_type = 'projects' and a.new_values ? c.name`,
      [email],
    );
    return new Set(texts.map(({ text }) => text));
  }
}

/** The text that a change wrote and no other could have written; null where it wrote none. */
function writtenText(node: Node, id: string): string | null {
  const patch = node.accepted.get(id)?.patch;
  const text = patch?.['description'] ?? patch?.['notes'];
  return typeof text === 'string' && text.startsWith(node.name) ? text : null;
}

/**
 * One change of one row, made at one moment of one person's clock, that the centre wrote down more than once: a repeat
 * that was applied again.
 */
async function appliedTwice({ centre }: World): Promise<string[]> {
  const { rows } = await centre.client.query<{ what: string; n: string }>(
    `select entity_type || ' ' || entity_id || ' ' || left(new_values::text, 80) as what, count(*) as n from public.activity_log
     where client_time is not null
     group by user_id, client_time, entity_type, entity_id, action, old_values, new_values having count(*) > 1`,
  );
  return rows.map((row) => `applied ${row.n} times: ${row.what}`);
}
