-- The rules of work: who may change a project, what a move needs, what a move brings about, and the audit trail.
-- shared/domain/workflow.ts holds the same rules for the desktop; the same table of cases is run against both.

---------------------------------------------------------------------------------------------------------------
-- Facts that the rules ask for
---------------------------------------------------------------------------------------------------------------

create function app.in_project_team(project public.projects) returns boolean
language sql stable
set search_path = pg_catalog
as $$
  select project.assigned_to = app.my_user_id() or exists (
    select from public.project_assignments a
    where a.project_id = project.id and a.user_id = app.my_user_id() and a.is_active)
$$;

-- Managers of its organization always; others while the project's stage lists their role or the project is theirs.
create function app.may_edit_project(project public.projects) returns boolean
language sql stable security definer
set search_path = pg_catalog
as $$
  select case
    when app.internal_organization_id() is distinct from project.organization_id then false
    when app.my_role() in ('management', 'admin') then true
    else coalesce(app.in_project_team(project), false) or exists (
      select from public.workflow_stages s
      where s.id = project.current_stage_id and app.my_role() = any (s.responsible_roles))
  end
$$;

-- Without the blanks around it, as the desktop's String.prototype.trim drops them; null where nothing remains.
create function app.written_reason(reason text) returns text
language sql immutable
set search_path = pg_catalog
as $$
  select nullif(btrim(reason,
    E' \t\n\u000B\f\r\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF'), '')
$$;

create function app.next_stage(stage public.workflow_stages) returns public.workflow_stages
language sql stable
set search_path = pg_catalog
as $$
  select s from public.workflow_stages s
  where s.organization_id = stage.organization_id and s.is_active
    and (s.stage_order, s.id) > (stage.stage_order, stage.id)
  order by s.stage_order, s.id limit 1
$$;

-- A value and a customer, from Order Confirmed on; `target` is null when the project leaves its last stage.
create function app.order_conditions(project public.projects, target public.workflow_stages) returns jsonb
language sql stable
set search_path = pg_catalog
as $$
  select coalesce(jsonb_agg(jsonb_build_object('code', c.code, 'detail', '') order by c.place), '[]'::jsonb)
  from (
    select 1 as place, 'VALUE_REQUIRED' as code where coalesce(project.estimated_value, 0) <= 0
    union all
    select 2, 'CUSTOMER_REQUIRED' where project.customer_id is null) c
  where exists (
    select from public.workflow_stages o
    where o.organization_id = project.organization_id and o.slug = 'order_confirmed'
      and (target.id is null or (target.stage_order, target.id) >= (o.stage_order, o.id)))
$$;

-- What is missing before the project may leave its stage by the gate.
create function app.gate_conditions(project public.projects, target public.workflow_stages) returns jsonb
language sql stable
set search_path = pg_catalog
as $$
  select coalesce((
      select jsonb_agg(jsonb_build_object('code', 'SUB_STAGE_OPEN', 'detail', s.name) order by s.sub_stage_order, s.id)
      from public.workflow_sub_stages s
      left join public.project_sub_stage_progress p on p.sub_stage_id = s.id and p.project_id = project.id
      where s.workflow_stage_id = project.current_stage_id and s.is_active and s.is_required
        and not coalesce(p.status = 'completed' or (p.status = 'skipped' and s.can_skip), false)), '[]'::jsonb)
    || coalesce((
      select jsonb_agg(jsonb_build_object('code', 'APPROVAL_PENDING', 'detail', a.title) order by a.requested_at, a.id)
      from public.approvals a
      where a.project_id = project.id and a.approval_type = 'stage_transition'
        and a.status in ('pending', 'in_review', 'delegated', 'escalated')), '[]'::jsonb)
    || app.order_conditions(project, target)
$$;

---------------------------------------------------------------------------------------------------------------
-- Projects
---------------------------------------------------------------------------------------------------------------

-- P-YYMMDDnn: the organization's day and a number of that day. Numbers are never reused; codes that an import
-- brought along are passed over.
create function app.allocate_project_code(organization uuid) returns text
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  today date;
  number integer;
  code text;
