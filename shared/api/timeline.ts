import { z } from 'zod';
import type { ProjectStatus } from '../domain/workflow.ts';
import type { CalendarStage } from './calendar.ts';
import { operation } from './operation.ts';

/** An open project on its way from creation to delivery. */
export interface TimelineRow {
  id: string;
  project_id: string;
  title: string;
  status: ProjectStatus;
  customer_name: string | null;
  current_stage_id: string | null;
  stage_entered_at: string | null;
  estimated_delivery_date: string | null;
  created_at: string | null;
  /** The stages that it has left, in order. */
  passed: { stage_id: string; entered_at: string; left_at: string }[];
}

export const TIMELINE_PAGE = 100;

export const timelineFilter = z.strictObject({
  stage_id: z.uuid().nullable().default(null),
  assigned_to: z.uuid().nullable().default(null),
  customer_id: z.uuid().nullable().default(null),
});

export type TimelineFilter = z.output<typeof timelineFilter>;

export const timelineApi = {
  /** Open projects by their delivery, those without a day last. */
  'timeline.rows': operation<{ stages: CalendarStage[]; rows: TimelineRow[]; total: number }>()(
    timelineFilter.extend({ offset: z.number().int().min(0).default(0) }),
  ),
};
