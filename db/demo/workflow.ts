import { defaultWorkflow, subStageSlug, type DefaultStage, type DefaultSubStage } from '../central/default-workflow.ts';
import { base, demoId, type DemoClock, type DemoRow } from './rows.ts';

/** The id of a stage by its place in the order, from 1. */
export const stageId = (order: number): string => demoId('stage', order);

export const subStageId = (stageOrder: number, order: number): string => demoId('sub-stage', `${stageOrder}.${order}`);

/** The stage at a place in the order, from 1. */
export function stageAt(order: number): DefaultStage {
  const stage = defaultWorkflow[order - 1];
  if (!stage) throw new RangeError(`there is no stage ${order}`);
  return stage;
}

const setUpDaysAgo = 399;

export function stageRows(clock: DemoClock): DemoRow[] {
  return defaultWorkflow.map((stage, index) => ({
    ...base(stageId(index + 1), clock.at(setUpDaysAgo)),
    name: stage.name,
    slug: stage.slug,
    color: stage.color,
    stage_order: index + 1,
    is_active: true,
    exit_criteria: stage.exitCriteria,
    responsible_roles: stage.roles,
    estimated_duration_days: stage.days,
  }));
}

export function subStageRows(clock: DemoClock): DemoRow[] {
  return defaultWorkflow.flatMap((stage, stageIndex) =>
    stage.subStages.map((subStage, index) => subStageRow(clock, subStage, stageIndex + 1, index + 1)),
  );
}

function subStageRow(clock: DemoClock, subStage: DefaultSubStage, stageOrder: number, order: number): DemoRow {
  return {
    ...base(subStageId(stageOrder, order), clock.at(setUpDaysAgo)),
    workflow_stage_id: stageId(stageOrder),
    name: subStage.name,
    slug: subStageSlug(subStage.name),
    color: subStage.color,
    sub_stage_order: order,
    is_active: true,
    responsible_roles: subStage.roles,
    estimated_duration_hours: subStage.hours,
    is_required: !subStage.optional,
    can_skip: subStage.optional,
    auto_advance: false,
    requires_approval: subStage.approval.length > 0,
    approval_roles: subStage.approval,
    metadata: {},
  };
}
