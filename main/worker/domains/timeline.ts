import { TIMELINE_PAGE, type TimelineFilter, type timelineApi, type TimelineRow } from '../../../shared/api/timeline.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { Handlers } from './context.ts';
import { readStages } from './project-rows.ts';

export const timelineHandlers: Handlers<keyof typeof timelineApi> = {
  'timeline.rows': ({ replica }, { offset, ...filter }) => {
    const { dated, undated, from, skipped } = place(replica, filter, offset);
    const rows = offset < dated ? readRows(replica, filter, { from }, offset - skipped, TIMELINE_PAGE) : [];
    // Those without a day stand behind all that have one.
    const behind = readRows(replica, filter, null, Math.max(0, offset - dated), TIMELINE_PAGE - rows.length);
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

interface Place {
  dated: number;
  undated: number;
  /** The day on which the window begins, as far as that is known, and how many stand before that day. */
  from: string | null;
  skipped: number;
}

/** Where a window begins. The replica adds up the open projects of each day, so that none before the window is looked at. */
function place(replica: Replica, filter: TimelineFilter, offset: number): Place {
  if (filter.assigned_to !== null || filter.customer_id !== null) return { ...count(replica, filter), from: null, skipped: 0 };
  const days = prepared(
    replica.read,
    `select due, sum(projects) as projects from open_project_totals where :stage_id is null or stage_id = :stage_id
      group by due having sum(projects) > 0 order by due`,
  ).all({ stage_id: filter.stage_id }) as { due: string; projects: number }[];
  const found: Place = { dated: 0, undated: 0, from: null, skipped: 0 };
  for (const { due, projects } of days) {
    if (due === '') {
      found.undated = projects;
      continue;
    }
    if (found.dated <= offset) Object.assign(found, { from: due, skipped: found.dated });
    found.dated += projects;
  }
  return found;
}

/** Of an owner or a customer, who have few, all are counted. */
function count({ read }: Replica, filter: TimelineFilter): { dated: number; undated: number } {
  const all = `select count(*) as everything, count(p.estimated_delivery_date) as dated from projects p where ${open}${conditions(filter)}`;
  const { everything, dated } = prepared(read, all).get(filter) as { everything: number; dated: number };
  return { dated, undated: everything - dated };
}

export const rowsOf = (filter: TimelineFilter, dated: { from: string | null } | null): string => `
  select p.id, p.project_id, p.title, p.status, c.company_name as customer_name, p.current_stage_id, p.stage_entered_at,
         p.estimated_delivery_date, nullif(p.created_at, '') as created_at
    from projects p left join contacts c on c.id = p.customer_id
   where ${open} and p.estimated_delivery_date ${dated ? 'is not null' : 'is null'}${dated?.from ? ' and p.estimated_delivery_date >= :from' : ''}${conditions(filter)}
   order by p.estimated_delivery_date, p.id limit :limit offset :offset`;

function readRows({ read }: Replica, filter: TimelineFilter, dated: { from: string | null } | null, offset: number, limit: number): TimelineRow[] {
  if (limit <= 0) return [];
  const rows = prepared(read, rowsOf(filter, dated)).all({ ...filter, ...(dated?.from ? { from: dated.from } : {}), limit, offset }) as Omit<TimelineRow, 'passed'>[];
  const passages = prepared(
    read,
    `select from_stage_id as stage_id, entered_at, moved_at as left_at from project_stage_history
      where project_id = ? and from_stage_id is not null and entered_at is not null order by moved_at, id`,
  );
  return rows.map((row) => ({ ...row, passed: passages.all(row.id) as TimelineRow['passed'] }));
}
