-- From the confirmed order on a project keeps its customer and a value above 0: what a move asks for, no later edit takes away.

create or replace function app.check_project() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  me app.identity := app.me();
  stage public.workflow_stages;
  missing jsonb;
  lost jsonb;
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
  -- Only what the edit itself takes away: an order that lacks both may be given one after the other.
  if new.estimated_value is distinct from old.estimated_value or new.customer_id is distinct from old.customer_id then
    select * into stage from public.workflow_stages s where s.id = new.current_stage_id;
    if stage.id is not null then
      select jsonb_agg(c -> 'code') into lost
      from jsonb_array_elements(app.order_conditions(new, stage)) c
      where not app.order_conditions(old, stage) @> jsonb_build_array(c);
      if lost is not null then
        perform app.refuse('ORDER_INCOMPLETE', jsonb_build_object('table', 'projects', 'missing', lost));
      end if;
    end if;
  end if;
  return new;
end
$$;

select app.forget_values();