begin
  select (now() at time zone o.timezone)::date into today from public.organizations o where o.id = organization;
  loop
    insert into app.code_counters as c (organization_id, day, last) values (organization, today, 1)
    on conflict (organization_id, day) do update set last = c.last + 1
    returning c.last into number;
    code := 'P-' || to_char(today, 'YYMMDD') || lpad(number::text, greatest(2, length(number::text)), '0');
    exit when not exists (select from public.projects p where p.organization_id = organization and p.project_id = code);
  end loop;
  return code;
end
$$;

create function app.check_project() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  me uuid := app.my_user_id();
begin
  if app.in_maintenance() or me is null or pg_trigger_depth() > 1 then
    return new;
  end if;
  if tg_op = 'INSERT' then
    -- Row-level security refuses it too, but only after this trigger has taken a number of that organization.
    if new.organization_id is distinct from app.my_organization_id() then
      perform app.refuse('ROW_NOT_VISIBLE', '{"table": "organizations"}');
    end if;
    if app.my_role() not in ('management', 'admin', 'sales', 'procurement') then
      perform app.refuse('NOT_ALLOWED', '{"table": "projects"}');
    end if;
    -- A desktop sends a provisional code; the real one is given here.
    new.project_id := app.allocate_project_code(new.organization_id);
    new.created_by := me;
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
  if new.status is distinct from old.status and (new.status = 'completed' or old.status = 'completed') then
    perform app.refuse('VALUE_REFUSED', jsonb_build_object('table', 'projects', 'column', 'status'));
  end if;
  return new;
end
$$;
create trigger m_check before insert or update on public.projects
  for each row execute function app.check_project();

-- The sub-stage rows of a stage. Their ids are derived, so that a desktop that moved the project offline shows
-- the very rows that the centre makes.
create function app.open_sub_stages(project public.projects, stage_id uuid) returns void
language sql security definer
set search_path = pg_catalog
as $$
  insert into public.project_sub_stage_progress (id, organization_id, project_id, workflow_stage_id, sub_stage_id)
  select app.derived_id(project.id, s.id::text), project.organization_id, project.id, s.workflow_stage_id, s.id
  from public.workflow_sub_stages s
  where s.workflow_stage_id = stage_id and s.is_active
  on conflict do nothing
$$;

create function app.notify_stage(project public.projects, stage public.workflow_stages) returns void
language sql security definer
set search_path = pg_catalog
as $$
  insert into public.notifications
    (organization_id, user_id, title, message, type, priority, related_entity_type, related_entity_id, metadata)
  select project.organization_id, u.id, project.project_id || ' · ' || stage.name, project.title, 'project_stage_entered',
         case project.priority_level when 'critical' then 'critical' when 'high' then 'high' else 'normal' end,
         'projects', project.id, jsonb_build_object('stage_id', stage.id)
  from public.users u
  where u.organization_id = project.organization_id and u.status = 'active' and u.role = any (stage.responsible_roles)
    -- People outside learn of a project by what it shares with their company, never by their role alone.
    and u.role not in ('supplier', 'customer')
    and u.id is distinct from app.my_user_id()
$$;

create function app.project_created() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  stage public.workflow_stages;
begin
  if app.in_maintenance() then
    return null;
  end if;
  select * into stage from public.workflow_stages s where s.id = new.current_stage_id;
  perform app.open_sub_stages(new, new.current_stage_id);
  insert into public.project_stage_history (organization_id, project_id, to_stage_id, kind, moved_by, moved_at)
  values (new.organization_id, new.id, new.current_stage_id, 'enter', app.my_user_id(), now());
  perform app.notify_stage(new, stage);
  return null;
end
$$;
create trigger n_created after insert on public.projects
  for each row execute function app.project_created();

---------------------------------------------------------------------------------------------------------------
-- Moving: a new row of the history is the request; it is checked and carried out here
---------------------------------------------------------------------------------------------------------------

