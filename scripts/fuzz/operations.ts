import { AppError } from '../../shared/errors.ts';
import { priorityLevels } from '../../shared/api/projects.ts';
import type { AttentionItem } from '../../shared/api/sync.ts';
import { hasCrashed } from './disk.ts';
import { noteAccepted } from './outgoing.ts';
import { replicaFile } from './replica-file.ts';
import { count, isReader, note, type Node, type World } from './world.ts';

/* What people do on their desktops, whatever the network does meanwhile. */

/** Everything of the contract that a signed-in person can do; the first of these change replicated data. */
const weights = {
  edit: 40,
  burst: 1.5,
  priority: 10,
  date: 8,
  tick: 20,
  move: 12,
  restore: 3,
  keep: 2,
  retry: 3,
  correct: 3,
  discard: 3,
  regret: 2,
  look: 4,
  now: 4,
  check: 3,
  cancel: 2,
  idle: 6,
} as const;

const readerWeights = { look: 3, now: 1, check: 1, cancel: 1, idle: 2 } as const;

/** One thing that the node's person does; refusals by the rules are part of life, anything else is a failure. */
export async function operate(
  world: World,
  node: Node,
  kind: keyof typeof weights = isReader(node) ? world.random.weighted(readerWeights) : world.random.weighted(weights),
): Promise<void> {
  note(`${node.name} ${kind}`);
  try {
    await perform[kind](world, node);
    count(world, `op ${kind}`);
  } catch (error) {
    // The process ended under the person's hands, and it will be started again. What it had stored by then counts.
    if (!hasCrashed(replicaFile(node))) {
      if (!(error instanceof AppError) || !expected.has(error.code)) throw error;
      count(world, `op ${kind} ${error.code}`);
    }
  }
  noteAccepted(node);
}

/** Codes that the rules, the lack of a session or an injected fault of the disk bring about. */
const expected = new Set(['MOVE_BLOCKED', 'EDIT_NOT_ALLOWED', 'SUB_STAGE_NOT_ALLOWED', 'SUB_STAGE_NOT_CURRENT', 'NOT_FOUND', 'DISK_FULL', 'SESSION_REQUIRED']);

type Perform = (world: World, node: Node) => Promise<unknown>;

const perform: Record<keyof typeof weights, Perform> = {
  edit: async (world, node) => {
    const id = await anyProject(world, node);
    const field = world.random.pick(['title', 'description', 'notes'] as const);
    if (id) await node.desktop.call('projects.update', { id, patch: { [field]: token(world, node, field === 'title' ? 0 : 0.05) } });
  },
  burst: async (world, node) => {
    for (let left = 10 + world.random.below(30); left > 0; left--) {
      const id = await anyProject(world, node);
      if (id) await node.desktop.call('projects.update', { id, patch: { notes: token(world, node, 0) } });
      noteAccepted(node);
    }
  },
  priority: async (world, node) => {
    const id = await anyProject(world, node);
    if (id) await node.desktop.call('projects.update', { id, patch: { priority_level: world.random.pick(priorityLevels) } });
  },
  date: async (world, node) => {
    const id = await anyProject(world, node);
    const date = world.random.chance(0.2) ? null : `2027-0${1 + world.random.below(9)}-1${world.random.below(10)}`;
    if (id) await node.desktop.call('projects.update', { id, patch: { estimated_delivery_date: date } });
  },
  tick: async (world, node) => {
    const id = await anyProject(world, node);
    if (!id) return;
    const { sub_stages } = await node.desktop.call('projects.get', { id });
    const settable = sub_stages.filter((row) => row.settable.length > 0);
    if (settable.length === 0) return;
    const subStage = world.random.pick(settable);
    await node.desktop.call('projects.setProgress', {
      id,
      sub_stage_id: subStage.id,
      status: world.random.pick(subStage.settable),
      blocked_reason: 'Chờ vật tư',
    });
  },
  move: async (world, node) => {
    const id = await anyProject(world, node);
    if (!id) return;
    const moves = await node.desktop.call('projects.moves', { id });
    if (moves.length === 0) return;
    const { to_stage_id } = world.random.pick(moves);
    await node.desktop.call('projects.move', { id, to_stage_id, reason: world.random.chance(0.8) ? 'Theo yêu cầu' : null });
  },
  restore: async (world, node) => {
    const id = await anyProject(world, node);
    if (!id) return;
    const { conflicts } = await node.desktop.call('projects.get', { id });
    // A description that is written twice has to be a fault, so it is never restored.
    const open = conflicts.filter((conflict) => conflict.can_restore && conflict.column_name !== 'description');
    if (open.length > 0) await node.desktop.call('sync.restoreConflict', { id: world.random.pick(open).id });
  },
  keep: async (world, node) => {
    const { rows } = await node.desktop.call('sync.conflicts');
    if (rows.length > 0) await node.desktop.call('sync.keepConflict', { id: world.random.pick(rows).id });
  },
  retry: (world, node) => settleAttention(world, node, 'sync.retryAttention'),
  discard: (world, node) => settleAttention(world, node, 'sync.discardAttention'),
  correct: async (world, node) => {
    const item = await anyAttention(world, node, ({ can_edit }) => can_edit);
    if (item) await node.desktop.call('sync.editAttention', { id: item.id, patch: { notes: token(world, node, 0) } });
  },
  regret: async (world, node) => {
    const item = await anyAttention(world, node);
    if (!item) return;
    await node.desktop.call('sync.discardAttention', { id: item.id });
    await node.desktop.call('sync.undoDiscard', { id: item.id });
  },
  look: async (world, node) => {
    await node.desktop.call('projects.board', {});
    await node.desktop.call('sync.attention');
    const id = await anyProject(world, node);
    if (id) await node.desktop.call('projects.get', { id });
  },
  now: (_, node) => node.desktop.call('sync.now'),
  check: (_, node) => node.desktop.call('sync.check'),
  cancel: (_, node) => node.desktop.call('sync.cancel'),
  idle: (world) => new Promise((resolve) => setTimeout(resolve, world.random.below(60))),
};

async function settleAttention(world: World, node: Node, name: 'sync.retryAttention' | 'sync.discardAttention'): Promise<void> {
  const item = await anyAttention(world, node);
  if (item) await node.desktop.call(name, { id: item.id });
}

/** A refused change that the person settles now: it counts as settled from here on, wherever the process ends. */
async function anyAttention(world: World, node: Node, fits: (item: AttentionItem) => boolean = () => true): Promise<AttentionItem | null> {
  const items = await node.desktop.call('sync.attention');
  const candidates = items.filter((item) => fits(item) && !item.columns.some((column) => column.name === 'description'));
  if (candidates.length === 0) return null;
  const item = world.random.pick(candidates);
  node.settledByPerson.add(item.id);
  return item;
}

async function anyProject(world: World, node: Node): Promise<string | null> {
  const { rows } = await node.desktop.call('projects.list', { sort: 'project_id', descending: false });
  return rows.length === 0 ? null : world.random.pick(rows).id;
}

let tokens = 0;

/** A text that nobody else writes, long enough now and then to fill a packet. */
function token(world: World, node: Node, longShare: number): string {
  tokens += 1;
  const tail = world.random.chance(longShare) ? ' dài'.repeat(1_000 + world.random.below(3_000)) : '';
  return `${node.name} ${tokens} ✓ "ngoặc" \\ \t tab${tail}`;
}
