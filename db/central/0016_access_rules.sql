-- Who may read and write what: one table of rules for nine roles, asked by every policy, and what a policy cannot say
-- (allowed transitions, who decides an approval, which columns the centre sets itself) in triggers. The desktop greys out
-- by the same rules: shared/domain/access-rules.ts and status-transitions.ts, which a test holds against these tables.

---------------------------------------------------------------------------------------------------------------
-- The rules
---------------------------------------------------------------------------------------------------------------

create table app.access_rules (
  table_name name not null,
  action text not null check (action in ('read', 'insert', 'update')),
  role text not null,
  -- Of which rows: `always` is every row of the organization; what the others mean stands in the policies below.
  condition text not null,
  primary key (table_name, action, role)
);
comment on table app.access_rules is 'One row lets a role read or write rows of a table; what is not listed is refused.';

insert into app.access_rules (table_name, action, role, condition)
select t.table_name, t.action, r.role, t.condition
from (values
  ('staff', '{admin,management,sales,procurement,engineering,qa,production}'::text[]),
  ('others', '{sales,procurement,engineering,qa,production}'),
  ('managers', '{admin,management}'),
  ('outsiders', '{supplier,customer}'),
  ('everybody', '{admin,management,sales,procurement,engineering,qa,production,supplier,customer}'),
  ('admin', '{admin}'), ('sales', '{sales}'), ('procurement', '{procurement}'), ('engineering', '{engineering}'), ('qa', '{qa}'),
  ('production', '{production}'), ('supplier', '{supplier}'), ('customer', '{customer}')
) as g (name, roles)
cross join lateral unnest(g.roles) as r (role)
join (values
  ('organizations', 'read', 'everybody', 'always'),
  ('organizations', 'update', 'admin', 'always'),
  ('contacts', 'read', 'staff', 'always'),
  ('contacts', 'read', 'outsiders', 'company'),
  ('contacts', 'insert', 'managers', 'always'),
  ('contacts', 'insert', 'sales', 'customers'),
  ('contacts', 'insert', 'procurement', 'suppliers'),
  ('contacts', 'update', 'managers', 'always'),
  ('contacts', 'update', 'sales', 'customers'),
  ('contacts', 'update', 'procurement', 'suppliers'),
  ('users', 'read', 'staff', 'always'),
  ('users', 'read', 'outsiders', 'own'),
  ('users', 'update', 'everybody', 'own'),
  ('workflow_stages', 'read', 'staff', 'always'),
  ('workflow_stages', 'read', 'customer', 'always'),
  ('workflow_stages', 'insert', 'admin', 'always'),
  ('workflow_stages', 'update', 'admin', 'always'),
  ('workflow_sub_stages', 'read', 'staff', 'always'),
  ('workflow_sub_stages', 'insert', 'admin', 'always'),
  ('workflow_sub_stages', 'update', 'admin', 'always'),
  ('projects', 'read', 'staff', 'always'),
  ('projects', 'read', 'customer', 'company'),
  ('projects', 'insert', 'managers', 'always'),
  ('projects', 'insert', 'sales', 'always'),
  ('projects', 'insert', 'procurement', 'always'),
  ('projects', 'update', 'managers', 'always'),
  ('projects', 'update', 'others', 'editable'),
  ('project_assignments', 'read', 'staff', 'always'),
  ('project_assignments', 'insert', 'managers', 'always'),
  ('project_assignments', 'update', 'managers', 'always'),
  ('project_sub_stage_progress', 'read', 'staff', 'always'),
  ('project_sub_stage_progress', 'insert', 'staff', 'sub_stage'),
  ('project_sub_stage_progress', 'update', 'staff', 'sub_stage'),
  ('project_stage_history', 'read', 'staff', 'always'),
  ('project_stage_history', 'insert', 'managers', 'always'),
  ('project_stage_history', 'insert', 'others', 'editable'),
  ('documents', 'read', 'managers', 'always'),
  ('documents', 'read', 'others', 'circle'),
  ('documents', 'read', 'outsiders', 'shared'),
  ('documents', 'insert', 'managers', 'always'),
  ('documents', 'insert', 'engineering', 'always'),
  ('documents', 'insert', 'sales', 'editable'),
  ('documents', 'insert', 'procurement', 'editable'),
  ('documents', 'insert', 'qa', 'editable'),
  ('documents', 'insert', 'production', 'editable'),
  ('documents', 'update', 'managers', 'always'),
  ('documents', 'update', 'engineering', 'always'),
  ('documents', 'update', 'sales', 'own'),
  ('documents', 'update', 'procurement', 'own'),
  ('documents', 'update', 'qa', 'own'),
  ('documents', 'update', 'production', 'own'),
  ('document_versions', 'read', 'managers', 'always'),
  ('document_versions', 'read', 'others', 'circle'),
  ('document_versions', 'read', 'outsiders', 'shared'),
  ('document_access_log', 'read', 'managers', 'always'),
  ('document_access_log', 'read', 'others', 'own'),
  ('document_access_log', 'insert', 'staff', 'own'),
  ('google_drive_config', 'read', 'staff', 'always'),
  ('google_drive_config', 'insert', 'admin', 'always'),
  ('google_drive_config', 'update', 'admin', 'always'),
  ('reviews', 'read', 'staff', 'always'),
  ('reviews', 'insert', 'managers', 'always'),
  ('reviews', 'insert', 'engineering', 'always'),
  ('reviews', 'insert', 'qa', 'always'),
  ('reviews', 'insert', 'sales', 'editable'),
  ('reviews', 'insert', 'procurement', 'editable'),
  ('reviews', 'insert', 'production', 'editable'),
  ('reviews', 'update', 'managers', 'always'),
  ('reviews', 'update', 'others', 'own'),
  ('approval_chains', 'read', 'staff', 'always'),
  ('approval_chains', 'insert', 'managers', 'always'),
  ('approval_chains', 'update', 'managers', 'always'),
  ('approvals', 'read', 'staff', 'always'),
  ('approvals', 'insert', 'staff', 'own'),
  ('approvals', 'update', 'staff', 'approval'),
  ('approval_delegations', 'read', 'staff', 'always'),
  ('approval_delegations', 'insert', 'admin', 'always'),
  ('approval_delegations', 'insert', 'others', 'own'),
  ('approval_delegations', 'update', 'admin', 'always'),
  ('approval_delegations', 'update', 'others', 'own'),
  ('approval_history', 'read', 'staff', 'always'),
  ('approval_attachments', 'read', 'staff', 'always'),
  ('approval_attachments', 'insert', 'staff', 'own'),
  ('approval_notifications', 'read', 'staff', 'own'),
  ('approval_notifications', 'update', 'staff', 'own'),
  ('messages', 'read', 'everybody', 'own'),
  ('messages', 'insert', 'everybody', 'own'),
  ('messages', 'update', 'everybody', 'addressed'),
  ('notifications', 'read', 'everybody', 'own'),
  ('notifications', 'update', 'everybody', 'own'),
  ('activity_log', 'read', 'managers', 'always'),
  ('activity_log', 'read', 'others', 'project_work'),
  ('inventory_items', 'read', 'staff', 'always'),
  ('inventory_items', 'insert', 'managers', 'always'),
  ('inventory_items', 'insert', 'procurement', 'always'),
  ('inventory_items', 'insert', 'production', 'always'),
  ('inventory_items', 'update', 'managers', 'always'),
  ('inventory_items', 'update', 'procurement', 'always'),
  ('inventory_items', 'update', 'production', 'always'),
  ('supplier_rfqs', 'read', 'staff', 'always'),
  ('supplier_rfqs', 'read', 'supplier', 'addressed'),
  ('supplier_rfqs', 'insert', 'managers', 'always'),
  ('supplier_rfqs', 'insert', 'procurement', 'always'),
  ('supplier_rfqs', 'update', 'managers', 'always'),
  ('supplier_rfqs', 'update', 'procurement', 'always'),
  ('supplier_rfqs', 'update', 'supplier', 'addressed'),
  ('supplier_rfq_items', 'read', 'staff', 'always'),
  ('supplier_rfq_items', 'read', 'supplier', 'addressed'),
  ('supplier_rfq_items', 'insert', 'managers', 'always'),
  ('supplier_rfq_items', 'insert', 'procurement', 'always'),
  ('supplier_rfq_items', 'update', 'managers', 'always'),
  ('supplier_rfq_items', 'update', 'procurement', 'always'),
  ('supplier_quotes', 'read', 'managers', 'always'),
  ('supplier_quotes', 'read', 'sales', 'always'),
  ('supplier_quotes', 'read', 'procurement', 'always'),
  ('supplier_quotes', 'read', 'supplier', 'company'),
  ('supplier_quotes', 'insert', 'managers', 'always'),
  ('supplier_quotes', 'insert', 'procurement', 'always'),
  ('supplier_quotes', 'insert', 'supplier', 'company'),
  ('supplier_quotes', 'update', 'managers', 'always'),
  ('supplier_quotes', 'update', 'procurement', 'always'),
  ('supplier_quotes', 'update', 'supplier', 'company'),
  ('supplier_quote_items', 'read', 'managers', 'always'),
  ('supplier_quote_items', 'read', 'sales', 'always'),
  ('supplier_quote_items', 'read', 'procurement', 'always'),
  ('supplier_quote_items', 'read', 'supplier', 'company'),
  ('supplier_quote_items', 'insert', 'managers', 'always'),
  ('supplier_quote_items', 'insert', 'procurement', 'always'),
  ('supplier_quote_items', 'insert', 'supplier', 'company'),
  ('supplier_quote_items', 'update', 'managers', 'always'),
  ('supplier_quote_items', 'update', 'procurement', 'always'),
  ('supplier_quote_items', 'update', 'supplier', 'company'),
  ('purchase_orders', 'read', 'managers', 'always'),
  ('purchase_orders', 'read', 'sales', 'always'),
  ('purchase_orders', 'read', 'procurement', 'always'),
  ('purchase_orders', 'read', 'qa', 'always'),
  ('purchase_orders', 'read', 'production', 'always'),
  ('purchase_orders', 'insert', 'managers', 'always'),
  ('purchase_orders', 'insert', 'procurement', 'always'),
  ('purchase_orders', 'update', 'managers', 'always'),
  ('purchase_orders', 'update', 'procurement', 'always'),
  ('purchase_order_items', 'read', 'managers', 'always'),
  ('purchase_order_items', 'read', 'sales', 'always'),
  ('purchase_order_items', 'read', 'procurement', 'always'),
  ('purchase_order_items', 'read', 'qa', 'always'),
  ('purchase_order_items', 'read', 'production', 'always'),
  ('purchase_order_items', 'insert', 'managers', 'always'),
  ('purchase_order_items', 'insert', 'procurement', 'always'),
  ('purchase_order_items', 'update', 'managers', 'always'),
  ('purchase_order_items', 'update', 'procurement', 'always'),
  ('production_orders', 'read', 'staff', 'always'),
  ('production_orders', 'insert', 'managers', 'always'),
  ('production_orders', 'insert', 'production', 'always'),
  ('production_orders', 'update', 'managers', 'always'),
  ('production_orders', 'update', 'production', 'always'),
  ('stock_moves', 'read', 'staff', 'always'),
  ('stock_moves', 'insert', 'managers', 'always'),
  ('stock_moves', 'insert', 'production', 'always'),
  ('stock_moves', 'insert', 'procurement', 'receipts'),
  ('storage_buckets', 'read', 'staff', 'always'),
  ('storage_objects', 'read', 'managers', 'always'),
  ('sync_conflicts', 'read', 'managers', 'always'),
  ('sync_conflicts', 'read', 'others', 'readable'),
  ('sync_conflicts', 'update', 'managers', 'always'),
  ('sync_conflicts', 'update', 'others', 'readable')
) as t (table_name, action, who, condition) on t.who = g.name;

