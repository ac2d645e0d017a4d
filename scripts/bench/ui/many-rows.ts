import type pg from 'pg';

/** Adds entries of the activity log, as many to each project, as the audit trigger writes them. Without triggers, which would take minutes. */
export async function addActivity(client: pg.ClientBase, rows: number): Promise<void> {
  await client.query('begin');
  await client.query("select set_config('session_replication_role', 'replica', true)");
  await client.query(
    // The counts stand apart from the rows: a condition on one row's own columns could not be hashed.
    `with project as materialized (select id, organization_id, row_number() over (order by project_id) - 1 as position from public.projects),
     author as materialized (select id, row_number() over (order by email) - 1 as position from public.users where contact_id is null)
     insert into public.activity_log (organization_id, user_id, entity_type, entity_id, project_id, action, old_values, new_values, created_at)
     select p.organization_id, a.id, 'projects', p.id, p.id, 'UPDATE', jsonb_build_object('notes', 'Ghi chú ' || n),
       jsonb_build_object('notes', 'Ghi chú ' || n + 1), now() - make_interval(secs => n)
     from generate_series(1, $1::integer) n
     join project p on p.position = n % (select count(*) from project)
     join author a on a.position = n % (select count(*) from author)`,
    [rows],
  );
  await client.query('commit');
  await client.query('analyze public.activity_log');
}
