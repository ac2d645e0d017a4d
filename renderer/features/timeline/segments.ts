import type { CalendarStage } from '../../../shared/api/calendar.ts';
import type { TimelineRow } from '../../../shared/api/timeline.ts';
import { dayNumber } from '../../../shared/domain/schedule.ts';

/** Days are counted from 1970; `to` is the first day that no longer belongs to it. */
export interface Segment {
  stage: CalendarStage;
  kind: 'past' | 'present' | 'ahead';
  from: number;
  to: number;
}

/**
 * The stages of a project one behind the other: those that it has left as they were, the present one and those ahead by their
 * estimates. A stage that takes longer than its estimate goes on until today.
 */
export function segmentsOf(
  row: Pick<TimelineRow, 'passed' | 'current_stage_id' | 'stage_entered_at'>,
  stages: readonly CalendarStage[],
  today: number,
  dayOfTime: (timestamp: string) => string,
): Segment[] {
  const byId = new Map(stages.map((stage) => [stage.id, stage]));
  const segments: Segment[] = [];
  for (const { stage_id, entered_at, left_at } of row.passed) {
    const stage = byId.get(stage_id);
    if (stage) segments.push({ stage, kind: 'past', from: dayNumber(dayOfTime(entered_at)), to: dayNumber(dayOfTime(left_at)) });
  }
  const present = byId.get(row.current_stage_id ?? '');
  if (!present || !row.stage_entered_at) return segments;
  const entered = dayNumber(dayOfTime(row.stage_entered_at));
  let at = Math.max(today, entered + (present.estimated_duration_days ?? 0));
  segments.push({ stage: present, kind: 'present', from: entered, to: at });
  for (const stage of stages) {
    if (!stage.is_active || stage.stage_order <= present.stage_order || stage.estimated_duration_days === null) continue;
    segments.push({ stage, kind: 'ahead', from: at, to: at + stage.estimated_duration_days });
    at += stage.estimated_duration_days;
  }
  return segments;
}
