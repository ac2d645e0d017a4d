import type { StageDraft, SubStageDraft, WorkflowDraft } from '../api/workflow.ts';
import type { Role } from './roles.ts';
import { mayBeSkipped, ORDER_CONFIRMED } from './workflow.ts';

/** How one stage differs between two versions of a workflow. */
export interface StageChange {
  id: string;
  name: string;
  /** Its name before, where that was another. */
  old_name: string | null;
  kind: 'new' | 'changed';
  switched: 'on' | 'off' | null;
  /** Places, counted from 1, where it has another one among the stages that were there before. */
  moved: { from: number; to: number } | null;
  roles_gaining: Role[];
  roles_losing: Role[];
  /** Sub-stages without which projects may no longer, or may again, leave the stage. */
  gate_added: { id: string; name: string }[];
  gate_removed: { id: string; name: string }[];
  approvals_added: { name: string; roles: Role[] }[];
  approvals_removed: { name: string }[];
  /** Names, colours, durations, criteria, order of steps: nothing that stops or allows anything. */
  other: boolean;
}

const isGate = (subStage: SubStageDraft): boolean => subStage.is_active && subStage.is_required;
const without = <T>(list: readonly T[], others: readonly T[]): T[] => list.filter((item) => !others.includes(item));
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The stages that differ, in their new order. */
export function workflowChanges(before: WorkflowDraft, after: WorkflowDraft): StageChange[] {
  const kept = after.filter(({ id }) => before.some((stage) => stage.id === id)).map(({ id }) => id);
  const placesBefore = before.map(({ id }) => id);
  return after.flatMap((stage) => {
    const old = before.find(({ id }) => id === stage.id);
    const change = stageChange(old, stage, old ? { from: placesBefore.indexOf(stage.id) + 1, to: kept.indexOf(stage.id) + 1 } : null);
    return change ? [change] : [];
  });
}

function stageChange(old: StageDraft | undefined, stage: StageDraft, places: { from: number; to: number } | null): StageChange | null {
  const moved = places && places.from !== places.to ? places : null;
  if (old && moved === null && same(old, stage)) return null;
  const oldSteps = old?.sub_stages ?? [];
  const gateBefore = oldSteps.filter(isGate);
  const gateAfter = stage.sub_stages.filter(isGate);
  const named = ({ id, name }: SubStageDraft) => ({ id, name });
  const asks = (subStage: SubStageDraft | undefined): boolean => subStage !== undefined && subStage.is_active && subStage.requires_approval;
  const oldOf = (id: string) => oldSteps.find((subStage) => subStage.id === id);
  // A new condition is told as one.
  const told = new Set(gateAfter.filter(({ id }) => !oldOf(id)).map(({ id }) => id));
  return {
    id: stage.id,
    name: stage.name,
    old_name: old && old.name !== stage.name ? old.name : null,
    kind: old ? 'changed' : 'new',
    switched: old && old.is_active !== stage.is_active ? (stage.is_active ? 'on' : 'off') : null,
    moved,
    roles_gaining: without(stage.responsible_roles, old?.responsible_roles ?? []),
    roles_losing: without(old?.responsible_roles ?? [], stage.responsible_roles),
    gate_added: gateAfter
      .filter(({ id, can_skip }) => {
        const earlier = gateBefore.find((subStage) => subStage.id === id);
        // A step that could be skipped and no longer can holds the projects that skipped it.
        return !earlier || (earlier.can_skip && !can_skip);
      })
      .map(named),
    gate_removed: gateBefore.filter(({ id }) => !gateAfter.some((subStage) => subStage.id === id)).map(named),
    approvals_added: stage.sub_stages
      .filter((subStage) => asks(subStage) && !(asks(oldOf(subStage.id)) && same(oldOf(subStage.id)?.approval_roles, subStage.approval_roles)))
      .map(({ name, approval_roles }) => ({ name, roles: approval_roles })),
    approvals_removed: oldSteps
      .filter((subStage) => asks(subStage) && !asks(stage.sub_stages.find(({ id }) => id === subStage.id)))
      .map(({ name }) => ({ name })),
    other: !same(old && harmless(old, told), harmless(stage, told)),
  };
}

const harmless = ({ color, exit_criteria, estimated_duration_days, sub_stages }: StageDraft, told: ReadonlySet<string>) => ({
  color,
  exit_criteria,
  estimated_duration_days,
  sub_stages: sub_stages
    .filter(({ id }) => !told.has(id))
    .map((step) => [
      step.id, step.name, step.color, step.exit_criteria, step.estimated_duration_hours, step.responsible_roles, step.is_active, mayBeSkipped(step),
    ]),
});

/** Whether projects are asked for a value and a customer at another place than before. */
export function orderStageMoved(before: WorkflowDraft, after: WorkflowDraft, slugs: ReadonlyMap<string, string>): boolean {
  const behind = (workflow: WorkflowDraft): string[] => {
    const place = workflow.findIndex(({ id }) => slugs.get(id) === ORDER_CONFIRMED);
    return place < 0 ? [] : workflow.slice(place).map(({ id }) => id).toSorted();
  };
  const known = new Set(before.map(({ id }) => id));
  return !same(behind(before), behind(after.filter(({ id }) => known.has(id))));
}