-- A manager hands over approvals of their own; only an admin those of others.
insert into app.access_rules (table_name, action, role, condition)
values ('approval_delegations', 'insert', 'management', 'own'), ('approval_delegations', 'update', 'management', 'own');

-- Which status follows which; '' is that of a new row. `by` is who takes the step, of those who may change the row:
-- writer (any of the staff), supplier, management (never on what they made themselves), reviewer (the one named, or
-- management), approver (see app.may_decide), requester (or an admin, or management).
create table app.status_transitions (
  table_name name not null,
  from_status text not null,
  to_status text not null,
  by text not null check (by in ('writer', 'supplier', 'management', 'reviewer', 'approver', 'requester')),
  primary key (table_name, from_status, to_status, by)
);
comment on table app.status_transitions is 'One row is a step that a record''s status may take, and by whom.';

insert into app.status_transitions (table_name, from_status, to_status, by)
select t.table_name, f.from_status, s.to_status, t.by
from (values
  ('reviews', '{""}'::text[], '{pending,in_progress}'::text[], 'writer'),
  ('reviews', '{pending,in_progress,needs_revision}', '{pending,in_progress,cancelled}', 'writer'),
  ('reviews', '{pending,in_progress}', '{approved,rejected,needs_revision,completed}', 'reviewer'),
  ('approvals', '{""}', '{pending}', 'requester'),
  ('approvals', '{pending}', '{in_review}', 'approver'),
  ('approvals', '{pending,in_review,delegated,escalated}', '{approved,rejected}', 'approver'),
  ('approvals', '{pending,in_review}', '{delegated,escalated}', 'approver'),
  ('approvals', '{pending,in_review,delegated,escalated}', '{cancelled}', 'requester'),
  ('supplier_rfqs', '{""}', '{draft,sent}', 'writer'),
  ('supplier_rfqs', '{draft}', '{sent,cancelled}', 'writer'),
  ('supplier_rfqs', '{sent,viewed}', '{quoted,declined,expired,cancelled}', 'writer'),
  ('supplier_rfqs', '{quoted}', '{expired,cancelled}', 'writer'),
  ('supplier_rfqs', '{declined,expired}', '{sent,cancelled}', 'writer'),
  ('supplier_rfqs', '{sent}', '{viewed}', 'supplier'),
  ('supplier_rfqs', '{sent,viewed}', '{declined}', 'supplier'),
  ('supplier_quotes', '{""}', '{draft,submitted}', 'writer'),
  ('supplier_quotes', '{""}', '{draft,submitted}', 'supplier'),
  ('supplier_quotes', '{draft}', '{submitted,withdrawn}', 'writer'),
  ('supplier_quotes', '{draft}', '{submitted,withdrawn}', 'supplier'),
  ('supplier_quotes', '{submitted}', '{withdrawn}', 'supplier'),
  ('supplier_quotes', '{submitted,under_review}', '{under_review,accepted,rejected,expired,withdrawn}', 'writer'),
  ('purchase_orders', '{""}', '{draft,pending_approval}', 'writer'),
  ('purchase_orders', '{draft}', '{pending_approval,cancelled}', 'writer'),
  ('purchase_orders', '{pending_approval}', '{draft,cancelled}', 'writer'),
  ('purchase_orders', '{pending_approval}', '{approved}', 'management'),
  ('purchase_orders', '{approved}', '{sent,cancelled}', 'writer'),
  ('purchase_orders', '{sent}', '{acknowledged,partially_received,received,cancelled}', 'writer'),
  ('purchase_orders', '{acknowledged}', '{partially_received,received,cancelled}', 'writer'),
  ('purchase_orders', '{partially_received}', '{received,closed}', 'writer'),
  ('purchase_orders', '{received}', '{closed}', 'writer'),
  ('production_orders', '{""}', '{planned,released}', 'writer'),
  ('production_orders', '{planned}', '{released,cancelled}', 'writer'),
  ('production_orders', '{released}', '{in_progress,on_hold,cancelled}', 'writer'),
  ('production_orders', '{in_progress}', '{on_hold,completed,cancelled}', 'writer'),
  ('production_orders', '{on_hold}', '{released,in_progress,cancelled}', 'writer')
) as t (table_name, froms, tos, by)
cross join lateral unnest(t.froms) as f (from_status)
cross join lateral unnest(t.tos) as s (to_status)
where f.from_status <> s.to_status;

---------------------------------------------------------------------------------------------------------------
-- What the policies ask, once per statement each
---------------------------------------------------------------------------------------------------------------

-- The caller's organization where their role may do this with some rows of the table; null where with none.
create function app.organization_with_access(target name, wanted text) returns uuid
language sql stable security definer parallel restricted
set search_path = pg_catalog
as $$
  select m.organization_id from app.me() m
  where exists (select from app.access_rules r where r.table_name = target and r.action = wanted and r.role = m.role)
$$;

-- With which rows; null where with none.
create function app.access_condition(target name, wanted text) returns text
language sql stable security definer parallel restricted
set search_path = pg_catalog
as $$
  select r.condition from app.me() m join app.access_rules r on r.role = m.role
  where r.table_name = target and r.action = wanted
$$;

-- The company of a person outside; null for everybody else.
create function app.my_company_id() returns uuid
language sql stable security definer parallel restricted
set search_path = pg_catalog
as $$
  select u.contact_id from app.me() m join public.users u on u.id = m.user_id where m.role in ('supplier', 'customer')
$$;

-- Tables of which the caller may read every row.
create function app.tables_read_whole() returns text[]
language sql stable security definer parallel restricted
set search_path = pg_catalog
as $$
  select coalesce(array_agg(r.table_name::text), '{}') from app.me() m join app.access_rules r on r.role = m.role
  where r.action = 'read' and r.condition = 'always'
$$;

-- Projects whose shared documents a person outside sees: a customer's own, and those of which a supplier got a request.
create function app.shared_project_ids() returns uuid[]
language sql stable security definer parallel restricted
set search_path = pg_catalog
as $$
  select coalesce(array_agg(s.id), '{}')
  from app.me() m
  cross join lateral (
    select p.id from public.projects p
    where m.role = 'customer' and p.organization_id = m.organization_id and p.customer_id = app.my_company_id()
    union
    select r.project_id from public.supplier_rfqs r
    where m.role = 'supplier' and r.organization_id = m.organization_id and r.supplier_id = app.my_company_id()
      and r.status <> 'draft' and r.project_id is not null) s
