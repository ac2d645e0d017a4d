import type { RecordState } from '../../../shared/api/projects.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';

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
  const rows = prepared(replica.read, marksByProject).all() as StateRow[];
  const states = new Map(rows.map(({ project_id, ...state }) => [project_id, state]));
  return (projectId) => states.get(projectId) ?? nothing;
}

/**
 * SQL for the project to which a row of a table belongs, given by `table_name` and `row_id` of `alias`; where the row itself
 * is not in the replica, `patched` says what its insert gave as the project.
 */
export function ownerOf(alias: string, patched = 'null'): string {
  const row = `${alias}.row_id`;
  return `case ${alias}.table_name
    when 'projects' then ${row}
    when 'project_sub_stage_progress' then coalesce((select project_id from project_sub_stage_progress where id = ${row}), ${patched})
    when 'project_assignments' then coalesce((select project_id from project_assignments where id = ${row}), ${patched})
    when 'project_stage_history' then coalesce((select project_id from project_stage_history where id = ${row}), ${patched})
    when 'sync_conflicts' then (select coalesce((select project_id from project_sub_stage_progress where id = k.row_id), k.row_id)
      from sync_conflicts k where k.id = ${row})
  end`;
}

// Counted over the index of rows alone, less the acknowledged: an offline day leaves thousands of entries.
const waitingRows = `
  select table_name, row_id, count(*) as entries from outbox group by table_name, row_id
  union all
  select table_name, row_id, -count(*) from outbox where state = 'acknowledged' group by table_name, row_id`;

/** The project of an attention item `a`. */
export const ownerOfAttention = ownerOf('a', `json_extract(a.patch, '$.project_id')`);

export const marksByProject = `
  select project_id, sum(pending) as pending, sum(attention) as attention, sum(conflicts) as conflicts from (
    select ${ownerOf('o')} as project_id, o.entries as pending, 0 as attention, 0 as conflicts from (${waitingRows}) o
    union all
    select ${ownerOfAttention}, 0, 1, 0 from attention a
    union all
    select ${ownerOf('c')}, 0, 0, 1 from sync_conflicts c where c.resolved_at is null and c.table_name <> 'sync_conflicts'
  ) where project_id is not null group by project_id`;
