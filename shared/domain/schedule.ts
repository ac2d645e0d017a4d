import { parseTimestamp, formatTimestamp } from './timestamps.ts';

/*
 * When things should be done by the estimates of the workflow. Days are calendar days (`2025-01-27`), hours are hours of the
 * clock: an estimate says when to look, not when somebody is at work.
 */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS;

export const dayOf = (number: number): string => new Date(number * DAY_MS).toISOString().slice(0, 10);

interface EstimatedStep {
  id: string;
  sub_stage_order: number;
  estimated_duration_hours: number | null;
}

/**
 * By when each step of a stage should be done: its hours, and those of the steps before it, after the stage was entered.
 * A step without an estimate has no such time.
 */
export function stepDues(steps: readonly EstimatedStep[], stageEnteredAt: string): Map<string, string> {
  const entered = parseTimestamp(stageEnteredAt).getTime();
  const dues = new Map<string, string>();
  let hours = 0;
  for (const step of [...steps].sort((a, b) => a.sub_stage_order - b.sub_stage_order || (a.id < b.id ? -1 : 1))) {
    if (step.estimated_duration_hours === null) continue;
    hours += step.estimated_duration_hours;
    dues.set(step.id, formatTimestamp(new Date(entered + hours * HOUR_MS)));
  }
  return dues;
}

export interface EstimatedStage {
  id: string;
  stage_order: number;
  estimated_duration_days: number | null;
}

/** Days of work left on `today` by estimate: what remains of the present stage, and the stages behind it. */
export function daysLeft(stages: readonly EstimatedStage[], stageId: string | null, enteredDay: string, today: string): number {
  const present = stages.find(({ id }) => id === stageId);
  if (!present) return 0;
  const own = Math.max(0, (present.estimated_duration_days ?? 0) - (dayNumber(today) - dayNumber(enteredDay)));
  return stages
    .filter(({ stage_order }) => stage_order > present.stage_order)
    .reduce((days, { estimated_duration_days }) => days + (estimated_duration_days ?? 0), own);
}

export type Outlook = 'overdue' | 'at_risk' | 'on_time' | 'done';

/** A project with a day on which it was promised. */
export interface Promised {
  status: string;
  current_stage_id: string | null;
  estimated_delivery_date: string;
}

/** How a project stands towards its delivery date: at risk where its stages take longer than the days that are left. */
export function outlookOf(project: Promised, stages: readonly EstimatedStage[], enteredDay: string, today: string): Outlook {
  if (project.status === 'completed' || project.status === 'cancelled') return 'done';
  const remaining = dayNumber(project.estimated_delivery_date) - dayNumber(today);
  if (remaining < 0) return 'overdue';
  return remaining < daysLeft(stages, project.current_stage_id, enteredDay, today) ? 'at_risk' : 'on_time';
}