create function app.move_project() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  me uuid := app.my_user_id();
  my_role text := app.my_role();
  project public.projects;
  current_stage public.workflow_stages;
  target public.workflow_stages;
  following public.workflow_stages;
  manager boolean := my_role in ('management', 'admin');
  missing jsonb;
  reason text := app.written_reason(new.reason);
begin
  if app.in_maintenance() or pg_trigger_depth() > 1 then
    return new;
  end if;
  -- Row-level security looks at the new row after this trigger, whose answers must tell nothing about another
  -- organization's project.
  select * into project from public.projects p
  where p.id = new.project_id and p.organization_id = new.organization_id
    and (me is null or p.organization_id = app.my_organization_id()) for update;
  if project.id is null then
    perform app.refuse('ROW_NOT_VISIBLE', '{"table": "projects"}');
  end if;
  if project.current_stage_id is distinct from new.from_stage_id then
    perform app.refuse('STRICT_CONFLICT', jsonb_build_object('table', 'projects', 'column', 'current_stage_id',
      'theirs', project.current_stage_id));
  end if;
  select * into current_stage from public.workflow_stages s where s.id = project.current_stage_id;
  select * into target from public.workflow_stages s
  where s.id = new.to_stage_id and s.organization_id = project.organization_id and s.is_active;
  following := app.next_stage(current_stage);

  new.kind := case
    when new.to_stage_id is null then 'leave'
    when (target.stage_order, target.id) < (current_stage.stage_order, current_stage.id) then 'back'
    when target.id = following.id then 'advance'
    else 'skip' end;
  missing := case
    when project.status <> 'active' then jsonb_build_array(jsonb_build_object('code', 'PROJECT_NOT_ACTIVE', 'detail', project.status))
    -- Only the last stage is left for nowhere.
    when target.id is null and (new.to_stage_id is not null or following.id is not null) then
      jsonb_build_array(jsonb_build_object('code', 'STAGE_UNKNOWN', 'detail', coalesce(new.to_stage_id::text, '')))
    when target.id = current_stage.id then jsonb_build_array(jsonb_build_object('code', 'SAME_STAGE', 'detail', current_stage.name))
    when me is not null and not app.may_edit_project(project) then
      jsonb_build_array(jsonb_build_object('code', 'NOT_RESPONSIBLE', 'detail', current_stage.name))
    when new.kind in ('skip', 'back') and not manager then
      jsonb_build_array(jsonb_build_object('code', 'MANAGER_REQUIRED', 'detail', new.kind))
    when new.kind = 'skip' and app.order_conditions(project, target) <> '[]' then app.order_conditions(project, target)
    when new.kind in ('skip', 'back') and reason is null then
      jsonb_build_array(jsonb_build_object('code', 'REASON_REQUIRED', 'detail', new.kind))
    when new.kind in ('skip', 'back') then '[]'::jsonb
    when manager and reason is not null then app.order_conditions(project, target)
    else app.gate_conditions(project, target) end;
  if missing <> '[]' then
    perform app.refuse('MOVE_BLOCKED', jsonb_build_object('table', 'projects', 'missing', missing));
  end if;

  new.moved_by := me;
  new.moved_at := now();
  new.entered_at := project.stage_entered_at;
  new.duration_seconds := greatest(0, floor(extract(epoch from now() - project.stage_entered_at)))::bigint;
  new.reason := reason;
  if new.to_stage_id is null then
    update public.projects p
       set status = 'completed',
           actual_delivery_date = (select (now() at time zone o.timezone)::date from public.organizations o where o.id = p.organization_id)
     where p.id = project.id;
  else
    update public.projects p set current_stage_id = target.id, stage_entered_at = now()
     where p.id = project.id returning * into project;
    perform app.open_sub_stages(project, target.id);
    perform app.notify_stage(project, target);
  end if;
  return new;
end
$$;
create trigger m_move before insert on public.project_stage_history
  for each row execute function app.move_project();

-- History, audit and stock are only ever added to; the owner's maintenance (import, restore, erasure) is not bound.
create function app.refuse_rewriting() returns trigger
language plpgsql
set search_path = pg_catalog
as $$
begin
  if app.in_maintenance() or pg_trigger_depth() > 1 then
    return coalesce(new, old);
  end if;
  perform app.refuse('TABLE_NOT_WRITABLE', jsonb_build_object('table', tg_table_name));
  return null;
