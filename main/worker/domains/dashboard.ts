import { inArray } from 'drizzle-orm';
import type { dashboardApi, RecentActivity, UrgentProjects } from '../../../shared/api/dashboard.ts';
import { isInternal } from '../../../shared/domain/roles.ts';
import { AppError } from '../../../shared/errors.ts';
import { projects } from '../../../db/replica/schema.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { OpenSession } from '../session.ts';
import type { Handlers } from './context.ts';
import { readAtRisk, readFigures, type Reckoning } from './dashboard-figures.ts';
import { readMyWork } from './my-work.ts';
import { readProjectRows } from './project-rows.ts';

const URGENT = 6;
const RECENT = 12;

export const dashboardHandlers: Handlers<keyof typeof dashboardApi> = {
  'dashboard.figures': (session) => readFigures(session.replica, reckoningOf(session)),
  'dashboard.urgent': (session) => readUrgent(session.replica, reckoningOf(session)),
  'dashboard.mine': (session) => readMyWork(session.replica, session.current().person, reckoningOf(session).today),
  'dashboard.activity': (session) => {
    demandStaff(session);
    return prepared(session.replica.read, recentActivity).all(RECENT) as RecentActivity[];
  },
};

function demandStaff(session: OpenSession): void {
  if (!isInternal(session.current().person.role)) throw new AppError('NOT_ALLOWED', 'the overview is for the staff');
}

function reckoningOf(session: OpenSession): Reckoning {
  demandStaff(session);
  const { organization } = session.current();
  const now = new Date();
  return {
    today: new Intl.DateTimeFormat('sv-SE', { timeZone: organization.timezone, dateStyle: 'short' }).format(now),
    todayUtc: now.toISOString().slice(0, 10),
    currency: organization.default_currency,
  };
}

/** The most overdue, and those at risk that are due first. */
function readUrgent(replica: Replica, reckoning: Reckoning): UrgentProjects {
  const late = prepared(
    replica.read,
    `select id from (
       select id, estimated_delivery_date as due from (select * from projects where status = 'active' and estimated_delivery_date < :today
         order by estimated_delivery_date limit :most)
       union all
       select id, estimated_delivery_date from (select * from projects where status = 'on_hold' and estimated_delivery_date < :today
         order by estimated_delivery_date limit :most))
     order by due, id limit :most`,
  ).pluck();
  const overdue = late.all({ today: reckoning.today, most: URGENT }) as string[];
  const atRisk = readAtRisk(replica, reckoning, URGENT);
  const rows = new Map(
    readProjectRows(replica, { where: inArray(projects.id, [...overdue, ...atRisk]) }).map((row) => [row.id, row]),
  );
  const found = (ids: readonly string[]) => ids.flatMap((id) => rows.get(id) ?? []);
  return { overdue: found(overdue), at_risk: found(atRisk) };
}

/** What people did: not what follows from it, such as the steps that a move opens, and not what somebody keeps for themselves. */
const recentActivity = `
  select l.id, l.entity_type, s.name as subject, l.action, l.description, u.name as user_name, l.created_at,
         p.id as project_id, p.project_id as project_code, p.title as project_title
    from (select * from activity_log
           where entity_type <> 'users' and not (entity_type = 'project_sub_stage_progress' and action = 'INSERT')
           order by created_at desc limit ?) l
    left join users u on u.id = l.user_id
    left join projects p on p.id = l.project_id
    left join project_sub_stage_progress d on d.id = l.entity_id
    left join workflow_sub_stages s on s.id = d.sub_stage_id
   order by l.created_at desc, l.id desc`;