$$;

-- Documents that a request to the caller's company names.
create function app.requested_document_ids() returns uuid[]
language sql stable security definer parallel restricted
set search_path = pg_catalog
as $$
  select coalesce(array_agg(i.document_id), '{}')
  from app.me() m
  join public.supplier_rfqs r on r.organization_id = m.organization_id and r.supplier_id = app.my_company_id() and r.status <> 'draft'
  join public.supplier_rfq_items i on i.supplier_rfq_id = r.id
  where m.role = 'supplier' and i.document_id is not null
$$;

---------------------------------------------------------------------------------------------------------------
-- An explicit deny beats every grant: an active assignment as `excluded` keeps a person out of a project
---------------------------------------------------------------------------------------------------------------

create or replace function app.in_project_team(project public.projects) returns boolean
language sql stable
set search_path = pg_catalog
as $$
  select coalesce(project.assigned_to = app.my_user_id(), false) or exists (
    select from public.project_assignments a
    where a.project_id = project.id and a.user_id = app.my_user_id() and a.is_active and a.role <> 'excluded')
$$;

create function app.excluded_from(project_id uuid) returns boolean
language sql stable
set search_path = pg_catalog
as $$
  select exists (
    select from public.project_assignments a
    where a.project_id = excluded_from.project_id and a.user_id = app.my_user_id() and a.is_active and a.role = 'excluded')
$$;

-- Whether the caller belongs to a project's team, for its confidential documents.
create function app.in_circle(project_id uuid) returns boolean
language sql stable security definer parallel restricted
set search_path = pg_catalog
as $$
  select exists (
    select from public.projects p
    where p.id = in_circle.project_id and p.organization_id = app.my_organization_id()
      and app.in_project_team(p) and not app.excluded_from(p.id))
$$;

create or replace function app.may_edit_project(project public.projects) returns boolean
language plpgsql stable security definer
set search_path = pg_catalog
as $$
declare
  me app.identity := app.me();
begin
  return case
    when me.role is null or me.role in ('supplier', 'customer') or me.organization_id is distinct from project.organization_id then false
    when me.role in ('management', 'admin') then true
    when app.excluded_from(project.id) then false
    else app.in_project_team(project) or exists (
      select from public.workflow_stages s
      where s.id = project.current_stage_id and me.role = any (s.responsible_roles))
  end;
end
$$;

create function app.may_edit_project_id(project_id uuid) returns boolean
language sql stable security definer
set search_path = pg_catalog
as $$ select coalesce((select app.may_edit_project(p) from public.projects p where p.id = may_edit_project_id.project_id), false) $$;

---------------------------------------------------------------------------------------------------------------
-- Policies: one to read, one to insert, one to update a table. Each begins with the organization, which keeps the index
-- (organization_id, sync_xid) usable; what follows says of which rows.
---------------------------------------------------------------------------------------------------------------

do $$
declare
  policy record;
begin
  for policy in select p.tablename, p.policyname from pg_policies p where p.schemaname = 'public' and p.policyname <> 'owner_all' loop
    execute format('drop policy %I on public.%I', policy.policyname, policy.tablename);
  end loop;
end
$$;

do $$
declare
  rule record;
  rows_of_rule text;
begin
  for rule in
    select distinct r.table_name, r.action, coalesce(c.expression, 'true') as expression
    from app.access_rules r
    left join (values
      ('contacts', 'read', $q${condition} = 'always' or id = (select app.my_company_id())$q$),
      ('contacts', 'insert', $q${condition} = 'always' or ({condition} = 'customers' and type in ('customer', 'partner')) or ({condition} = 'suppliers' and type in ('supplier', 'partner'))$q$),
      ('contacts', 'update', $q${condition} = 'always' or ({condition} = 'customers' and type in ('customer', 'partner')) or ({condition} = 'suppliers' and type in ('supplier', 'partner'))$q$),
      ('users', 'read', $q${condition} = 'always' or id = (select app.my_user_id())$q$),
      ('users', 'update', $q$id = (select app.my_user_id())$q$),
      ('projects', 'read', $q${condition} = 'always' or customer_id = (select app.my_company_id())$q$),
      ('documents', 'read', $q${condition} = 'always'
        or ({condition} = 'circle' and (access_level not in ('confidential', 'restricted') or uploaded_by = (select app.my_user_id()) or app.in_circle(project_id)))
        or ({condition} = 'shared' and access_level in ('public', 'external', (select app.my_role()))
            and (project_id = any ((select app.shared_project_ids())::uuid[]) or id = any ((select app.requested_document_ids())::uuid[])))$q$),
      -- An update that reads no column is not asked for the right to read: it must not reach confidential documents of others.
      ('documents', 'update', $q$({condition} = 'always' or uploaded_by = (select app.my_user_id()))
        and (access_level not in ('confidential', 'restricted') or uploaded_by = (select app.my_user_id())
             or (select app.access_condition('documents', 'read')) = 'always' or app.in_circle(project_id))$q$),
      ('document_versions', 'read', $q${condition} = 'always' or (({condition} = 'circle' or is_current) and exists (select from public.documents d where d.id = document_id))$q$),
      ('document_access_log', 'read', $q${condition} = 'always' or user_id = (select app.my_user_id())$q$),
      ('document_access_log', 'insert', $q$user_id = (select app.my_user_id())$q$),
      ('reviews', 'update', $q${condition} = 'always' or reviewer_id = (select app.my_user_id()) or (reviewer_id is null and created_by = (select app.my_user_id()))$q$),
      ('approvals', 'insert', $q$requested_by = (select app.my_user_id())$q$),
      ('approval_delegations', 'insert', $q${condition} = 'always' or delegator_id = (select app.my_user_id())$q$),
      ('approval_delegations', 'update', $q${condition} = 'always' or delegator_id = (select app.my_user_id())$q$),
      ('approval_attachments', 'insert', $q$uploaded_by = (select app.my_user_id())$q$),
      ('approval_notifications', 'read', $q$recipient_id = (select app.my_user_id())$q$),
      ('approval_notifications', 'update', $q$recipient_id = (select app.my_user_id())$q$),
      ('messages', 'read', $q$sender_id = (select app.my_user_id()) or recipient_id = (select app.my_user_id()) or (recipient_id is null and (select app.am_internal()))$q$),
      ('messages', 'insert', $q$sender_id = (select app.my_user_id())$q$),
      ('messages', 'update', $q$recipient_id = (select app.my_user_id())$q$),
      ('notifications', 'read', $q$user_id = (select app.my_user_id())$q$),
      ('notifications', 'update', $q$user_id = (select app.my_user_id())$q$),
      ('activity_log', 'read', $q${condition} = 'always' or (project_id is not null and entity_type in ('projects', 'project_assignments', 'project_sub_stage_progress', 'reviews', 'approvals', 'production_orders'))$q$),
      ('supplier_rfqs', 'read', $q${condition} = 'always' or (supplier_id = (select app.my_company_id()) and status <> 'draft')$q$),
      ('supplier_rfqs', 'update', $q${condition} = 'always' or (supplier_id = (select app.my_company_id()) and status <> 'draft')$q$),
      ('supplier_rfq_items', 'read', $q${condition} = 'always' or exists (select from public.supplier_rfqs r where r.id = supplier_rfq_id)$q$),
      ('supplier_quotes', 'read', $q${condition} = 'always' or (supplier_id = (select app.my_company_id()) and exists (select from public.supplier_rfqs r where r.id = supplier_rfq_id))$q$),
      ('supplier_quotes', 'insert', $q${condition} = 'always' or (supplier_id = (select app.my_company_id()) and exists (select from public.supplier_rfqs r where r.id = supplier_rfq_id))$q$),
      ('supplier_quotes', 'update', $q${condition} = 'always' or (supplier_id = (select app.my_company_id()) and exists (select from public.supplier_rfqs r where r.id = supplier_rfq_id))$q$),
      ('supplier_quote_items', 'read', $q${condition} = 'always' or exists (select from public.supplier_quotes q where q.id = supplier_quote_id)$q$),
      ('supplier_quote_items', 'insert', $q${condition} = 'always' or exists (select from public.supplier_quotes q where q.id = supplier_quote_id)$q$),
      ('supplier_quote_items', 'update', $q${condition} = 'always' or exists (select from public.supplier_quotes q where q.id = supplier_quote_id)$q$),
      ('stock_moves', 'insert', $q${condition} = 'always' or kind = 'receipt'$q$),
      ('sync_conflicts', 'read', $q${condition} = 'always' or table_name = any ((select app.tables_read_whole())::text[])$q$),
      ('sync_conflicts', 'update', $q${condition} = 'always' or table_name = any ((select app.tables_read_whole())::text[])$q$)
    ) as c (table_name, action, expression) on c.table_name = r.table_name and c.action = r.action
  loop
    rows_of_rule := format('organization_id = (select app.organization_with_access(%L, %L))', rule.table_name, rule.action);
    if rule.expression <> 'true' then
      rows_of_rule := rows_of_rule || ' and ('
        || replace(rule.expression, '{condition}', format('(select app.access_condition(%L, %L))', rule.table_name, rule.action)) || ')';
    end if;
    -- For everybody who has rights on the table, not to fp_person: DROP OWNED BY a group, which its members may execute,
    -- removes the policies made for that group alone, and with them everybody's sight.
    execute format('create policy may_%s on public.%I for %s %s', rule.action, rule.table_name,
      case rule.action when 'read' then 'select' else rule.action end,
      case rule.action
        when 'insert' then format('with check (%s)', rows_of_rule)
        when 'update' then format('using (%1$s) with check (%1$s)', rows_of_rule)
        else format('using (%s)', rows_of_rule) end);
  end loop;
