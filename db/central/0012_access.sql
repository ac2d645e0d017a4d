-- Row-level security: who sees and changes which rows. Forced on every table of business data, for the owner too,
-- who passes by a policy of their own. What a policy cannot say (gates, allowed transitions) is in 0011.

do $$
declare
  target name;
begin
  for target in select r.table_name from sync.replicated_table r loop
    execute format('alter table public.%I enable row level security', target);
    execute format('alter table public.%I force row level security', target);
    execute format('create policy owner_all on public.%I to %I using (true) with check (true)', target, current_user);
    execute format('grant select on public.%I to fp_person', target);
  end loop;
end
$$;

-- Uuid equality against one value computed per statement keeps the index (organization_id, sync_xid) usable.
do $$
declare
  target name;
begin
  for target in
    select r.table_name from sync.replicated_table r
    where r.table_name not in ('organizations', 'users', 'workflow_stages', 'workflow_sub_stages', 'messages', 'notifications',
                               'approval_notifications')
  loop
    execute format('create policy internal_read on public.%I for select to fp_internal
      using (organization_id = (select app.internal_organization_id()))', target);
  end loop;
end
$$;

create policy own_organization on public.organizations for select to fp_person
  using (organization_id = (select app.my_organization_id()));
create policy internal_read on public.users for select to fp_internal
  using (organization_id = (select app.internal_organization_id()));
create policy own_row on public.users for select to fp_supplier, fp_customer
  using (id = (select app.my_user_id()));
create policy organization_read on public.workflow_stages for select to fp_internal
  using (organization_id = (select app.internal_organization_id()));
create policy organization_read on public.workflow_sub_stages for select to fp_internal
  using (organization_id = (select app.internal_organization_id()));
create policy own_messages on public.messages for select to fp_person
  using (organization_id = (select app.my_organization_id())
         and (sender_id = (select app.my_user_id()) or recipient_id = (select app.my_user_id())
              or (recipient_id is null and (select app.am_internal()))));
create policy own_notifications on public.notifications for select to fp_person
  using (organization_id = (select app.my_organization_id()) and user_id = (select app.my_user_id()));
create policy own_notifications on public.approval_notifications for select to fp_internal
  using (organization_id = (select app.internal_organization_id()) and recipient_id = (select app.my_user_id()));

-- Writes, table by table, as sync.replicated_table accepts them.
grant insert, update on public.projects, public.project_sub_stage_progress to fp_internal;
grant insert on public.project_stage_history to fp_internal;
grant update (resolved_at) on public.sync_conflicts to fp_internal;

create policy internal_insert on public.projects for insert to fp_internal
  with check (organization_id = (select app.internal_organization_id()));
create policy internal_update on public.projects for update to fp_internal
  using (organization_id = (select app.internal_organization_id()))
  with check (organization_id = (select app.internal_organization_id()));
create policy internal_insert on public.project_sub_stage_progress for insert to fp_internal
  with check (organization_id = (select app.internal_organization_id()));
create policy internal_update on public.project_sub_stage_progress for update to fp_internal
  using (organization_id = (select app.internal_organization_id()))
  with check (organization_id = (select app.internal_organization_id()));
create policy internal_insert on public.project_stage_history for insert to fp_internal
  with check (organization_id = (select app.internal_organization_id()));

create policy internal_update on public.sync_conflicts for update to fp_internal
  using (organization_id = (select app.internal_organization_id()))
  with check (organization_id = (select app.internal_organization_id()));

-- The machinery is reached through its functions alone.
do $$
declare
  target record;
begin
  for target in
    select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname in ('app', 'sync')
  loop
    execute format('alter table %I.%I enable row level security', target.nspname, target.relname);
    execute format('create policy owner_all on %I.%I to %I using (true) with check (true)', target.nspname, target.relname, current_user);
  end loop;
end
$$;
create policy everyone_reads on sync.replicated_table for select to fp_person using (true);
