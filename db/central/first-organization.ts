import type { ClientBase } from 'pg';
import { defaultWorkflow, subStageSlug } from './default-workflow.ts';

/** Marks the organization that `init` made because nobody named one; its id follows from the database's own. */
const placeholderId = `(select app.derived_id(i.id, 'first organization') from sync.instance i)`;

/**
 * Makes the first organization with the default workflow, inside the caller's transaction. Without a name it is a
 * placeholder, which makes way when data with organizations of its own is loaded. Answers its id.
 */
export async function createFirstOrganization(client: ClientBase, name: string | null): Promise<string> {
  const organization = await client.query<{ id: string }>(
    `insert into public.organizations (id, name, slug)
     select o.id, $1, 'organization-' || left(replace(o.id::text, '-', ''), 12)
       from (select ${name === null ? placeholderId : 'gen_random_uuid()'} as id) o
     returning id`,
    [name ?? 'Factory Pulse'],
  );
  const organizationId = organization.rows[0]?.id ?? '';
  for (const [index, stage] of defaultWorkflow.entries()) {
    const inserted = await client.query<{ id: string }>(
      `insert into public.workflow_stages
         (organization_id, name, slug, color, stage_order, exit_criteria, responsible_roles, estimated_duration_days)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
      [organizationId, stage.name, stage.slug, stage.color, index + 1, stage.exitCriteria, stage.roles, stage.days],
    );
    for (const [subIndex, subStage] of stage.subStages.entries()) {
      await client.query(
        `insert into public.workflow_sub_stages
           (organization_id, workflow_stage_id, name, slug, color, sub_stage_order, responsible_roles,
            estimated_duration_hours, is_required, can_skip, requires_approval, approval_roles)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
        [
          organizationId,
          inserted.rows[0]?.id,
          subStage.name,
          subStageSlug(subStage.name),
          subStage.color,
          subIndex + 1,
          subStage.roles,
          subStage.hours,
          !subStage.optional,
          subStage.optional,
          subStage.approval.length > 0,
          subStage.approval,
        ],
      );
    }
  }
  return organizationId;
}

/** Tables that may hold rows of an organization in which nobody has worked yet; the log tells of them only. */
const setUpTables = ['organizations', 'users', 'workflow_stages', 'workflow_sub_stages', 'activity_log'];

/** The placeholder organization's id while nobody has worked in it; null when there is none or somebody has. */
export async function unusedPlaceholder(client: ClientBase): Promise<string | null> {
  const found = await client.query<{ id: string }>(`select id from public.organizations where id = ${placeholderId}`);
  const id = found.rows[0]?.id;
  if (id === undefined) return null;
  const tables = await client.query<{ name: string }>(
    `select quote_ident(c.relname) as name from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> all ($1)`,
    [setUpTables],
  );
  for (const { name } of tables.rows) {
    const { rowCount } = await client.query(`select from public.${name} where organization_id = $1 limit 1`, [id]);
    if (rowCount !== 0) return null;
  }
  return id;
}

/**
 * Lets the placeholder organization make way for data that brings its own organizations: an empty organization beside
 * them would hide all that data from the administrator whom `init` made. Inside a transaction in maintenance with
 * deferred constraints, before the data is loaded. Answers what has to follow after loading, or null when there is no
 * placeholder; that answers notes on what was done.
 *
 * @param arriving a table (as SQL) whose column `email` holds the addresses of the people to come
 */
export async function makeWayForData(
  client: ClientBase,
  arriving: { sqlName: string },
): Promise<(() => Promise<string[]>) | null> {
  const placeholder = await unusedPlaceholder(client);
  if (placeholder === null) return null;
  // The person stays signed in under the same role when the data knows them under another id.
  const replaced = await client.query<{
    row: unknown;
    email: string;
    role_name: string;
    must_change_password: boolean;
  }>(
    `with gone as (
       delete from public.users u where u.organization_id = $1
          and exists (select from ${arriving.sqlName} s where lower(btrim(s.email)) = lower(u.email) and s.id <> u.id::text)
       returning u.*)
     select to_jsonb(g) as row, g.email, l.role_name::text, l.must_change_password
       from gone g join app.logins l on l.user_id = g.id`,
    [placeholder],
  );

  return async () => {
    const home = await client.query<{ id: string; name: string }>(
      `select o.id, o.name from public.organizations o where o.id <> $1
        order by (select count(*) from public.projects p where p.organization_id = o.id) desc,
                 (select count(*) from public.users u where u.organization_id = o.id) desc, o.created_at, o.id limit 1`,
      [placeholder],
    );
    for (const person of replaced.rows) await keepLogin(client, person);
    const target = home.rows[0];
    if (!target) return [];
    await client.query('delete from public.activity_log where organization_id = $1', [placeholder]);
    const moved = await client.query('update public.users set organization_id = $2 where organization_id = $1', [
      placeholder,
      target.id,
    ]);
    await client.query('delete from public.workflow_stages where organization_id = $1', [placeholder]);
    await client.query('delete from public.organizations where id = $1', [placeholder]);
    await client.query('delete from sync.channels where organization_id = $1', [placeholder]);
    const people = (moved.rowCount ?? 0) + replaced.rows.length;
    return [`the empty organization that init made is gone; its people (${people}) belong to ${target.name} now`];
  };
}

async function keepLogin(
  client: ClientBase,
  person: { row: unknown; email: string; role_name: string; must_change_password: boolean },
): Promise<void> {
  const arrived = await client.query<{ id: string }>(
    `update public.users set role = 'admin' where lower(email) = lower($1) returning id`,
    [person.email],
  );
  let userId = arrived.rows[0]?.id;
  if (userId === undefined) {
    const restored = await client.query<{ id: string }>(
      `insert into public.users (id, organization_id, email, name, role, status, preferences, created_at, updated_at)
       select id, organization_id, email, name, role, status, preferences, created_at, updated_at
         from jsonb_populate_record(null::public.users, $1) returning id`,
      [JSON.stringify(person.row)],
    );
    userId = restored.rows[0]?.id;
  }
  await client.query('insert into app.logins (user_id, role_name, must_change_password) values ($1, $2, $3)', [
    userId,
    person.role_name,
    person.must_change_password,
  ]);
}