end
$$;

---------------------------------------------------------------------------------------------------------------
-- Columns: what people outside read, and what anybody writes. A client of any kind is bound by the same list as the push.
---------------------------------------------------------------------------------------------------------------

update sync.replicated_table r
   set accepts = w.accepts, writable = w.writable, strict_columns = w.strict_columns
from (values
  ('organizations', '{update}'::text[], '{name,logo_url,description,industry,timezone,default_currency,settings}'::text[], '{}'::text[]),
  ('contacts', '{insert,update}', '{type,company_name,contact_name,email,phone,address,city,state,country,postal_code,website,tax_id,payment_terms,credit_limit,currency,is_active,notes,metadata}', '{}'),
  ('users', '{update}', '{phone,avatar_url,preferences}', '{}'),
  ('workflow_stages', '{insert,update}', '{name,slug,description,color,stage_order,is_active,exit_criteria,responsible_roles,estimated_duration_days}', '{}'),
  ('workflow_sub_stages', '{insert,update}', '{workflow_stage_id,name,slug,description,color,sub_stage_order,is_active,exit_criteria,responsible_roles,estimated_duration_hours,is_required,can_skip,auto_advance,requires_approval,approval_roles,metadata}', '{}'),
  ('project_assignments', '{insert,update}', '{project_id,user_id,role,is_active}', '{}'),
  ('documents', '{insert,update}', '{project_id,title,description,file_name,file_size,file_type,mime_type,category,tags,metadata,access_level,external_id,external_url,storage_provider,link_type,link_permissions,link_expires_at}', '{access_level}'),
  ('document_access_log', '{insert}', '{document_id,action,success,error_message,accessed_at}', '{}'),
  ('google_drive_config', '{insert,update}', '{client_id,redirect_uri,scopes,is_active}', '{}'),
  ('reviews', '{insert,update}', '{project_id,reviewer_id,review_type,status,priority,comments,recommendations,decision,decision_reason,metadata,due_date}', '{status}'),
  ('approval_chains', '{insert,update}', '{name,description,approval_type,entity_type,steps,auto_approval_rules,is_active}', '{}'),
  ('approvals', '{insert,update}', '{approval_type,title,description,reference_id,entity_type,entity_id,project_id,approval_chain_id,step_number,total_steps,request_reason,request_metadata,current_approver_id,current_approver_role,current_approver_department,priority,due_date,expires_at,status,decision_comments,decision_reason,decision_metadata,escalated_to,escalation_reason,delegated_to,delegation_reason}', '{status}'),
  ('approval_delegations', '{insert,update}', '{delegator_id,delegate_id,start_date,end_date,reason,approval_types,include_new_approvals,is_active}', '{}'),
  ('approval_attachments', '{insert}', '{approval_id,document_id,file_name,file_size,mime_type,description}', '{}'),
  ('approval_notifications', '{update}', '{status,read_at}', '{}'),
  ('messages', '{insert,update}', '{project_id,recipient_id,subject,content,message_type,priority,thread_id,parent_message_id,attachments,status,read_at}', '{}'),
  ('notifications', '{update}', '{status,read_at}', '{}'),
  ('inventory_items', '{insert,update}', '{item_code,name,description,category,unit,default_location,minimum_stock,reorder_quantity,standard_cost,currency,preferred_supplier_id,is_active,tags,notes,metadata}', '{}'),
  ('supplier_rfqs', '{insert,update}', '{rfq_number,project_id,supplier_id,title,status,priority,due_date,requirements,currency,declined_reason,notes,metadata}', '{status}'),
  ('supplier_rfq_items', '{insert,update}', '{supplier_rfq_id,line_number,inventory_item_id,document_id,description,quantity,unit,specifications,required_date}', '{}'),
  ('supplier_quotes', '{insert,update}', '{quote_number,supplier_rfq_id,supplier_id,status,total_amount,currency,lead_time_days,valid_until,payment_terms,delivery_terms,notes,metadata,decision_reason}', '{status,total_amount,currency}'),
  ('supplier_quote_items', '{insert,update}', '{supplier_quote_id,supplier_rfq_item_id,line_number,description,quantity,unit,unit_price,amount,lead_time_days,notes}', '{unit_price,amount}'),
  ('purchase_orders', '{insert,update}', '{po_number,supplier_id,project_id,supplier_quote_id,status,order_date,expected_delivery_date,actual_delivery_date,total_amount,currency,payment_terms,delivery_terms,delivery_address,notes,metadata}', '{status,total_amount,currency}'),
  ('purchase_order_items', '{insert,update}', '{purchase_order_id,line_number,inventory_item_id,description,quantity,unit,unit_price,amount,required_date,notes}', '{unit_price,amount}'),
  ('production_orders', '{insert,update}', '{order_number,project_id,inventory_item_id,title,status,priority_level,quantity,unit,planned_start_date,planned_end_date,work_center,assigned_to,instructions,notes,metadata}', '{status}'),
  ('stock_moves', '{insert}', '{inventory_item_id,kind,quantity,from_location,to_location,lot_number,reason,source_type,source_id,project_id,moved_at}', '{}')
) as w (table_name, accepts, writable, strict_columns)
where r.table_name = w.table_name;

do $$
declare
  target record;
  bookkeeping constant text := 'id, organization_id, created_at, updated_at, sync_xid';
begin
  for target in select r.table_name, r.accepts, r.writable from sync.replicated_table r loop
    execute format('revoke all on public.%I from fp_person, fp_internal, fp_supplier, fp_customer', target.table_name);
    if exists (select from app.access_rules a where a.table_name = target.table_name and a.role not in ('supplier', 'customer')) then
      execute format('grant select on public.%I to fp_internal', target.table_name);
    end if;
    if 'insert' = any (target.accepts) then
      execute format('grant insert (id, organization_id, %s) on public.%I to fp_internal',
        (select string_agg(quote_ident(w), ', ') from unnest(target.writable) w), target.table_name);
    end if;
    if 'update' = any (target.accepts) then
      execute format('grant update (%s) on public.%I to fp_internal',
        (select string_agg(quote_ident(w), ', ') from unnest(target.writable) w), target.table_name);
    end if;
  end loop;

  for target in
    select * from (values
      ('organizations', '{fp_supplier,fp_customer}'::name[], 'select', 'name, slug, logo_url, timezone, default_currency, is_active'),
      ('users', '{fp_supplier,fp_customer}', 'select', 'email, name, role, status, phone, avatar_url, preferences, contact_id, last_login_at'),
      ('users', '{fp_supplier,fp_customer}', 'update', 'phone, avatar_url, preferences'),
      ('contacts', '{fp_supplier,fp_customer}', 'select', 'type, company_name, contact_name, email, phone, address, city, state, country, postal_code, website, tax_id, payment_terms, currency, is_active'),
      ('workflow_stages', '{fp_customer}', 'select', 'name, slug, color, stage_order, is_active'),
      ('projects', '{fp_customer}', 'select', 'project_id, title, description, customer_id, current_stage_id, status, estimated_delivery_date, actual_delivery_date, stage_entered_at, project_type'),
      ('documents', '{fp_customer}', 'select', 'project_id, title, description, file_name, file_size, file_type, mime_type, version, is_current_version, category, access_level, external_id, external_url, storage_provider, link_type, link_expires_at, approved_at'),
      ('documents', '{fp_supplier}', 'select', 'title, description, file_name, file_size, file_type, mime_type, version, is_current_version, category, access_level, external_id, external_url, storage_provider, link_type, link_expires_at, approved_at'),
      ('document_versions', '{fp_supplier,fp_customer}', 'select', 'document_id, version_number, file_name, file_size, mime_type, title, uploaded_at, is_current'),
      ('messages', '{fp_supplier,fp_customer}', 'select', 'sender_id, recipient_id, subject, content, message_type, priority, status, thread_id, parent_message_id, attachments, read_at'),
      ('messages', '{fp_supplier,fp_customer}', 'insert', 'recipient_id, subject, content, thread_id, parent_message_id'),
      ('messages', '{fp_supplier,fp_customer}', 'update', 'status, read_at'),
      ('notifications', '{fp_supplier,fp_customer}', 'select', 'user_id, title, message, type, priority, status, action_url, related_entity_type, related_entity_id, expires_at, read_at'),
      ('notifications', '{fp_supplier,fp_customer}', 'update', 'status, read_at'),
      ('supplier_rfqs', '{fp_supplier}', 'select', 'rfq_number, supplier_id, title, status, priority, due_date, requirements, currency, sent_at, viewed_at, declined_reason'),
      ('supplier_rfqs', '{fp_supplier}', 'update', 'status, declined_reason'),
      ('supplier_rfq_items', '{fp_supplier}', 'select', 'supplier_rfq_id, line_number, document_id, description, quantity, unit, specifications, required_date'),
      ('supplier_quotes', '{fp_supplier}', 'select', 'quote_number, supplier_rfq_id, supplier_id, status, total_amount, currency, lead_time_days, valid_until, payment_terms, delivery_terms, notes, submitted_at, decided_at'),
      ('supplier_quotes', '{fp_supplier}', 'insert', 'quote_number, supplier_rfq_id, supplier_id, status, total_amount, currency, lead_time_days, valid_until, payment_terms, delivery_terms, notes'),
      ('supplier_quotes', '{fp_supplier}', 'update', 'status, total_amount, currency, lead_time_days, valid_until, payment_terms, delivery_terms, notes'),
      ('supplier_quote_items', '{fp_supplier}', 'select', 'supplier_quote_id, supplier_rfq_item_id, line_number, description, quantity, unit, unit_price, amount, lead_time_days, notes'),
      ('supplier_quote_items', '{fp_supplier}', 'insert', 'supplier_quote_id, supplier_rfq_item_id, line_number, description, quantity, unit, unit_price, amount, lead_time_days, notes'),
      ('supplier_quote_items', '{fp_supplier}', 'update', 'line_number, description, quantity, unit, unit_price, amount, lead_time_days, notes')
    ) as c (table_name, grantees, privilege, columns)
  loop
    execute format('grant %s (%s%s) on public.%I to %s', target.privilege,
      case target.privilege when 'select' then bookkeeping || ', ' when 'insert' then 'id, organization_id, ' else '' end,
      target.columns, target.table_name, (select string_agg(quote_ident(g), ', ') from unnest(target.grantees) g));
  end loop;
