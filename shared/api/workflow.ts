import { z } from 'zod';
import { roles } from '../domain/roles.ts';
import type { StageChange } from '../domain/workflow-changes.ts';
import { operation } from './operation.ts';
import { text } from './text.ts';

const roleList = z.array(z.enum(roles)).max(roles.length);
const facts = {
  id: z.uuid(),
  name: text(200).pipe(z.string().min(1)),
  color: z.string().regex(/^#[0-9A-Fa-f]{6}$/),
  is_active: z.boolean(),
  exit_criteria: text(20_000).nullable(),
  responsible_roles: roleList,
};

export const subStageDraft = z
  .strictObject({
    ...facts,
    estimated_duration_hours: z.int().min(0).max(100_000).nullable(),
    is_required: z.boolean(),
    can_skip: z.boolean(),
    requires_approval: z.boolean(),
    approval_roles: roleList,
  })
  .refine(({ requires_approval, approval_roles }) => !requires_approval || approval_roles.length > 0);

export const stageDraft = z.strictObject({
  ...facts,
  estimated_duration_days: z.int().min(0).max(10_000).nullable(),
  sub_stages: z.array(subStageDraft).max(100),
});

/** In their order; a row with an id that the organization does not have yet is a new one. */
const workflowDraft = z.array(stageDraft).min(1).max(100);

export type SubStageDraft = z.infer<typeof subStageDraft>;
export type StageDraft = z.infer<typeof stageDraft>;
export type WorkflowDraft = StageDraft[];

export interface WorkflowAdmin {
  stages: WorkflowDraft;
  /** Open projects by stage. */
  projects: Record<string, number>;
  /** Stages and sub-stages with a change that the centre has not confirmed. */
  pending: string[];
}

/** What saving would change for the projects that are under way. */
export interface StagePreview extends StageChange {
  /** Open projects in the stage. */
  projects: number;
  /** Of these, projects that a condition that appears would hold, by the sub-stage's name. */
  held: Record<string, number>;
  /** Active people who may edit projects of the stage from then on, and who may no longer, except where a project is theirs. */
  people_gaining: number;
  people_losing: number;
  /** Where projects of a stage that is switched off can go on to; null at the end. */
  next_stage: string | null;
}

export interface WorkflowPreview {
  stages: StagePreview[];
  /** True where the stage from which a value and a customer are asked for has another place. */
  order_stage_moved: boolean;
}

/** `before` is the workflow as it was when the person began: only what differs from it is written. */
const edit = z.strictObject({ before: workflowDraft, after: workflowDraft });

/** For administrators; others fail with NOT_ALLOWED. */
export const workflowApi = {
  'workflow.get': operation<WorkflowAdmin>()(z.void()),
  'workflow.preview': operation<WorkflowPreview>()(edit),
  /**
   * Fails with WORKFLOW_EMPTY where no stage would be active, and with STAGE_OCCUPIED where one is switched off in which open
   * projects stand and that `occupied` does not name.
   */
  'workflow.save': operation<null>()(edit.extend({ occupied: z.array(z.uuid()).max(100) })),
};
