import { v7 as uuidv7 } from 'uuid';
import { stageDraft, subStageDraft, type StageDraft, type SubStageDraft, type WorkflowDraft } from '../../../shared/api/workflow.ts';
import { contrastRatio, MARK_CONTRAST } from '../../../shared/domain/contrast.ts';

/** Where an entry stands after it was moved by one place, or dropped on another one. */
export function moved<Entry>(list: readonly Entry[], from: number, to: number): Entry[] {
  const entry = list[from];
  if (entry === undefined || to < 0 || to >= list.length) return [...list];
  const rest = list.toSpliced(from, 1);
  return rest.toSpliced(to, 0, entry);
}

const COLOR = '#6B7280';

export const newStage = (name: string): StageDraft => ({
  id: uuidv7(),
  name,
  color: COLOR,
  is_active: true,
  exit_criteria: null,
  responsible_roles: [],
  estimated_duration_days: null,
  sub_stages: [],
});

export const newStep = (name: string, color: string): SubStageDraft => ({
  id: uuidv7(),
  name,
  color,
  is_active: true,
  exit_criteria: null,
  responsible_roles: [],
  estimated_duration_hours: null,
  is_required: true,
  can_skip: false,
  requires_approval: false,
  approval_roles: [],
});

export type FieldProblem = 'name' | 'color' | 'exit_criteria' | 'estimated_duration_days' | 'estimated_duration_hours' | 'approval_roles';

/** The fields of a stage or step that can't be saved as they are. */
export function problemsOf(row: StageDraft | SubStageDraft): Set<FieldProblem> {
  const { error } = 'sub_stages' in row ? stageDraft.safeParse({ ...row, sub_stages: [] }) : subStageDraft.safeParse(row);
  // The one rule over two fields has no path of its own.
  return new Set(error?.issues.map(({ path }) => (path[0] ?? 'approval_roles') as FieldProblem) ?? []);
}

/** Stages in which something can't be saved. */
export const faultyStages = (workflow: WorkflowDraft): StageDraft[] =>
  workflow.filter((stage) => problemsOf(stage).size > 0 || stage.sub_stages.some((step) => problemsOf(step).size > 0));

/** The surfaces on which marks of a stage stand; tokens.css has the same. */
const surfaces = { light: '#ffffff', dark: '#1b2128' } as const;

/** The themes in which a colour can hardly be told from what is behind it. */
export const faintIn = (color: string): ('light' | 'dark')[] =>
  /^#[0-9A-Fa-f]{6}$/.test(color)
    ? (['light', 'dark'] as const).filter((theme) => contrastRatio(color, surfaces[theme]) < MARK_CONTRAST)
    : [];
