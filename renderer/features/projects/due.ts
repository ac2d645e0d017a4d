import type { ProjectRow } from '../../../shared/api/projects.ts';

export type Due =
  | { kind: 'none' }
  | { kind: 'overdue' | 'soon' | 'later'; days: number; date: string }
  | { kind: 'today'; date: string };

const DAY_MS = 24 * 60 * 60 * 1000;
const SOON_DAYS = 3;

const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

/** How a project stands towards its delivery date on the day `today` (both without a time, `2025-01-27`). */
export function dueOf(project: Pick<ProjectRow, 'estimated_delivery_date' | 'status'>, today: string): Due {
  const date = project.estimated_delivery_date;
  if (!date) return { kind: 'none' };
  const days = dayNumber(date) - dayNumber(today);
  const open = project.status === 'active' || project.status === 'on_hold';
  if (!open) return { kind: 'later', days, date };
  if (days < 0) return { kind: 'overdue', days: -days, date };
  if (days === 0) return { kind: 'today', date };
  return { kind: days <= SOON_DAYS ? 'soon' : 'later', days, date };
}
