import { sql, type SQL } from 'drizzle-orm';
import type { RecordState } from '../../../shared/api/projects.ts';
import type { Replica } from '../replica/database.ts';

interface StateRow {
  project_id: string;
  pending: number;
  attention: number;
  conflicts: number;
}

const nothing: RecordState = { pending: 0, attention: 0, conflicts: 0 };

/**
 * How projects stand towards the centre, counted over their own row and the rows that hang on it (sub-stages, moves).
 * Only projects with something to tell are in the map.
 */
export function projectStates(replica: Replica): (projectId: string) => RecordState {
  // Marks are few beside projects, so they are gathered once and looked up per row.
  const rows = replica.db.all<StateRow>(sql`
    select project_id, sum(pending) as pending, sum(attention) as attention, sum(conflicts) as conflicts from (
      select ${ownerOf('o')} as project_id, 1 as pending, 0 as attention, 0 as conflicts
        from outbox o where o.state <> 'acknowledged'
      union all
      select ${ownerOf('a')}, 0, 1, 0 from attention a
      union all
      select ${ownerOf('c')}, 0, 0, 1 from sync_conflicts c where c.resolved_at is null
    ) where project_id is not null group by project_id`);
  const states = new Map(rows.map(({ project_id, ...state }) => [project_id, state]));
  return (projectId) => states.get(projectId) ?? nothing;
}

/** The project to which a row of a table with `table_name`, `row_id` (and perhaps `patch`) belongs. */
export function ownerOf(alias: 'o' | 'a' | 'c'): SQL {
  const row = sql.raw(`${alias}.row_id`);
  const table = sql.raw(`${alias}.table_name`);
  const patch = alias === 'c' ? sql`null` : sql.raw(`json_extract(${alias}.patch, '$.project_id')`);
  return sql`case ${table}
    when 'projects' then ${row}
    when 'project_sub_stage_progress' then coalesce((select project_id from project_sub_stage_progress where id = ${row}), ${patch})
    when 'project_stage_history' then coalesce((select project_id from project_stage_history where id = ${row}), ${patch})
  end`;
}
