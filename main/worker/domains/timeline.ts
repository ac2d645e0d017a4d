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

const columnOf = { stage_id: 'current_stage_id', assigned_to: 'assigned_to', customer_id: 'customer_id' } as const;

/** Conditions with named parameters; only those that are asked for, so that an index can serve. */
const conditions = (filter: TimelineFilter): string =>
  (Object.keys(columnOf) as (keyof typeof columnOf)[])
    .filter((name) => filter[name] !== null)
    .map((name) => ` and p.${columnOf[name]} = :${name}`)
    .join('');

function count({ read }: Replica, filter: TimelineFilter): { dated: number; undated: number } {
  return prepared(
    read,
    `select count(estimated_delivery_date) as dated, count(*) - count(estimated_delivery_date) as undated
       from projects p where p.status in ('active', 'on_hold')${conditions(filter)}`,
  ).get(filter) as { dated: number; undated: number };
}

function readRows({ read }: Replica, filter: TimelineFilter, day: 'is null' | 'is not null', offset: number, limit: number): TimelineRow[] {
  if (limit <= 0) return [];
  const rows = prepared(
    read,
    `select p.id, p.project_id, p.title, p.status, c.company_name as customer_name, p.current_stage_id, p.stage_entered_at,
            p.estimated_delivery_date, nullif(p.created_at, '') as created_at
       from projects p left join contacts c on c.id = p.customer_id
      where p.status in ('active', 'on_hold') and p.estimated_delivery_date ${day}${conditions(filter)}
      order by p.estimated_delivery_date, p.id limit :limit offset :offset`,
  ).all({ ...filter, limit, offset }) as Omit<TimelineRow, 'passed'>[];
  const passages = prepared(
    read,
    `select from_stage_id as stage_id, entered_at, moved_at as left_at from project_stage_history
      where project_id = ? and from_stage_id is not null and entered_at is not null order by moved_at, id`,
  );
  return rows.map((row) => ({ ...row, passed: passages.all(row.id) as TimelineRow['passed'] }));
}
