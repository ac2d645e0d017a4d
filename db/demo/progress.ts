import type { DefaultSubStage } from '../central/default-workflow.ts';
import type { Role } from '../../shared/domain/roles.ts';
import { personId } from './people.ts';
import type { PlacedJob } from './projects.ts';
import { base, demoId, type DemoClock, type DemoRow } from './rows.ts';
import { stageAt, stageId, subStageId } from './workflow.ts';

const doer: Partial<Record<Role, string>> = {
  management: 'operations',
  sales: 'sales.manager',
  procurement: 'procurement',
  engineering: 'senior.engineer',
  qa: 'qa.engineer',
  production: 'production.supervisor',
};

/** The rows of one sub-stage of one job, with what the activity log needs to know about it. */
export interface SubStageState {
  row: DemoRow;
  name: string;
  projectId: string;
  completedAt: Date | null;
  by: string;
}

/** Rows for every stage that a job has entered: entering a stage opens its sub-stages. */
export function progressStates(clock: DemoClock, jobs: readonly PlacedJob[]): SubStageState[] {
  return jobs.flatMap((placed) => {
    const visited = [...new Set(placed.moves.flatMap(({ to }) => (to === null ? [] : [to])))];
    return visited.flatMap((stage) => stageStates(clock, placed, stage));
  });
}

function stageStates(clock: DemoClock, placed: PlacedJob, stage: number): SubStageState[] {
  const { job, moves, currentStage, completedAt } = placed;
  const entry = moves.findLastIndex(({ to }) => to === stage);
  const entered = moves[entry]?.at ?? placed.createdAt;
  const left = moves[entry + 1]?.at ?? completedAt ?? clock.now;
  const subStages = stageAt(stage).subStages;
  // A job that was sent back keeps what it had begun in the later stage.
  const done = stage < currentStage ? subStages.length : stage > currentStage ? 1 : job.done;
  return subStages.map((subStage, index) => {
    const share = (part: number) => between(entered, left, part / (Math.max(done, 1) + 1));
    const next = stage === currentStage && index === done ? job.next : undefined;
    return subStageState(placed, stage, index + 1, subStage, {
      entered,
      startedAt: index < done ? share(index + 0.4) : next ? share(done + 0.3) : null,
      completedAt: index < done ? share(index + 1) : null,
      next,
      skipped: subStage.optional && job.intake === 'rfq' && index < done,
    });
  });
}

interface Timing {
  entered: Date;
  startedAt: Date | null;
  completedAt: Date | null;
  next: PlacedJob['job']['next'];
  skipped: boolean;
}

function subStageState(
  { job, id: projectId }: PlacedJob,
  stage: number,
  order: number,
  subStage: DefaultSubStage,
  timing: Timing,
): SubStageState {
  const [role] = subStage.approval.length > 0 ? subStage.approval : subStage.roles;
  const by = personId((role && doer[role]) ?? job.assignedTo);
  const status = timing.completedAt ? (timing.skipped ? 'skipped' : 'completed') : (timing.next?.status ?? 'pending');
  const startedAt = timing.skipped ? null : timing.startedAt;
  return {
    name: subStage.name,
    projectId,
    completedAt: timing.completedAt,
    by,
    row: {
      ...base(
        demoId('progress', `${job.key}.${stage}.${order}`),
        timing.entered,
        timing.completedAt ?? startedAt ?? timing.entered,
      ),
      project_id: projectId,
      workflow_stage_id: stageId(stage),
      sub_stage_id: subStageId(stage, order),
      status,
      started_at: startedAt?.toISOString() ?? null,
      completed_at: timing.completedAt?.toISOString() ?? null,
      completed_by: timing.completedAt ? by : null,
      assigned_to: by,
      blocked_reason: timing.next?.blockedReason ?? null,
      metadata: {},
    },
  };
}

/** The instant at a share (0 to 1) of the way from one to another, to the minute. */
function between(from: Date, to: Date, share: number): Date {
  const minute = 60_000;
  return new Date(Math.floor((from.getTime() + (to.getTime() - from.getTime()) * share) / minute) * minute);
}
