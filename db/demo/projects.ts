import { demoJobs, type DemoJob, type JobMove } from './jobs.ts';
import { companyId, personId } from './people.ts';
import { base, dayOf, demoId, type DemoClock, type DemoRow } from './rows.ts';
import { stageId } from './workflow.ts';

/** A job with its instants worked out. */
export interface PlacedJob {
  job: DemoJob;
  id: string;
  /** The code that people use. */
  code: string;
  createdAt: Date;
  createdBy: string;
  moves: PlacedMove[];
  currentStage: number;
  /** When the job left the last stage; null while it is under way. */
  completedAt: Date | null;
}

export interface PlacedMove {
  id: string;
  from: number | null;
  to: number | null;
  kind: 'enter' | 'advance' | 'skip' | 'back' | 'leave';
  reason: string | null;
  at: Date;
  by: string;
}

const intakePerson: Record<DemoJob['intake'], string> = {
  rfq: 'customer.service',
  purchase_order: 'sales.manager',
  project_idea: 'mechanical.engineer',
  direct_request: 'sales.manager',
};

/** Works out instants and codes. Codes count the jobs that came in on the same day, as the centre does. */
export function placeJobs(clock: DemoClock): PlacedJob[] {
  const received = demoJobs
    .map((job, index) => ({ job, createdAt: entryOf(clock, job, index) }))
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  const perDay = new Map<string, number>();
  return received.map(({ job, createdAt }) => {
    const day = dayOf(createdAt);
    const number = (perDay.get(day) ?? 0) + 1;
    perDay.set(day, number);
    return place(clock, job, createdAt, `P-${day.slice(2).replaceAll('-', '')}${String(number).padStart(2, '0')}`);
  });
}

/** The first stage is entered when the job comes in; the hour differs from job to job. */
function entryOf(clock: DemoClock, job: DemoJob, index: number): Date {
  const [first] = job.way;
  if (!first) throw new Error(`the job ${job.key} has entered no stage`);
  return clock.at(first.daysAgo, 8 + (index % 5) + 0.25);
}

function place(clock: DemoClock, job: DemoJob, createdAt: Date, code: string): PlacedJob {
  const createdBy = personId(intakePerson[job.intake]);
  const moves: PlacedMove[] = job.way.map((step, index) => ({
    id: demoId('move', `${job.key}.${index}`),
    from: job.way[index - 1]?.stage ?? null,
    to: step.stage,
    kind: kindOf(job.way[index - 1], step),
    reason: step.reason ?? null,
    at: index === 0 ? createdAt : clock.at(step.daysAgo, 10 + index / 2),
    by: index === 0 ? createdBy : personId(step.reason ? 'operations' : 'project.coordinator'),
  }));
  const currentStage = moves.at(-1)?.to;
  if (!currentStage) throw new Error(`the job ${job.key} is in no stage`);
  const completedAt = job.completedDaysAgo === undefined ? null : clock.at(job.completedDaysAgo, 16);
  if (completedAt) {
    const by = personId('project.coordinator');
    moves.push({
      id: demoId('move', `${job.key}.leave`),
      from: currentStage,
      to: null,
      kind: 'leave',
      reason: null,
      at: completedAt,
      by,
    });
  }
  return { job, id: demoId('project', job.key), code, createdAt, createdBy, moves, currentStage, completedAt };
}

function kindOf(previous: JobMove | undefined, step: JobMove): PlacedMove['kind'] {
  if (!previous) return 'enter';
  if (step.stage < previous.stage) return 'back';
  return step.stage === previous.stage + 1 ? 'advance' : 'skip';
}

/** The move that brought the job into its present stage. */
export const lastEntry = ({ moves, job }: PlacedJob): PlacedMove => {
  const entry = moves.findLast(({ to }) => to !== null);
  if (!entry) throw new Error(`the job ${job.key} has entered no stage`);
  return entry;
};

export function projectRows(clock: DemoClock, jobs: readonly PlacedJob[]): DemoRow[] {
  return jobs.map((placed) => {
    const { job, id, code, createdAt, createdBy, currentStage, completedAt } = placed;
    const entered = lastEntry(placed).at;
    return {
      ...base(id, createdAt, completedAt ?? entered),
      project_id: code,
      title: job.title,
      description: job.description,
      customer_id: companyId(job.customer),
      current_stage_id: stageId(currentStage),
      status: job.status,
      priority_level: job.priority,
      priority_score: job.score,
      estimated_value: job.value,
      currency: 'VND',
      estimated_delivery_date: clock.day(job.dueInDays),
      actual_delivery_date: completedAt ? dayOf(completedAt) : null,
      source: 'manual',
      tags: job.tags,
      metadata: { material: job.material, quantity: job.quantity, quality_standards: job.standards },
      stage_entered_at: entered.toISOString(),
      project_type: job.type,
      notes: job.notes,
      created_by: createdBy,
      assigned_to: personId(job.assignedTo),
      intake_type: job.intake,
      intake_source: 'desktop',
    };
  });
}

export function assignmentRows(jobs: readonly PlacedJob[]): DemoRow[] {
  return jobs.map(({ job, id, createdAt, createdBy }) => ({
    ...base(demoId('assignment', job.key), createdAt),
    project_id: id,
    user_id: personId(job.assignedTo),
    role: 'owner',
    assigned_at: createdAt.toISOString(),
    assigned_by: createdBy,
    is_active: true,
  }));
}

export function stageHistoryRows(jobs: readonly PlacedJob[]): DemoRow[] {
  return jobs.flatMap(({ id, moves }) =>
    moves.map((move, index) => {
      const left = moves[index - 1];
      return {
        ...base(move.id, move.at),
        project_id: id,
        from_stage_id: move.from === null ? null : stageId(move.from),
        to_stage_id: move.to === null ? null : stageId(move.to),
        kind: move.kind,
        reason: move.reason,
        moved_by: move.by,
        moved_at: move.at.toISOString(),
        entered_at: left?.at.toISOString() ?? null,
        duration_seconds: left ? Math.round((move.at.getTime() - left.at.getTime()) / 1000) : null,
      };
    }),
  );
}
