import type pg from 'pg';

/** Adds open projects like those of the demo, spread over its stages, without the triggers that would take a minute. */
export async function addOpenProjects(client: pg.Client, rows: number): Promise<void> {
  await client.query('begin');
  await client.query("select set_config('factory_pulse.maintenance', 'on', true), set_config('session_replication_role', 'replica', true)");
  await client.query(
    `with demo as materialized (select p.*, row_number() over (order by project_id) - 1 as position, count(*) over () as projects from public.projects p)
     insert into public.projects (organization_id, project_id, title, customer_id, current_stage_id, status, priority_level, estimated_value, estimated_delivery_date)
     select p.organization_id, 'B-' || lpad(n::text, 9, '0'), 'Khung gá hàn cho dây chuyền số ' || n, p.customer_id, p.current_stage_id,
       'active', (array['low', 'medium', 'high', 'critical'])[1 + n % 4], n * 1000, date '2026-01-01' + n % 365
     from generate_series(1, $1::integer) n join demo p on p.position = n % p.projects`,
    [rows],
  );
  await client.query("select set_config('session_replication_role', 'origin', true)");
  // The trigger that tells desktops runs for one row.
  await client.query("update public.projects set notes = notes where project_id = 'B-000000001'");
  await client.query('commit');
}