end
$$;

---------------------------------------------------------------------------------------------------------------
-- Columns that the centre sets itself
---------------------------------------------------------------------------------------------------------------

-- Keeps the named columns of a row to its author: set at the insert, never changed afterwards.
create function app.set_author() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  me uuid := app.my_user_id();
  kept jsonb := '{}';
begin
  if app.in_maintenance() or me is null or pg_trigger_depth() > 1 then
    return new;
  end if;
  for i in 0 .. tg_nargs - 1 loop
    kept := kept || jsonb_build_object(tg_argv[i], case when tg_op = 'INSERT' then to_jsonb(me) else to_jsonb(old) -> tg_argv[i] end);
  end loop;
  return jsonb_populate_record(new, kept);
end
$$;

do $$
declare
  authored record;
begin
  for authored in
    select * from (values
      ('contacts', 'created_by'), ('documents', 'uploaded_by'), ('document_access_log', 'user_id'), ('reviews', 'created_by'),
      ('approval_chains', 'created_by'), ('approvals', 'created_by'), ('approvals', 'requested_by'), ('approval_attachments', 'uploaded_by'),
      ('messages', 'sender_id'), ('inventory_items', 'created_by'), ('supplier_rfqs', 'created_by'), ('purchase_orders', 'created_by'),
      ('production_orders', 'created_by'), ('stock_moves', 'moved_by'), ('project_assignments', 'assigned_by')
    ) as a (table_name, column_name)
  loop
    execute format('create trigger b_author_%2$s before insert or update on public.%1$I for each row execute function app.set_author(%2$L)',
      authored.table_name, authored.column_name);
  end loop;
end
$$;

---------------------------------------------------------------------------------------------------------------
-- Status: which step, by whom, and what is settled with it
---------------------------------------------------------------------------------------------------------------

-- Whether the caller may take this step. `author` made the record, `named` is the person whom it names for the decision.
create function app.may_change_status(target name, from_status text, to_status text, author uuid, named uuid) returns boolean
language sql stable security definer
set search_path = pg_catalog
as $$
  select exists (
    select from app.me() m
    join app.status_transitions t on t.table_name = target and t.from_status = may_change_status.from_status and t.to_status = may_change_status.to_status
    where case t.by
      when 'writer' then m.role not in ('supplier', 'customer')
      when 'supplier' then m.role = 'supplier'
      when 'management' then m.role = 'management' and author is distinct from m.user_id
      when 'reviewer' then m.role = 'management' or coalesce(named = m.user_id, false)
      when 'requester' then m.role in ('management', 'admin') or author = m.user_id
      else false end)
$$;

-- Arguments: the status in which content may still be changed, and the columns that the staff may change later. A supplier then
-- takes steps and gives the reason for declining, nothing else: an offer stays what was accepted.
create function app.check_status() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  me app.identity := app.me();
  before jsonb := case when tg_op = 'UPDATE' then to_jsonb(old) else '{}' end;
  after jsonb := to_jsonb(new);
  was text := coalesce(before ->> 'status', '');
  author uuid := coalesce(before ->> 'created_by', after ->> 'created_by')::uuid;
  later text[] := case
    when me.role <> 'supplier' then string_to_array(tg_argv[1], ',')
    when new.status = 'declined' and was <> 'declined' then array['status', 'declined_reason']
    else array['status'] end;
  stamps jsonb := '{}';
begin
  if app.in_maintenance() or me.user_id is null or pg_trigger_depth() > 1 then
    return new;
  end if;
  if tg_op = 'UPDATE' and not was = any (string_to_array(tg_argv[0], ',')) and exists (
       select from jsonb_each(after) a where a.value is distinct from before -> a.key
         and not a.key = any (later || array['updated_at', 'sync_xid'])) then
    perform app.refuse('RECORD_LOCKED', jsonb_build_object('table', tg_table_name, 'status', was));
  end if;
  if new.status = was then
    return new;
  end if;
  if not app.may_change_status(tg_table_name, was, new.status, author, (before ->> 'reviewer_id')::uuid) then
    if new.status = 'approved' and author = me.user_id then
      perform app.refuse('SELF_APPROVAL', jsonb_build_object('table', tg_table_name));
    end if;
    perform app.refuse('STATUS_NOT_ALLOWED', jsonb_build_object('table', tg_table_name, 'from', was, 'to', new.status));
  end if;
  stamps := case
    when tg_table_name = 'reviews' then jsonb_build_object('completed_at',
      case when new.status in ('approved', 'rejected', 'completed') then to_jsonb(now()) end)
    when tg_table_name = 'supplier_rfqs' and new.status = 'sent' then jsonb_build_object('sent_at', now())
    when tg_table_name = 'supplier_rfqs' and new.status = 'viewed' then jsonb_build_object('viewed_at', now())
    when tg_table_name = 'supplier_quotes' and new.status = 'submitted' then
      jsonb_build_object('submitted_at', now(), 'submitted_by', me.user_id)
    when tg_table_name = 'supplier_quotes' and new.status in ('accepted', 'rejected') then
      jsonb_build_object('decided_at', now(), 'decided_by', me.user_id)
    when tg_table_name = 'purchase_orders' and new.status = 'approved' then
      jsonb_build_object('approved_at', now(), 'approved_by', me.user_id)
    when tg_table_name = 'production_orders' and new.status = 'in_progress' and before ->> 'started_at' is null then
      jsonb_build_object('started_at', now())
    when tg_table_name = 'production_orders' and new.status = 'completed' then jsonb_build_object('completed_at', now())
    else '{}'::jsonb end;
  return jsonb_populate_record(new, stamps);
end
$$;

create trigger m_status before insert or update on public.reviews for each row
  execute function app.check_status('pending,in_progress,needs_revision', 'status,metadata');
create trigger m_status before insert or update on public.supplier_rfqs for each row
  execute function app.check_status('draft', 'status,priority,due_date,declined_reason,notes,metadata');
create trigger m_status before insert or update on public.supplier_quotes for each row
  execute function app.check_status('draft', 'status,notes,metadata,decision_reason');
create trigger m_status before insert or update on public.purchase_orders for each row
  execute function app.check_status('draft', 'status,expected_delivery_date,actual_delivery_date,notes,metadata');
create trigger m_status before insert or update on public.production_orders for each row
  execute function app.check_status('planned,released,in_progress,on_hold', 'status,notes,metadata');

-- Lines follow their document: while that is a draft. Arguments: the document's table and the column that names it.
create function app.check_lines() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  document text;
begin
  if app.in_maintenance() or app.my_user_id() is null or pg_trigger_depth() > 1 then
    return new;
  end if;
  if tg_op = 'UPDATE' and to_jsonb(new) ->> tg_argv[1] is distinct from to_jsonb(old) ->> tg_argv[1] then
    perform app.refuse('COLUMN_NOT_WRITABLE', jsonb_build_object('table', tg_table_name, 'column', tg_argv[1]));
  end if;
  -- Of people outside only suppliers write lines; another supplier's document is none to them.
  execute format('select d.status from public.%I d where d.id = $1 and d.organization_id = $2 and ($3 or to_jsonb(d) ->> ''supplier_id'' = $4)', tg_argv[0])
    into document using (to_jsonb(new) ->> tg_argv[1])::uuid, app.my_organization_id(), app.am_internal(), app.my_company_id()::text;
  if document is null then
    perform app.refuse('ROW_NOT_VISIBLE', jsonb_build_object('table', tg_argv[0]));
  end if;
  if document <> 'draft' then
    perform app.refuse('RECORD_LOCKED', jsonb_build_object('table', tg_argv[0], 'status', document));
  end if;
  return new;
