import { z } from 'zod';
import { priorityLevels, type PriorityLevel } from '../domain/priorities.ts';
import type { Missing, MoveKind, ProgressStatus, ProjectStatus } from '../domain/workflow.ts';
import { progressStatuses, projectStatuses } from '../domain/workflow.ts';
import { operation } from './operation.ts';
import { text } from './text.ts';
import type { AttentionItem, ConflictItem } from './sync.ts';

export { priorityLevels, type PriorityLevel };

/** How a record stands towards the centre. */
export interface RecordState {
  /** Changes on this machine that the centre has not confirmed. */
  pending: number;
  /** Refused changes waiting for the person. */
  attention: number;
  /** Values that lost against another person's change and can be restored. */
  conflicts: number;
}

export interface StageColumn {
  id: string;
  name: string;
  slug: string;
  color: string;
  stage_order: number;
  estimated_duration_days: number | null;
  responsible_roles: string[];
}

export interface ProjectRow {
  id: string;
  /** The human code, e.g. P-25012703. */
  project_id: string;
  title: string;
  status: ProjectStatus;
  priority_level: PriorityLevel;
  current_stage_id: string | null;
  stage_entered_at: string | null;
  estimated_delivery_date: string | null;
  estimated_value: string | null;
  currency: string;
  customer_id: string | null;
  customer_name: string | null;
  assigned_to: string | null;
  assigned_name: string | null;
  sub_stages_done: number;
  sub_stages_total: number;
  updated_at: string;
  sync: RecordState;
}

/** May the project be moved into a stage by the signed-in person, and what is missing? */
export interface MoveOption {
  /** Null: leaves the last stage, which completes the project. */
  to_stage_id: string | null;
  kind: MoveKind;
  allowed: boolean;
  missing: Missing[];
  /** The same move is allowed once a reason is given. */
  reason_helps: boolean;
}

export interface SubStageRow {
  id: string;
  workflow_stage_id: string;
  name: string;
  description: string | null;
  exit_criteria: string | null;
  sub_stage_order: number;
  estimated_duration_hours: number | null;
  is_required: boolean;
  can_skip: boolean;
  requires_approval: boolean;
  approval_roles: string[];
  responsible_roles: string[];
  status: ProgressStatus;
  started_at: string | null;
  completed_at: string | null;
  completed_by_name: string | null;
  blocked_reason: string | null;
  assigned_to: string | null;
  assigned_name: string | null;
  notes: string | null;
  /** By when the estimates want it done; null in stages that the project does not stand in. */
  due_at: string | null;
  /** Whether the signed-in person may give it to somebody and write notes to it. */
  can_edit: boolean;
  /** The statuses that the signed-in person may set now. */
  settable: ProgressStatus[];
  sync: RecordState;
}

export interface HistoryRow {
  id: string;
  kind: 'enter' | 'advance' | 'skip' | 'back' | 'leave';
  from_stage_id: string | null;
  to_stage_id: string | null;
  from_stage_name: string | null;
  to_stage_name: string | null;
  reason: string | null;
  moved_by_name: string | null;
  moved_at: string;
  duration_seconds: number | null;
  /** How long the stage before was meant to take. */
  estimated_days: number | null;
  pending: boolean;
}

export interface ActivityRow {
  id: string;
  /** The table of the record that the action was about. */
  entity_type: string;
  /** The record's own name where the project's does not say it, e.g. the sub-stage's. */
  subject: string | null;
  action: string;
  description: string | null;
  user_name: string | null;
  created_at: string;
  changes: { column: string; before: unknown; after: unknown }[];
}

export interface ProjectPage {
  project: ProjectRow & {
    description: string | null;
    notes: string | null;
    tags: string[];
    project_type: string | null;
    intake_type: string | null;
    source: string | null;
    metadata: Record<string, unknown>;
    created_at: string;
    created_by_name: string | null;
    actual_delivery_date: string | null;
  };
  /** Columns with a change of this machine that the centre has not confirmed. */
  pending_columns: string[];
  can_edit: boolean;
  can_assign: boolean;
  stages: StageColumn[];
  /** Sub-stages of all stages, each with this project's progress. */
  sub_stages: SubStageRow[];
  moves: MoveOption[];
  history: HistoryRow[];
  /** Conflicts of the project and of what hangs on it, newest first. */
  conflicts: ConflictItem[];
  /** Its refused changes, newest first. */
  attention: AttentionItem[];
  activity: ActivityRow[];
}

/** The facts of a project that a person edits; empty optional texts and dates are null. */
export const projectPatch = z
  .strictObject({
    title: text(500).pipe(z.string().min(1)),
    description: text(20_000).nullable(),
    notes: text(20_000).nullable(),
    priority_level: z.enum(priorityLevels),
    estimated_delivery_date: z.iso.date().nullable(),
  })
  .partial();

export type ProjectPatch = z.input<typeof projectPatch>;

export const projectSortColumns = [
  'project_id',
  'title',
  'customer_name',
  'stage_order',
  'priority_level',
  'status',
  'estimated_delivery_date',
  'estimated_value',
  'updated_at',
] as const;

const projectId = z.strictObject({ id: z.uuid() });

export const projectsApi = {
  /** The board: active stages in order and the projects that stand in them (active and on hold). */
  'projects.board': operation<{ stages: StageColumn[]; projects: ProjectRow[] }>()(
    z.strictObject({ search: z.string().max(200).default('') }),
  ),
  'projects.list': operation<{ rows: ProjectRow[]; total: number }>()(
    z.strictObject({
      search: z.string().max(200).default(''),
      status: z.enum(projectStatuses).nullable().default(null),
      sort: z.enum(projectSortColumns).default('updated_at'),
      descending: z.boolean().default(true),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(500).default(100),
    }),
  ),
  'projects.get': operation<ProjectPage>()(projectId),
  'projects.update': operation<null>()(z.strictObject({ id: z.uuid(), patch: projectPatch })),
  /** What moving into each stage would need; asked before and while a card is dragged. */
  'projects.moves': operation<MoveOption[]>()(projectId),
  /** Moves a project under the rules; fails with MOVE_BLOCKED and `details.missing`. */
  'projects.move': operation<null>()(
    z.strictObject({ id: z.uuid(), to_stage_id: z.uuid().nullable(), reason: text(2_000).nullable().default(null) }),
  ),
  'projects.setProgress': operation<null>()(
    z.strictObject({
      id: z.uuid(),
      sub_stage_id: z.uuid(),
      status: z.enum(progressStatuses),
      blocked_reason: text(2_000).nullable().default(null),
    }),
  ),
};
