import { join } from 'node:path';
import pg from 'pg';
import { createDemoCentral, type DemoCentral } from '../../db/testing/demo-central.ts';
import { start } from '../lib/embedded-central.mjs';
import { dataDir } from '../lib/paths.mjs';

/** The settings of a small production server, so that durability costs what it costs. */
const settings = { max_connections: '700', shared_buffers: '512MB' };

/** A centre of its own on the embedded server, with the demo data; everything goes when the work is done. */
export async function withCentral<T>(work: (central: DemoCentral) => Promise<T>): Promise<T> {
  const server = await start({ dataDir: join(dataDir, 'bench-central'), settings });
  try {
    process.env['FP_TEST_POSTGRES_URL'] = server.url;
    const central = await createDemoCentral();
    try {
      return await work(central);
    } finally {
      await central.drop();
    }
  } finally {
    await server.stop();
  }
}

/**
 * Adds projects of the size that real ones have, about 16 filled columns each, numbered behind `after`. Without
 * triggers, which would take minutes for a million rows; the one that tells desktops runs for the first row alone.
 */
export async function addProjects(client: pg.ClientBase, rows: number, after = 0): Promise<void> {
  await client.query('begin');
  await client.query("select set_config('factory_pulse.maintenance', 'on', true), set_config('session_replication_role', 'replica', true)");
  await client.query(
    `with demo as materialized (
       select p.*, row_number() over (order by project_id) - 1 as position, count(*) over () as projects
       from public.projects p where project_id not like 'B-%')
     insert into public.projects (organization_id, project_id, title, description, customer_id, current_stage_id, status,
       priority_level, priority_score, estimated_value, estimated_delivery_date, source, tags, metadata, project_type, notes, intake_type)
     select p.organization_id, 'B-' || lpad(n::text, 9, '0'), 'Khung gá hàn cho dây chuyền số ' || n,
       'Gia công cơ khí chính xác, dung sai ±0,05 mm, kiểm tra 100 % trước khi giao.', p.customer_id, p.current_stage_id,
       (array['active', 'on_hold', 'completed'])[1 + n % 3], (array['low', 'medium', 'high', 'critical'])[1 + n % 4],
       n % 100, n * 1000, date '2026-01-01' + n % 365, 'portal', array['cnc', 'thép'], jsonb_build_object('quantity', n % 500),
       'fabrication', 'Ghi chú ' || n, 'rfq'
     from generate_series($2::integer + 1, $2::integer + $1::integer) n join demo p on p.position = n % p.projects`,
    [rows, after],
  );
  await client.query("select set_config('session_replication_role', 'origin', true)");
  await client.query("update public.projects set notes = notes where project_id = 'B-' || lpad(($1::integer + 1)::text, 9, '0')", [after]);
  await client.query('commit');
  await client.query('analyze public.projects');
}

/** Links as documents of projects, `rows` of them: every category, level and some tags; nobody has changed one but once. */
export async function addDocuments(client: pg.ClientBase, rows: number): Promise<void> {
  await client.query('begin');
  await client.query("select set_config('factory_pulse.maintenance', 'on', true), set_config('session_replication_role', 'replica', true)");
  await client.query(
    `with owners as materialized (
       select id, organization_id, row_number() over (order by project_id) - 1 as position, count(*) over () as projects from public.projects)
     insert into public.documents (organization_id, project_id, title, category, access_level, tags, file_name, external_url, external_id,
       storage_provider, link_type, uploaded_by, updated_at)
     select p.organization_id, p.id, 'Bản vẽ chi tiết số ' || n, (array['drawing', 'quote', 'certificate', 'other'])[1 + n % 4],
       (array['internal', 'supplier', 'customer'])[1 + n % 3], array['đợt ' || n % 20], 'ban-ve-' || n || '.pdf',
       'https://drive.google.com/file/d/' || md5(n::text) || '/view', md5(n::text), 'google_drive', 'file', u.id,
       now() - n * interval '1 minute'
     from generate_series(1, $1::integer) n join owners p on p.position = n % p.projects
       join lateral (select id from public.users where organization_id = p.organization_id and role = 'management' order by id limit 1) u on true`,
    [rows],
  );
  await client.query("select set_config('session_replication_role', 'origin', true)");
  await client.query("update public.documents set tags = tags where title = 'Bản vẽ chi tiết số 1'");
  await client.query('commit');
  await client.query('analyze public.documents');
}

/** Opens the superuser's second connection, e.g. to listen. */
export async function secondClient(central: Pick<DemoCentral, 'url'>): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: central.url });
  await client.connect();
  return client;
}