end
$$;
create trigger m_lines before insert or update on public.supplier_rfq_items for each row
  execute function app.check_lines('supplier_rfqs', 'supplier_rfq_id');
create trigger m_lines before insert or update on public.supplier_quote_items for each row
  execute function app.check_lines('supplier_quotes', 'supplier_quote_id');
create trigger m_lines before insert or update on public.purchase_order_items for each row
  execute function app.check_lines('purchase_orders', 'purchase_order_id');

---------------------------------------------------------------------------------------------------------------
-- Approvals
---------------------------------------------------------------------------------------------------------------

-- Whether the caller may decide: nobody on their own request; management anything; whoever is named, in person, by role (and
-- department) or by a delegation that holds today. An admin has no say in what names another role.
create function app.may_decide(approval public.approvals) returns boolean
language sql stable security definer
set search_path = pg_catalog
as $$
  select coalesce((
    select approval.requested_by is distinct from m.user_id and approval.organization_id = m.organization_id and (
        m.role = 'management'
        or approval.current_approver_id = m.user_id
        or (approval.status = 'delegated' and approval.delegated_to = m.user_id)
        or (approval.status = 'escalated' and approval.escalated_to = m.user_id)
        or (approval.current_approver_id is null and approval.current_approver_role = m.role
            and (approval.current_approver_department is null or approval.current_approver_department = u.department))
        or (approval.current_approver_id is null and approval.current_approver_role is null and m.role = 'admin')
        or exists (
          select from public.approval_delegations d join public.organizations o on o.id = d.organization_id
          where d.delegator_id = approval.current_approver_id and d.delegate_id = m.user_id and d.is_active
            and (now() at time zone o.timezone)::date between d.start_date and d.end_date
            and (d.approval_types = '{}' or approval.approval_type = any (d.approval_types))
            and (d.include_new_approvals or approval.requested_at < d.created_at)))
    from app.me() m join public.users u on u.id = m.user_id where m.role not in ('supplier', 'customer')), false)
$$;

create function app.check_approval() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  me app.identity := app.me();
  allowed boolean;
  -- What a decision is made of; everything else is the request, which stays as it was asked.
  decision constant text[] := array['status', 'decision_comments', 'decision_reason', 'decision_metadata', 'escalated_to',
    'escalation_reason', 'delegated_to', 'delegation_reason', 'updated_at', 'sync_xid'];
begin
  if app.in_maintenance() or me.user_id is null or pg_trigger_depth() > 1 then
    return new;
  end if;
  if tg_op = 'INSERT' then
    if new.current_approver_id = me.user_id then
      perform app.refuse('SELF_APPROVAL', '{"table": "approvals"}');
    end if;
    if new.status <> 'pending' then
      perform app.refuse('STATUS_NOT_ALLOWED', jsonb_build_object('table', 'approvals', 'from', '', 'to', new.status));
    end if;
    new.requested_at := now();
    return new;
  end if;
  if exists (select from jsonb_each(to_jsonb(new)) n where n.value is distinct from to_jsonb(old) -> n.key and not n.key = any (decision)) then
    perform app.refuse('RECORD_LOCKED', jsonb_build_object('table', 'approvals', 'status', old.status));
  end if;
  if new.status <> 'cancelled' and new.status <> old.status and old.requested_by = me.user_id then
    perform app.refuse('SELF_APPROVAL', '{"table": "approvals"}');
  end if;
  select bool_or(case t.by when 'approver' then app.may_decide(old)
                           else app.may_change_status('approvals', old.status, new.status, old.requested_by, null) end)
    into allowed
  from app.status_transitions t
  where t.table_name = 'approvals' and t.from_status = old.status and t.to_status = new.status;
  if new.status = old.status or not coalesce(allowed, false) then
    perform app.refuse('STATUS_NOT_ALLOWED', jsonb_build_object('table', 'approvals', 'from', old.status, 'to', new.status));
  end if;
  if new.status in ('approved', 'rejected') then
    new.decision_by := me.user_id;
    new.decision_at := now();
  elsif new.status in ('delegated', 'escalated') then
    -- Handing an approval to whoever asked for it would be a way around.
    if coalesce(new.delegated_to, new.escalated_to) is null or old.requested_by in (new.delegated_to, new.escalated_to) then
      perform app.refuse('VALUE_REFUSED', jsonb_build_object('table', 'approvals', 'column', new.status || '_to'));
    end if;
    if new.status = 'delegated' then
      new.delegated_by := me.user_id;
      new.delegated_at := now();
    else
      new.escalated_by := me.user_id;
      new.escalated_at := now();
    end if;
  end if;
  return new;
end
$$;
create trigger m_check before insert or update on public.approvals
  for each row execute function app.check_approval();

-- Who hands over what is somebody else's does not hand it to themselves.
create function app.check_delegation() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  if not app.in_maintenance() and new.delegate_id = app.my_user_id() then
    perform app.refuse('SELF_APPROVAL', '{"table": "approval_delegations"}');
  end if;
  return new;
end
$$;
create trigger m_check before insert or update on public.approval_delegations
  for each row execute function app.check_delegation();

create function app.keep_approval_history() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  if app.in_maintenance() or (tg_op = 'UPDATE' and new.status = old.status) then
    return null;
  end if;
  insert into public.approval_history (organization_id, approval_id, action, old_status, new_status, performed_by, performed_at, comments)
  values (new.organization_id, new.id,
    case when tg_op = 'INSERT' then 'requested' when new.status = 'in_review' then 'viewed' else new.status end,
    case when tg_op = 'UPDATE' then old.status end, new.status, app.my_user_id(), now(), new.decision_comments);
  return null;
end
$$;
create trigger n_history after insert or update on public.approvals
  for each row execute function app.keep_approval_history();

---------------------------------------------------------------------------------------------------------------
-- Single tables
---------------------------------------------------------------------------------------------------------------

create or replace function app.check_project() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  me app.identity := app.me();
  stage public.workflow_stages;
  missing jsonb;
begin
  if app.in_maintenance() or me.user_id is null or pg_trigger_depth() > 1 then
    return new;
  end if;
  if tg_op = 'INSERT' then
    -- Row-level security refuses it too, but only after this trigger has taken a number of that organization.
    if new.organization_id is distinct from me.organization_id then
      perform app.refuse('ROW_NOT_VISIBLE', '{"table": "organizations"}');
    end if;
    if app.access_condition('projects', 'insert') is null then
      perform app.refuse('NOT_ALLOWED', '{"table": "projects"}');
    end if;
    -- A project begins where its first document puts it, an order at the latest: who creates it passes by no gate.
    select * into stage from public.workflow_stages s
    where s.id = new.current_stage_id and s.organization_id = me.organization_id and s.is_active;
    if stage.id is null or (me.role not in ('management', 'admin') and exists (
         select from public.workflow_stages o
         where o.organization_id = me.organization_id and o.slug = 'order_confirmed'
           and (stage.stage_order, stage.id) > (o.stage_order, o.id))) then
      perform app.refuse('VALUE_REFUSED', '{"table": "projects", "column": "current_stage_id"}');
    end if;
    missing := app.order_conditions(new, stage);
    if missing <> '[]' then
      perform app.refuse('MOVE_BLOCKED', jsonb_build_object('table', 'projects', 'missing', missing));
    end if;
    -- A desktop sends a provisional code; the real one is given here.
    new.project_id := app.allocate_project_code(new.organization_id);
    new.created_by := me.user_id;
    new.stage_entered_at := now();
    new.status := 'active';
    new.actual_delivery_date := null;
    return new;
  end if;
  if not app.may_edit_project(old) then
    perform app.refuse('EDIT_NOT_ALLOWED', jsonb_build_object('table', 'projects'));
  end if;
  if new.project_id is distinct from old.project_id or new.current_stage_id is distinct from old.current_stage_id
     or new.stage_entered_at is distinct from old.stage_entered_at or new.created_by is distinct from old.created_by
     or new.actual_delivery_date is distinct from old.actual_delivery_date then
    perform app.refuse('COLUMN_NOT_WRITABLE', jsonb_build_object('table', 'projects'));
  end if;
  -- Whoever a project is assigned to may edit it in every stage: nobody gives that right to themselves.
  if new.assigned_to is distinct from old.assigned_to and me.role not in ('management', 'admin') and old.assigned_to is distinct from me.user_id then
    perform app.refuse('ASSIGN_NOT_ALLOWED', jsonb_build_object('table', 'projects', 'column', 'assigned_to'));
  end if;
  if new.status is distinct from old.status and (new.status = 'completed' or old.status = 'completed') then
    perform app.refuse('VALUE_REFUSED', jsonb_build_object('table', 'projects', 'column', 'status'));
  end if;
  return new;
