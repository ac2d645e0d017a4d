import { z } from 'zod';
import type { ProjectStatus } from '../domain/workflow.ts';
import { operation } from './operation.ts';
import type { PriorityLevel } from './projects.ts';

/** A project on the day of its delivery. */
export interface Delivery {
  id: string;
  project_id: string;
  title: string;
  status: ProjectStatus;
  priority_level: PriorityLevel;
  customer_name: string | null;
  current_stage_id: string | null;
  stage_entered_at: string | null;
  estimated_delivery_date: string;
  /** Whether the signed-in person may give it another day. */
  can_edit: boolean;
  /** A change of this machine has not reached the centre yet. */
  waiting: boolean;
}

export interface CalendarStage {
  id: string;
  name: string;
  color: string;
  stage_order: number;
  estimated_duration_days: number | null;
  is_active: boolean;
}

export interface CalendarDay {
  day: string;
  /** Up to `COUNTED`; there may be more. */
  total: number;
  /** The most urgent of them. */
  deliveries: Delivery[];
}

/** So many deliveries of a day are counted for the sheet, and so many are listed when the day is opened; a factory has far fewer. */
export const COUNTED = 50;
export const LISTED = 200;

/** Days that a sheet of a month shows at most. */
const SHEET_DAYS = 42;
const DAY_MS = 86_400_000;

const sheet = z
  .strictObject({ from: z.iso.date(), to: z.iso.date() })
  .refine(({ from, to }) => from <= to && Date.parse(to) - Date.parse(from) < SHEET_DAYS * DAY_MS);

export const calendarApi = {
  /** The days that have deliveries; cancelled projects have none. */
  'calendar.sheet': operation<{ stages: CalendarStage[]; days: CalendarDay[] }>()(sheet),
  'calendar.day': operation<Delivery[]>()(z.strictObject({ day: z.iso.date() })),
};
