import { z } from 'zod';
import { operation } from './operation.ts';
import type { ActivityRow, ProjectRow } from './projects.ts';

/** A stage with the open projects in it, as the overview counts them. */
export interface StageFigures {
  id: string;
  name: string;
  color: string;
  is_active: boolean;
  estimated_duration_days: number | null;
  active: number;
  on_hold: number;
  /** Of these, past their delivery date. */
  overdue: number;
  /** Due before the stages that are left can be done by their estimates; not overdue yet. */
  at_risk: number;
  /** Active ones that have been here for longer than the estimate. */
  over_estimate: number;
  /** How many days the active ones have been here, on average. */
  average_age_days: number | null;
  /** Moves out of the stage in the last twelve months, and how many days they had taken on average. */
  passages: number;
  average_passage_days: number | null;
}

export interface MonthFigures {
  /** `2025-01` */
  month: string;
  on_time: number;
  late: number;
  /** Without a date to be held to. */
  undated: number;
}

export interface ForeignAmount {
  currency: string;
  projects: number;
  amount: string;
}

export interface Pipeline {
  /** The organization's own. */
  currency: string;
  total: string;
  stages: { stage_id: string; projects: number; amount: string }[];
  /** What was converted, in its own currency, with the rate that holds today. */
  converted: (ForeignAmount & { rate: string; valid_from: string })[];
  /** What no rate of today exists for: in no sum above. */
  without_rate: ForeignAmount[];
  /** Open projects without a value. */
  without_value: number;
}

export interface DashboardFigures {
  /** The day for which everything is reckoned, in the organization's zone. */
  today: string;
  stages: StageFigures[];
  months: MonthFigures[];
  pipeline: Pipeline;
}

export interface UrgentProjects {
  overdue: ProjectRow[];
  at_risk: ProjectRow[];
}

/** A step that waits for the person: assigned to them, or for their role in a project of theirs. */
export interface TaskRow {
  project_id: string;
  project_code: string;
  project_title: string;
  sub_stage_id: string;
  sub_stage_name: string;
  stage_name: string;
  status: 'pending' | 'in_progress' | 'in_review' | 'blocked';
  blocked_reason: string | null;
  due: string | null;
  /** Given to the person by name. */
  personal: boolean;
}

export interface WaitingApproval {
  id: string;
  title: string;
  approval_type: string;
  priority: string;
  requested_at: string;
  requested_by_name: string | null;
  due_date: string | null;
  project_id: string | null;
  project_code: string | null;
}

export interface MyWork {
  tasks: TaskRow[];
  tasks_total: number;
  approvals: WaitingApproval[];
  approvals_total: number;
}

export type RecentActivity = Omit<ActivityRow, 'changes'> & {
  project_id: string | null;
  project_code: string | null;
  project_title: string | null;
};

/** The overview of the staff, out of the replica; fails with NOT_ALLOWED for people outside. */
export const dashboardApi = {
  'dashboard.figures': operation<DashboardFigures>()(z.void()),
  'dashboard.urgent': operation<UrgentProjects>()(z.void()),
  'dashboard.mine': operation<MyWork>()(z.void()),
  'dashboard.activity': operation<RecentActivity[]>()(z.void()),
};
