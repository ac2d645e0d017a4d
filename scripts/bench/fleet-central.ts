import pg from 'pg';
import { demoPassword } from '../../shared/demo-accounts.ts';
import { createFirstOrganization } from '../../db/central/first-organization.ts';
import { createPerson } from '../../db/central/people.ts';
import type { DemoCentral } from '../../db/testing/demo-central.ts';

export interface FleetOrganization {
  /** E-mail addresses; each person signs in with the demo password, on one desktop. */
  people: string[];
  /** Ids of projects whose notes are still empty. */
  projects: string[];
}

/** Adds organizations in which so many people work on so many projects, all of them managers who may edit any. */
export async function addOrganization(
  { client }: DemoCentral,
  number: number,
  size: { people: number; projects: number },
): Promise<FleetOrganization> {
  await client.query('begin');
  await client.query("select set_config('factory_pulse.maintenance', 'on', true)");
  const organizationId = await createFirstOrganization(client, `Xưởng ${number}`);
  const { rows: users } = await client.query<{ id: string; email: string }>(
    `insert into public.users (organization_id, email, name, role)
     select $1, format('desktop-%s@factory-%s.example', n, $2::int), 'Người ' || n, 'management' from generate_series(1, $3::int) n
     returning id, email`,
    [organizationId, number, size.people],
  );
  for (const { id } of users) {
    await createPerson(client, { userId: id, password: demoPassword, mustChange: false });
  }
  const { rows: projects } = await client.query<{ id: string }>(
    `insert into public.projects (organization_id, project_id, title, current_stage_id)
     select $1, 'F-' || n, 'Khung gá hàn cho dây chuyền số ' || n, s.id
     from generate_series(1, $2::int) n
     cross join (select id from public.workflow_stages where organization_id = $1 order by stage_order limit 1) s
     returning id`,
    [organizationId, size.projects],
  );
  await client.query('commit');
  await client.query('analyze public.projects, public.users, app.logins');
  return { people: users.map(({ email }) => email), projects: projects.map(({ id }) => id) };
}

/** Login roles belong to the cluster and would outlive the database. */
export async function dropPeople({ client }: DemoCentral): Promise<void> {
  const { rows } = await client.query<{ role_name: string }>('select role_name::text from app.logins');
  for (const { role_name: role } of rows) await client.query(`drop role if exists ${pg.escapeIdentifier(role)}`);
}