end
$$;

create or replace function app.check_progress() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  me uuid := app.my_user_id();
  my_role text := app.my_role();
  project public.projects;
  sub_stage public.workflow_sub_stages;
  allowed boolean;
begin
  if app.in_maintenance() or me is null or pg_trigger_depth() > 1 then
    return new;
  end if;
  select * into project from public.projects p
  where p.id = new.project_id and p.organization_id = new.organization_id and p.organization_id = app.my_organization_id();
  select * into sub_stage from public.workflow_sub_stages s
  where s.id = new.sub_stage_id and s.organization_id = project.organization_id;
  if project.id is null or sub_stage.id is null then
    perform app.refuse('ROW_NOT_VISIBLE', '{"table": "project_sub_stage_progress"}');
  end if;
  if tg_op = 'UPDATE' and (new.project_id <> old.project_id or new.sub_stage_id <> old.sub_stage_id) then
    perform app.refuse('COLUMN_NOT_WRITABLE', '{"table": "project_sub_stage_progress"}');
  end if;
  new.workflow_stage_id := sub_stage.workflow_stage_id;
  if project.status <> 'active' or sub_stage.workflow_stage_id <> project.current_stage_id then
    perform app.refuse('SUB_STAGE_NOT_CURRENT', jsonb_build_object('sub_stage', sub_stage.name));
  end if;
  allowed := case
    when my_role in ('supplier', 'customer') then false
    when my_role not in ('management', 'admin') and app.excluded_from(project.id) then false
    when new.status = 'skipped' and not (sub_stage.can_skip or not sub_stage.is_required) then false
    when new.status = 'completed' and sub_stage.requires_approval then
      my_role = 'management' or my_role = any (sub_stage.approval_roles)
    else app.may_edit_project(project) or my_role = any (sub_stage.responsible_roles)
      or (tg_op = 'UPDATE' and old.assigned_to is not distinct from me) end;
  -- Whoever may only approve changes nothing but the status, and gives the step to nobody.
  if tg_op = 'UPDATE' and (new.status = old.status or new.assigned_to is distinct from old.assigned_to) and not (app.may_edit_project(project)
      or my_role = any (sub_stage.responsible_roles) or old.assigned_to is not distinct from me) then
    allowed := false;
  end if;
  if not allowed then
    perform app.refuse('SUB_STAGE_NOT_ALLOWED', jsonb_build_object('sub_stage', sub_stage.name, 'status', new.status));
  end if;

  -- The desktop's times are taken as recorded, but nothing happened in the future, or before computers kept time.
  if least(new.started_at, new.completed_at) < timestamptz '1970-01-01 00:00:00+00' then
    perform app.refuse('VALUE_REFUSED', '{"table": "project_sub_stage_progress", "column": "started_at"}');
  end if;
  if new.started_at > now() then
    new.started_at := now();
  end if;
  if new.status in ('completed', 'skipped') then
    new.completed_at := least(coalesce(new.completed_at, now()), now());
    if tg_op = 'INSERT' or old.status is distinct from new.status then
      new.completed_by := me;
    else
      new.completed_by := old.completed_by;
    end if;
  else
    new.completed_at := null;
    new.completed_by := null;
  end if;
  if new.status <> 'blocked' then
    new.blocked_reason := null;
  end if;
  return new;
end
$$;

-- Documents and reviews of a project: where the rule says `editable`, whoever may edit the project; without one, nobody.
-- Whoever is excluded from a project adds nothing to it and changes nothing of it, whatever their role.
create function app.check_of_project() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  if app.in_maintenance() or app.my_user_id() is null or pg_trigger_depth() > 1 then
    return new;
  end if;
  if app.my_role() not in ('management', 'admin') and (app.excluded_from(new.project_id) or (tg_op = 'UPDATE' and app.excluded_from(old.project_id))) then
    perform app.refuse('EDIT_NOT_ALLOWED', jsonb_build_object('table', tg_table_name));
  end if;
  if tg_op = 'UPDATE' and new.project_id is not distinct from old.project_id then
    return new;
  end if;
  if app.access_condition(tg_table_name, 'insert') = 'editable' and not app.may_edit_project_id(new.project_id) then
    perform app.refuse('EDIT_NOT_ALLOWED', jsonb_build_object('table', tg_table_name));
  end if;
  return new;
end
$$;
create trigger m_project before insert or update on public.documents for each row execute function app.check_of_project();
create trigger m_project before insert or update on public.reviews for each row execute function app.check_of_project();

-- Who shows a document to people outside: management and admins to all, sales to customers, procurement to suppliers.
create function app.may_share(level text) returns boolean
language sql stable security definer
set search_path = pg_catalog
as $$
  select coalesce((
    select case level
      when 'internal' then true when 'confidential' then true when 'restricted' then true
      when 'customer' then m.role in ('admin', 'management', 'sales')
      when 'supplier' then m.role in ('admin', 'management', 'procurement')
      else m.role in ('admin', 'management') end
    from app.me() m), false)
$$;

create function app.check_document() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  if app.in_maintenance() or app.my_user_id() is null or pg_trigger_depth() > 1 then
    return new;
  end if;
  -- In another project, others see it.
  if (tg_op = 'INSERT' or new.access_level is distinct from old.access_level or new.project_id is distinct from old.project_id)
     and not app.may_share(new.access_level) then
    perform app.refuse('SHARE_NOT_ALLOWED', jsonb_build_object('table', 'documents', 'level', new.access_level));
  end if;
  return new;
end
$$;
create trigger m_share before insert or update on public.documents for each row execute function app.check_document();

-- A message is written once; whoever it is for says that it was read. People outside write to the staff alone.
create function app.check_message() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  if app.in_maintenance() or app.my_user_id() is null or pg_trigger_depth() > 1 then
    return new;
  end if;
  if tg_op = 'INSERT' then
    if not app.am_internal() and not exists (
         select from public.users u where u.id = new.recipient_id and u.organization_id = new.organization_id and u.role not in ('supplier', 'customer')) then
      perform app.refuse('ROW_NOT_VISIBLE', '{"table": "users"}');
    end if;
    new.status := 'sent';
    new.read_at := null;
    return new;
  end if;
  if exists (select from jsonb_each(to_jsonb(new)) n where n.value is distinct from to_jsonb(old) -> n.key
               and not n.key = any (array['status', 'read_at', 'updated_at', 'sync_xid'])) then
    perform app.refuse('COLUMN_NOT_WRITABLE', '{"table": "messages"}');
  end if;
  return new;
end
$$;
create trigger m_check before insert or update on public.messages for each row execute function app.check_message();

-- A zone that PostgreSQL does not know would stop every project number of the organization.
create function app.check_organization() returns trigger
language plpgsql
set search_path = pg_catalog
as $$
begin
  if new.timezone is distinct from old.timezone and not exists (select from pg_timezone_names z where z.name = new.timezone) then
    perform app.refuse('VALUE_REFUSED', '{"table": "organizations", "column": "timezone"}');
  end if;
  return new;
end
$$;
create trigger m_check before update on public.organizations for each row execute function app.check_organization();

-- Nobody pretends to have opened a document on somebody else's machine, or at another time than their clock says.
create function app.check_access_entry() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  if app.in_maintenance() or app.my_user_id() is null then
    return new;
  end if;
  if not exists (select from public.documents d where d.id = new.document_id and d.organization_id = app.my_organization_id()) then
    perform app.refuse('ROW_NOT_VISIBLE', '{"table": "documents"}');
  end if;
  new.device_id := app.my_device_id();
  new.accessed_at := least(new.accessed_at, now());
  return new;
end
$$;

-- The device that the session named in its hello, where it is one of the caller's own.
create function app.my_device_id() returns uuid
language sql stable security definer
set search_path = pg_catalog
as $$
  select d.id from app.devices d
  where d.user_id = app.my_user_id()
    and d.id::text = nullif(current_setting('factory_pulse.device', true), '')
$$;
create trigger m_check before insert on public.document_access_log for each row execute function app.check_access_entry();

create trigger m_append_only before update or delete on public.document_access_log
  for each row execute function app.refuse_rewriting();

---------------------------------------------------------------------------------------------------------------
-- Audit: the device is one of the actor's own, whatever a session claims
---------------------------------------------------------------------------------------------------------------

create or replace function app.audit() returns trigger
language plpgsql security definer
set search_path = pg_catalog
set enable_nestloop = off
set jit = off
as $$
declare
  -- Bookkeeping of the machinery is no change of business data.
  internal constant text[] := array['sync_xid', 'updated_at', 'last_login_at'];
  me uuid := app.my_user_id();
  times jsonb := nullif(current_setting('factory_pulse.client_times', true), '')::jsonb;
  device uuid;
