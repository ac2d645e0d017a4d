import type { Role } from './roles.ts';
import type { Stage, SubStage } from './workflow.ts';

/* The workflows in which the cases of workflow-cases.ts play: small, with whatever the rules tell apart. */

export type CaseSubStage = SubStage & { slug: string; is_active: boolean };
export type CaseStage = Stage & { subStages: readonly CaseSubStage[] };

/** One organization's workflow. */
export interface CaseWorkflow {
  slug: string;
  stages: readonly CaseStage[];
}

const id = (number: number): string => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

interface StageFacts {
  order: number;
  roles: readonly Role[];
  active?: boolean;
  subStages?: readonly (Partial<CaseSubStage> & { slug: string })[];
}

/** Ids grow in the order of writing, which decides between stages with the same place. */
function workflow(slug: string, number: number, stages: Readonly<Record<string, StageFacts>>): CaseWorkflow {
  return {
    slug,
    stages: Object.entries(stages).map(([stageSlug, facts], index): CaseStage => {
      const stageId = id(number * 0x10000 + index * 0x100);
      return {
        id: stageId,
        name: `Stage ${stageSlug}`,
        slug: stageSlug,
        stage_order: facts.order,
        is_active: facts.active ?? true,
        responsible_roles: facts.roles,
        subStages: (facts.subStages ?? []).map((subStage, place) => ({
          id: id(number * 0x10000 + index * 0x100 + place + 1),
          workflow_stage_id: stageId,
          name: `Step ${subStage.slug}`,
          sub_stage_order: place + 1,
          responsible_roles: [],
          is_required: true,
          can_skip: false,
          requires_approval: false,
          approval_roles: [],
          is_active: true,
          ...subStage,
        })),
      };
    }),
  };
}

export const usual = workflow('case-usual', 1, {
  intake: {
    order: 1,
    roles: ['sales', 'procurement'],
    subStages: [
      { slug: 'request-read', responsible_roles: ['sales'] },
      { slug: 'feasible', responsible_roles: ['engineering'], can_skip: true },
      { slug: 'clarified', responsible_roles: ['sales'], is_required: false, can_skip: true },
      { slug: 'courtesy', responsible_roles: ['qa'], is_required: false },
      { slug: 'old-step', responsible_roles: ['sales'], is_active: false },
      { slug: 'signed-off', responsible_roles: ['engineering'], requires_approval: true, approval_roles: ['qa'] },
    ],
  },
  review: { order: 2, roles: ['engineering', 'qa', 'supplier'] },
  paused: { order: 3, roles: ['sales'], active: false },
  order_confirmed: { order: 4, roles: ['sales', 'production'] },
  'plan-a': { order: 5, roles: ['procurement'] },
  'plan-b': { order: 5, roles: ['production'] },
  closing: { order: 6, roles: ['sales', 'customer'], subStages: [{ slug: 'papers', responsible_roles: ['sales'] }] },
});

/** Order Confirmed is switched off and shares its place with two others. */
export const tied = workflow('case-tied', 2, {
  begin: { order: 1, roles: ['sales'] },
  'before-order': { order: 2, roles: ['sales'] },
  order_confirmed: { order: 2, roles: ['sales'], active: false },
  'after-order': { order: 2, roles: ['sales'] },
});

/** The targets of the tied workflow, and whether they come after Order Confirmed. */
export const atOrder = [
  { to: 'before-order', due: false },
  { to: 'after-order', due: true },
] as const;

export const unordered = workflow('case-unordered', 3, {
  start: { order: 1, roles: ['sales'] },
  finish: { order: 2, roles: ['sales'] },
});

export const workflows: readonly CaseWorkflow[] = [usual, tied, unordered];

/** The first workflow's stage of that name. */
export const findStage = (slug: string): CaseStage | undefined =>
  workflows.flatMap(({ stages }) => stages).find((stage) => stage.slug === slug);

/** Every type with the first status, and the type of a stage's own gate with every status. */
export function approvalsOf(
  blocking: readonly string[],
  { types, statuses }: { types: readonly string[]; statuses: readonly string[] },
): { approval: { title: string; type: string; status: string }; blocks: boolean }[] {
  const title = 'Nghiệm thu';
  return [
    ...statuses.map((status) => ({
      approval: { title, type: 'stage_transition', status },
      blocks: blocking.includes(status),
    })),
    ...types.map((type) => ({ approval: { title, type, status: 'pending' }, blocks: false })),
  ];
}
