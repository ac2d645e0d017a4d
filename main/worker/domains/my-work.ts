import type { MyWork, TaskRow, WaitingApproval } from '../../../shared/api/dashboard.ts';
import { mayDecide, type ActiveDelegation, type ApprovalFacts } from '../../../shared/domain/approvals.ts';
import type { Person } from '../../../shared/domain/roles.ts';
import { EXCLUDED } from '../../../shared/domain/workflow.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';

const SHOWN = 20;

export function readMyWork(replica: Replica, person: Person, today: string): MyWork {
  const tasks = readTasks(replica, person);
  const approvals = readWaitingApprovals(replica, person, today);
  return {
    tasks: tasks.slice(0, SHOWN),
    tasks_total: tasks.length,
    approvals: approvals.slice(0, SHOWN),
    approvals_total: approvals.length,
  };
}

/**
 * Steps of the present stage only: others wait for nobody yet. From the person's projects on, in that order: without
 * statistics SQLite begins elsewhere, or takes the index of sub-stages, which finds thousands of rows each time.
 */
export const tasks = `
  with mine as (
    select id from projects indexed by projects_assigned_to where assigned_to = :me and status = 'active'
    union
    select project_id from project_assignments where user_id = :me and is_active and role <> '${EXCLUDED}'),
  my_steps as materialized (
    select s.id, s.workflow_stage_id from workflow_sub_stages s
     where exists (select 1 from json_each(s.responsible_roles) r where r.value = :role)),
  candidates as materialized (
    select p.id as project_id, s.id as sub_stage_id
      from mine cross join projects p on p.id = mine.id
      cross join my_steps s on s.workflow_stage_id = p.current_stage_id
    union
    select project_id, sub_stage_id from project_sub_stage_progress
     where assigned_to = :me and status in ('pending', 'in_progress', 'in_review', 'blocked'))
  select p.id as project_id, p.project_id as project_code, p.title as project_title, s.id as sub_stage_id,
         s.name as sub_stage_name, g.name as stage_name, coalesce(d.status, 'pending') as status, d.blocked_reason,
         p.estimated_delivery_date as due, d.assigned_to is :me as personal
    from candidates c
    cross join projects p on p.id = c.project_id and p.status = 'active'
    cross join workflow_sub_stages s on s.id = c.sub_stage_id and s.is_active and s.workflow_stage_id = p.current_stage_id
    cross join workflow_stages g on g.id = p.current_stage_id
    left join project_sub_stage_progress d indexed by project_sub_stage_progress_project_id_workflow_stage_id
      on d.project_id = p.id and d.workflow_stage_id = p.current_stage_id and d.sub_stage_id = s.id
   where coalesce(d.status, 'pending') in ('pending', 'in_progress', 'in_review', 'blocked')
     and (d.assigned_to is null or d.assigned_to = :me)
   order by p.estimated_delivery_date is null, p.estimated_delivery_date, p.project_id, s.sub_stage_order, s.id`;

function readTasks(replica: Replica, person: Person): TaskRow[] {
  const rows = prepared(replica.read, tasks).all({ me: person.id, role: person.role }) as (Omit<TaskRow, 'personal'> & { personal: number })[];
  return rows.map((row) => ({ ...row, personal: row.personal === 1 }));
}

type StoredApproval = WaitingApproval & ApprovalFacts;

const openApprovals = `
  select a.id, a.title, a.approval_type, a.priority, a.status, a.requested_by, a.requested_at, a.due_date, a.project_id,
         a.current_approver_id, a.current_approver_role, a.current_approver_department, a.delegated_to, a.escalated_to,
         u.name as requested_by_name, p.project_id as project_code
    from approvals a left join users u on u.id = a.requested_by left join projects p on p.id = a.project_id
   where a.status in ('pending', 'in_review', 'delegated', 'escalated')
   order by a.due_date is null, a.due_date, a.requested_at, a.id`;

const delegations = `
  select delegator_id, delegate_id, approval_types, include_new_approvals, created_at from approval_delegations
   where delegate_id = ? and is_active and start_date <= ? and end_date >= ?`;

/** What others have left to the person to decide, today. */
export function readDelegations(replica: Replica, person: Pick<Person, 'id'>, today: string): ActiveDelegation[] {
  const rows = prepared(replica.read, delegations).all(person.id, today, today) as (Omit<ActiveDelegation, 'approval_types' | 'include_new_approvals'> & {
    approval_types: string;
    include_new_approvals: number;
  })[];
  return rows.map((row) => ({
    ...row,
    approval_types: JSON.parse(row.approval_types) as string[],
    include_new_approvals: row.include_new_approvals === 1,
  }));
}

function readWaitingApprovals(replica: Replica, person: Person, today: string): WaitingApproval[] {
  const active = readDelegations(replica, person, today);
  const rows = prepared(replica.read, openApprovals).all() as StoredApproval[];
  return rows
    .filter((row) => mayDecide(person, row, active))
    .map((row) => ({
      id: row.id,
      title: row.title,
      approval_type: row.approval_type,
      priority: row.priority,
      requested_at: row.requested_at,
      requested_by_name: row.requested_by_name,
      due_date: row.due_date,
      project_id: row.project_id,
      project_code: row.project_code,
    }));
}