begin
  if app.in_maintenance() then
    return null;
  end if;
  device := app.my_device_id();

  if tg_op = 'INSERT' then
    insert into public.activity_log
      (organization_id, user_id, entity_type, entity_id, project_id, action, new_values, device_id, client_time)
    select n.organization_id, me, tg_table_name, n.id, app.audited_project(tg_table_name, n.id, to_jsonb(n)),
           tg_op, to_jsonb(n) - internal, device, app.client_time(times, n.id::text)
    from changed_rows n;
  elsif tg_op = 'DELETE' then
    insert into public.activity_log
      (organization_id, user_id, entity_type, entity_id, project_id, action, old_values, device_id, client_time)
    select o.organization_id, me, tg_table_name, o.id, app.audited_project(tg_table_name, o.id, to_jsonb(o)),
           tg_op, to_jsonb(o) - internal, device, app.client_time(times, o.id::text)
    from changed_rows o;
  else
    -- Materialized, because the planner would turn whole rows into JSON again for every column that is compared.
    with pairs as materialized (
      select n.organization_id, n.id, to_jsonb(o) as before, to_jsonb(n) as after
      from former_rows o join changed_rows n on n.id = o.id
    )
    insert into public.activity_log
      (organization_id, user_id, entity_type, entity_id, project_id, action, old_values, new_values, device_id, client_time)
    select r.organization_id, me, tg_table_name, r.id, app.audited_project(tg_table_name, r.id, r.after),
           tg_op, d.before, d.after, device, app.client_time(times, r.id::text)
    from pairs r
    cross join lateral (
      select jsonb_object_agg(b.key, b.value) as before, jsonb_object_agg(b.key, r.after -> b.key) as after
      from jsonb_each(r.before) b
      where b.value is distinct from r.after -> b.key and b.key <> all (internal)) d
    where d.before is not null;
  end if;
  return null;
end
$$;

select app.keep_audit('stock_moves');

---------------------------------------------------------------------------------------------------------------
-- Sync: nobody learns of tables and rows that were never theirs
---------------------------------------------------------------------------------------------------------------

-- Sight of a row may end, too, with these columns.
create function sync.set_visibility(target name, columns text[]) returns void
language plpgsql
set search_path = pg_catalog
as $$
begin
  update sync.replicated_table set visibility = columns where table_name = target;
  execute format('drop trigger z_hidden on public.%I', target);
  execute format('create trigger z_hidden after update on public.%I for each row when (%s) execute function sync.note_removal()', target,
    (select string_agg(format('old.%1$I is distinct from new.%1$I', c), ' or ') from unnest(columns) c));
end
$$;
select sync.set_visibility('document_versions', '{organization_id,document_id,is_current}');
select sync.set_visibility('supplier_rfqs', '{organization_id,supplier_id,status}');
select sync.set_visibility('supplier_quotes', '{organization_id,supplier_id}');

-- A request that names a document, or is sent at once, shows people outside rows that did not change themselves. It counts
-- as a removal, which has everybody ask what they may see.
create function sync.sight_widened() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  insert into sync.removals (table_name, row_id, organization_id) values (tg_table_name, new.id, new.organization_id);
  return null;
end
$$;
create trigger y_sight after insert on public.supplier_rfqs for each row when (new.status <> 'draft') execute function sync.sight_widened();
create trigger y_sight after insert on public.supplier_rfq_items for each row when (new.document_id is not null) execute function sync.sight_widened();
create trigger y_sight_changed after update on public.supplier_rfq_items for each row
  when (old.document_id is distinct from new.document_id) execute function sync.sight_widened();
create trigger y_sight_project after update on public.supplier_rfqs for each row
  when (old.project_id is distinct from new.project_id) execute function sync.sight_widened();

-- Whoever joins or leaves a project with confidential documents sees other rows from then on.
create function app.circle_changed() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  person text := tg_argv[0];
  project text := tg_argv[1];
begin
  update app.logins l set access_epoch = l.access_epoch + 1
  where l.user_id in ((before ->> person)::uuid, (after ->> person)::uuid)
    and exists (
      select from public.documents d
      where d.project_id in ((before ->> project)::uuid, (after ->> project)::uuid) and d.access_level in ('confidential', 'restricted'));
  return null;
end
$$;
create trigger y_circle after insert or update or delete on public.project_assignments
  for each row execute function app.circle_changed('user_id', 'project_id');
create trigger y_circle after update on public.projects
  for each row when (old.assigned_to is distinct from new.assigned_to) execute function app.circle_changed('assigned_to', 'id');

-- As in 0010, but for tables that the caller's role may read. People outside are told no single removal, which would be the
-- id of another company's row: where something left their sight, or may have come into it, the answer is not `complete`, and
-- their desktops, which hold little, compare all of it.
create or replace function sync.pull_state(since text) returns jsonb
language plpgsql stable security definer
set search_path = pg_catalog
as $$
declare
  me app.identity := app.me();
  outside boolean := coalesce(me.role in ('supplier', 'customer'), true);
  old_snapshot pg_snapshot := since::pg_snapshot;
  horizon xid8 := pg_snapshot_xmin(old_snapshot);
  kept sync.retention;
  complete boolean := true;
  tables jsonb;
  removed jsonb;
begin
  select * into kept from sync.retention;
  if since is null or horizon < kept.touched_complete_from then
    select jsonb_agg(r.table_name order by r.load_order) into tables from sync.replicated_table r
    where exists (select from app.access_rules a where a.table_name = r.table_name and a.action = 'read' and a.role = me.role);
  else
    -- A literal bound lets the index serve; visibility in the old snapshot is checked on the few rows that remain.
    execute format(
      'select jsonb_agg(r.table_name order by r.load_order) from sync.replicated_table r
        where r.table_name in (select t.table_name from sync.touched t
          where t.organization_id = %L and t.sync_xid >= %L::xid8 and not pg_visible_in_snapshot(t.sync_xid, %L))
        and exists (select from app.access_rules a where a.table_name = r.table_name and a.action = ''read'' and a.role = %L)',
      me.organization_id, horizon, since, me.role) into tables;
  end if;
  if since is not null and horizon >= kept.removals_complete_from then
    execute format(
      'select jsonb_agg(distinct jsonb_build_array(x.table_name, x.row_id)) from sync.removals x
        where x.organization_id = %L and x.sync_xid >= %L::xid8 and not pg_visible_in_snapshot(x.sync_xid, %L)
        and exists (select from app.access_rules a where a.table_name = x.table_name and a.action = ''read'' and a.role = %L)',
      me.organization_id, horizon, since, me.role) into removed;
  end if;
  if outside then
    complete := removed is null;
    removed := null;
  end if;
  return jsonb_build_object(
    'snapshot', pg_current_snapshot()::text,
    'instance_epoch', (select i.epoch from sync.instance i),
    'access_epoch', (select l.access_epoch from app.logins l where l.role_name = session_user),
    'active', me.organization_id is not null,
    'complete', complete and since is not null and horizon >= kept.removals_complete_from,
    'tables', coalesce(tables, '[]'::jsonb),
    'removed', coalesce(removed, '[]'::jsonb));
end
$$;

-- Why a change finds no row: `ROW_DELETED` where the row is gone and everybody of the caller's role could see it,
-- else `ROW_NOT_VISIBLE`, so that nobody learns of a row that was never theirs.
create or replace function app.missing_row_code(target name, row_id uuid) returns text
language plpgsql stable security definer
set search_path = pg_catalog
as $$
declare
  listed boolean;
  present boolean;
begin
  if not coalesce(app.am_internal() and app.access_condition(target, 'read') = 'always', false)
     or not exists (select from sync.replicated_table r where r.table_name = target) then
    return 'ROW_NOT_VISIBLE';
  end if;
  select exists (select from sync.removals x
    where x.organization_id = app.my_organization_id() and x.table_name = target and x.row_id = missing_row_code.row_id) into listed;
  -- Listed and still there: it went out of sight, or to another organization.
  execute format('select exists (select from public.%I t where t.id = $1)', target) into present using row_id;
  return case when listed and not present then 'ROW_DELETED' else 'ROW_NOT_VISIBLE' end;
end
$$;

grant execute on function
  app.organization_with_access(name, text), app.access_condition(name, text), app.my_company_id(), app.tables_read_whole(),
  app.shared_project_ids(), app.requested_document_ids(), app.in_circle(uuid)
  to fp_person;

do $$
declare
  target name;
begin
  foreach target in array array['access_rules', 'status_transitions'] loop
    execute format('alter table app.%I enable row level security', target);
    execute format('create policy owner_all on app.%I to %I using (true) with check (true)', target, current_user);
  end loop;
end
$$;

-- Everybody's rights are others from now on: desktops compare all they hold.
update app.logins set access_epoch = access_epoch + 1;

---------------------------------------------------------------------------------------------------------------
-- What PostgreSQL lets everybody do and nobody here needs. Only a superuser can take it away; `central status` tells
-- where it is still open.
---------------------------------------------------------------------------------------------------------------

do $$
declare
  open record;
begin
  for open in
    select p.oid::regprocedure as signature from pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace and p.proname in ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_put', 'lo_open', 'lowrite', 'lo_unlink')
  loop
    execute format('revoke execute on function %s from public', open.signature);
  end loop;
exception when insufficient_privilege then
  raise notice 'large objects stay open to every account: run this as a superuser';
end
$$;
