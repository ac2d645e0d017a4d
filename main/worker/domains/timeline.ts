import { TIMELINE_PAGE, type TimelineFilter, type timelineApi, type TimelineRow } from '../../../shared/api/timeline.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { Handlers } from './context.ts';
import { readStages } from './project-rows.ts';

export const timelineHandlers: Handlers<keyof typeof timelineApi> = {
  'timeline.rows': ({ replica }, { offset, ...filter }) => {
    const { dated, undated } = count(replica, filter);
    const rows = readRows(replica, filter, 'is not null', offset, TIMELINE_PAGE);
    // Those without a day stand behind all that have one.
    const behind = readRows(replica, filter, 'is null', Math.max(0, offset - dated), TIMELINE_PAGE - rows.length);
    return { stages: readStages(replica, false), rows: [...rows, ...behind], total: dated + undated };
  },
};

const open = "+p.status in ('active', 'on_hold')";

/**
 * Conditions with named parameters, only those that are asked for. A plus keeps the planner from an index that would have
 * thousands of projects sorted: a stage is looked for along the days of delivery, an owner's and a customer's projects are few.
 */
const conditions = ({ stage_id, assigned_to, customer_id }: TimelineFilter): string =>
  [
    stage_id === null ? '' : ' and +p.current_stage_id = :stage_id',
    assigned_to === null ? '' : ' and p.assigned_to = :assigned_to',
    customer_id === null ? '' : ' and p.customer_id = :customer_id',
  ].join('');

/** All are counted in the index of stages and statuses alone; only those without a day are looked at. */
export const countAll = (filter: TimelineFilter): string =>
  `select count(*) from projects p where p.status in ('active', 'on_hold')${conditions(filter).replace('+p.current', 'p.current')}`;

function count({ read }: Replica, filter: TimelineFilter): { dated: number; undated: number } {
  const all = prepared(read, countAll(filter)).pluck().get(filter) as number;
  const undated = prepared(read, `select count(*) from projects p where ${open} and p.estimated_delivery_date is null${conditions(filter)}`)
    .pluck()
    .get(filter) as number;
  return { dated: all - undated, undated };
}

export const rowsOf = (filter: TimelineFilter, day: 'is null' | 'is not null'): string => `
  select p.id, p.project_id, p.title, p.status, c.company_name as customer_name, p.current_stage_id, p.stage_entered_at,
         p.estimated_delivery_date, nullif(p.created_at, '') as created_at
    from projects p left join contacts c on c.id = p.customer_id
   where ${open} and p.estimated_delivery_date ${day}${conditions(filter)}
   order by p.estimated_delivery_date, p.id limit :limit offset :offset`;

function readRows({ read }: Replica, filter: TimelineFilter, day: 'is null' | 'is not null', offset: number, limit: number): TimelineRow[] {
  if (limit <= 0) return [];
  const rows = prepared(read, rowsOf(filter, day)).all({ ...filter, limit, offset }) as Omit<TimelineRow, 'passed'>[];
  const passages = prepared(
    read,
    `select from_stage_id as stage_id, entered_at, moved_at as left_at from project_stage_history
      where project_id = ? and from_stage_id is not null and entered_at is not null order by moved_at, id`,
  );
  return rows.map((row) => ({ ...row, passed: passages.all(row.id) as TimelineRow['passed'] }));
}