end
$$;
create trigger m_append_only before update or delete on public.project_stage_history
  for each row execute function app.refuse_rewriting();
create trigger m_append_only before update or delete on public.activity_log
  for each row execute function app.refuse_rewriting();
create trigger m_append_only before update or delete on public.stock_moves
  for each row execute function app.refuse_rewriting();
create trigger m_append_only before update or delete on public.approval_history
  for each row execute function app.refuse_rewriting();

---------------------------------------------------------------------------------------------------------------
-- Sub-stages
---------------------------------------------------------------------------------------------------------------

create function app.check_progress() returns trigger
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
    when new.status = 'skipped' and not (sub_stage.can_skip or not sub_stage.is_required) then false
    when new.status = 'completed' and sub_stage.requires_approval then
      my_role = 'management' or my_role = any (sub_stage.approval_roles)
    else app.may_edit_project(project) or my_role = any (sub_stage.responsible_roles)
      or (tg_op = 'UPDATE' and old.assigned_to is not distinct from me) end;
  -- Whoever may only approve changes nothing but the status.
  if tg_op = 'UPDATE' and new.status = old.status and not (app.may_edit_project(project)
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
create trigger m_check before insert or update on public.project_sub_stage_progress
  for each row execute function app.check_progress();

---------------------------------------------------------------------------------------------------------------
-- Audit: every change of business data, by the centre, with the columns that changed
---------------------------------------------------------------------------------------------------------------

create function app.audit() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  whole jsonb := coalesce(after, before);
  -- Bookkeeping of the machinery is no change of business data.
  internal constant text[] := array['sync_xid', 'updated_at', 'last_login_at'];
  clock text := nullif(current_setting('factory_pulse.client_time', true), '');
  device text := nullif(current_setting('factory_pulse.device', true), '');
begin
  if app.in_maintenance() then
    return null;
  end if;
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, after -> o.key) into before, after
    from jsonb_each(before) o
    where o.value is distinct from after -> o.key and not o.key = any (internal);
    if before is null then
      return null;
    end if;
  else
    before := before - internal;
    after := after - internal;
  end if;
  insert into public.activity_log
    (organization_id, user_id, entity_type, entity_id, project_id, action, old_values, new_values, device_id, client_time)
  values (
    (whole ->> 'organization_id')::uuid, app.my_user_id(), tg_table_name, (whole ->> 'id')::uuid,
    case when tg_table_name = 'projects' then (whole ->> 'id')::uuid else (whole ->> 'project_id')::uuid end,
    tg_op, before, after,
    case when device ~ '^[0-9a-f-]{36}$' then device::uuid end,
    case when clock ~ '^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}' then clock::timestamptz end);
  return null;
end
$$;

do $$
declare
  target name;
begin
  foreach target in array array['organizations', 'users', 'contacts', 'workflow_stages', 'workflow_sub_stages', 'projects',
      'project_assignments', 'project_sub_stage_progress', 'documents', 'document_versions', 'google_drive_config', 'reviews',
      'approval_chains', 'approvals', 'approval_delegations', 'approval_attachments', 'inventory_items', 'supplier_rfqs',
      'supplier_rfq_items', 'supplier_quotes', 'supplier_quote_items', 'purchase_orders', 'purchase_order_items',
      'production_orders', 'storage_buckets', 'storage_objects'] loop
    execute format('create trigger x_audit after insert or update or delete on public.%I for each row execute function app.audit()', target);
  end loop;
end
$$;

-- Who settled a conflict, and when, is the centre's to say; nothing else of it changes.
create function app.resolve_conflict() returns trigger
language plpgsql
set search_path = pg_catalog
as $$
begin
  if not app.in_maintenance() then
    new.resolved_at := case when new.resolved_at is null then null else now() end;
    new.resolved_by := case when new.resolved_at is null then null else app.my_user_id() end;
  end if;
  return new;
end
$$;
create trigger m_resolve before update on public.sync_conflicts
  for each row execute function app.resolve_conflict();

---------------------------------------------------------------------------------------------------------------
-- What desktops mirror, parents first
---------------------------------------------------------------------------------------------------------------

select sync.replicate(t.name, t.accepts, t.writable, t.strict, t.visibility)
from (values
  (1, 'organizations'::name, '{}'::text[], null::text[], '{}'::text[], '{organization_id}'::text[]),
  (2, 'contacts', '{}', null, '{}', '{organization_id,type}'),
  (3, 'users', '{}', null, '{}', '{organization_id,role,contact_id}'),
  (4, 'workflow_stages', '{}', null, '{}', '{organization_id}'),
  (5, 'workflow_sub_stages', '{}', null, '{}', '{organization_id}'),
  (6, 'projects', '{insert,update}', '{project_id,title,description,customer_id,current_stage_id,status,priority_level,priority_score,estimated_value,currency,estimated_delivery_date,source,tags,metadata,project_type,notes,assigned_to,intake_type,intake_source}',
      '{status,estimated_value,currency}', '{organization_id,customer_id}'),
  (7, 'project_assignments', '{}', null, '{}', '{organization_id,project_id,user_id,is_active}'),
  (8, 'project_sub_stage_progress', '{insert,update}', '{project_id,workflow_stage_id,sub_stage_id,status,started_at,completed_at,assigned_to,blocked_reason,notes}', '{}', '{organization_id,project_id}'),
  (9, 'project_stage_history', '{insert}', '{project_id,from_stage_id,to_stage_id,kind,reason,moved_at}', '{}', '{organization_id,project_id}'),
  (10, 'documents', '{}', null, '{}', '{organization_id,project_id,access_level}'),
  (11, 'document_versions', '{}', null, '{}', '{organization_id,document_id}'),
  (12, 'document_access_log', '{}', null, '{}', '{organization_id,document_id}'),
  (13, 'google_drive_config', '{}', null, '{}', '{organization_id}'),
  (14, 'reviews', '{}', null, '{}', '{organization_id,project_id}'),
  (15, 'approval_chains', '{}', null, '{}', '{organization_id}'),
  (16, 'approvals', '{}', null, '{}', '{organization_id,project_id}'),
  (17, 'approval_delegations', '{}', null, '{}', '{organization_id}'),
  (18, 'approval_history', '{}', null, '{}', '{organization_id,approval_id}'),
  (19, 'approval_attachments', '{}', null, '{}', '{organization_id,approval_id}'),
  (20, 'approval_notifications', '{}', null, '{}', '{organization_id,approval_id,recipient_id}'),
  (21, 'messages', '{}', null, '{}', '{organization_id,project_id,sender_id,recipient_id}'),
  (22, 'notifications', '{}', null, '{}', '{organization_id,user_id}'),
  (23, 'activity_log', '{}', null, '{}', '{organization_id}'),
  (24, 'inventory_items', '{}', null, '{}', '{organization_id}'),
  (25, 'supplier_rfqs', '{}', null, '{}', '{organization_id,supplier_id}'),
  (26, 'supplier_rfq_items', '{}', null, '{}', '{organization_id}'),
  (27, 'supplier_quotes', '{}', null, '{}', '{organization_id}'),
  (28, 'supplier_quote_items', '{}', null, '{}', '{organization_id}'),
  (29, 'purchase_orders', '{}', null, '{}', '{organization_id}'),
  (30, 'purchase_order_items', '{}', null, '{}', '{organization_id}'),
  (31, 'production_orders', '{}', null, '{}', '{organization_id}'),
  (32, 'stock_moves', '{}', null, '{}', '{organization_id}'),
  (33, 'storage_buckets', '{}', null, '{}', '{organization_id}'),
  (34, 'storage_objects', '{}', null, '{}', '{organization_id}'),
  (35, 'sync_conflicts', '{update}', '{resolved_at}', '{}', '{organization_id}')
) as t (place, name, accepts, writable, strict, visibility)
order by t.place;
