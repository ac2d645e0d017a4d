-- What the attack suite (db/central/attacks/) found outside of 0016.

---------------------------------------------------------------------------------------------------------------
-- References are checked past row-level security: by their errors one would learn which hidden rows there are
---------------------------------------------------------------------------------------------------------------

-- With the rights of whoever writes, so that it finds what they may see. Arguments: the table, and the column that names its row.
create function app.check_visible() returns trigger
language plpgsql
set search_path = pg_catalog
as $$
declare
  named uuid := (to_jsonb(new) ->> tg_argv[1])::uuid;
  found boolean;
begin
  if app.in_maintenance() or app.my_user_id() is null then
    return new;
  end if;
  if tg_op = 'UPDATE' and named is not distinct from (to_jsonb(old) ->> tg_argv[1])::uuid then
    return new;
  end if;
  execute format('select exists (select from public.%I t where t.id = $1)', tg_argv[0]) into found using named;
  if not found then
    perform app.refuse('ROW_NOT_VISIBLE', jsonb_build_object('table', tg_argv[0]));
  end if;
  return new;
end
$$;

do $$
declare
  reference record;
begin
  for reference in
    select * from (values
      ('workflow_sub_stages', 'workflow_stage_id', 'workflow_stages'),
      ('document_access_log', 'document_id', 'documents'),
      ('approval_attachments', 'document_id', 'documents'),
      ('messages', 'parent_message_id', 'messages'),
      ('supplier_rfq_items', 'document_id', 'documents'),
      ('supplier_quote_items', 'supplier_rfq_item_id', 'supplier_rfq_items')
    ) as r (table_name, column_name, target)
  loop
    execute format('create trigger l_visible_%2$s before insert or update on public.%1$I for each row when (new.%2$I is not null) execute function app.check_visible(%3$L, %2$L)',
      reference.table_name, reference.column_name, reference.target);
  end loop;
end
$$;

-- A thread is known to whoever sees any message of it; its first one may have been for others.
create function app.check_thread() returns trigger
language plpgsql
set search_path = pg_catalog
as $$
begin
  if app.in_maintenance() or app.my_user_id() is null then
    return new;
  end if;
  if not exists (select from public.messages m where m.id = new.thread_id or m.thread_id = new.thread_id) then
    perform app.refuse('ROW_NOT_VISIBLE', '{"table": "messages"}');
  end if;
  return new;
end
$$;
create trigger l_thread before insert on public.messages
  for each row when (new.thread_id is not null) execute function app.check_thread();

---------------------------------------------------------------------------------------------------------------
-- Conflicts: nobody makes up what a colleague is said to have lost
---------------------------------------------------------------------------------------------------------------

-- As in 0010, but it counts only for a value that this transaction replaced, as its own audit trail shows.
create or replace function sync.record_conflict(target name, row_id uuid, column_name name, kept jsonb, lost jsonb, mutation uuid)
returns void
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  me uuid := app.my_user_id();
  loser uuid;
  written boolean;
begin
  if not exists (select from sync.replicated_table r where r.table_name = target) then
    perform app.refuse('TABLE_NOT_WRITABLE', jsonb_build_object('table', target));
  end if;
  execute format('select exists (select from public.%I t where t.id = $1 and t.organization_id = $2 and t.sync_xid = pg_current_xact_id())', target)
    into written using record_conflict.row_id, app.my_organization_id();
  if not written then
    perform app.refuse('NOT_ALLOWED', jsonb_build_object('table', 'sync_conflicts'));
  end if;
  if not exists (
       select from public.activity_log a
       where a.entity_id = record_conflict.row_id and a.entity_type = target and a.user_id = me and a.sync_xid = pg_current_xact_id()
         and a.old_values -> record_conflict.column_name::text = lost) then
    return;
  end if;
  select a.user_id into loser from public.activity_log a
  where a.organization_id = app.my_organization_id() and a.entity_id = record_conflict.row_id and a.user_id is distinct from me
    and a.new_values ? record_conflict.column_name::text
  order by a.created_at desc, a.id desc limit 1;
  insert into public.sync_conflicts (organization_id, table_name, row_id, column_name, kept_value, lost_value, kept_by, lost_by, mutation_id)
  values (app.my_organization_id(), target, record_conflict.row_id, record_conflict.column_name, kept, lost, me, loser, mutation);
end
$$;

---------------------------------------------------------------------------------------------------------------
-- Stock: nothing moved in the future
---------------------------------------------------------------------------------------------------------------

create function app.check_stock_move() returns trigger
language plpgsql
set search_path = pg_catalog
as $$
begin
  if not app.in_maintenance() then
    new.moved_at := least(new.moved_at, now());
  end if;
  return new;
end
$$;
create trigger m_check before insert on public.stock_moves
  for each row execute function app.check_stock_move();

---------------------------------------------------------------------------------------------------------------
-- A policy for a group would be removed by any member who executes DROP OWNED BY the group
---------------------------------------------------------------------------------------------------------------

drop policy everyone_reads on sync.replicated_table;
create policy everyone_reads on sync.replicated_table for select using (true);

---------------------------------------------------------------------------------------------------------------
-- Plans: EXPLAIN shows everybody estimates that are made of every organization's values, and how many rows a policy held back
---------------------------------------------------------------------------------------------------------------

-- Keeps the values of business data out of the planner's statistics. Nothing here is found by them: the centre looks rows up by
-- keys, organizations and transactions. A migration that adds a table or a column calls it again.
create function app.forget_values() returns void
language plpgsql
set search_path = pg_catalog
as $$
declare
  target record;
begin
  for target in
    select a.attrelid::regclass as relation, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
      and a.atttypid not in ('uuid'::regtype, 'xid8'::regtype, 'boolean'::regtype) and a.attname not in ('created_at', 'updated_at')
      and a.attstattarget is distinct from 0
  loop
    execute format('alter table %s alter column %I set statistics 0', target.relation, target.attname);
  end loop;
  -- What was gathered before stays otherwise.
  begin
    delete from pg_statistic s using pg_attribute a, pg_class c
    where a.attrelid = s.starelid and a.attnum = s.staattnum and c.oid = s.starelid and c.relnamespace = 'public'::regnamespace and a.attstattarget = 0;
  exception when insufficient_privilege then
    raise notice 'statistics that were gathered before stay: run this as a superuser';
  end;
end
$$;
select app.forget_values();

-- By this index a supplier found out the names of other companies: a plan says how many names of a range were held back.
drop index public.contacts_type;

---------------------------------------------------------------------------------------------------------------
-- Advisory locks: whoever held the number of the migrations' lock would keep the centre from every update
---------------------------------------------------------------------------------------------------------------

do $$
declare
  open record;
begin
  for open in
    select p.oid::regprocedure as signature from pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace and p.proname ~ '^pg_(try_)?advisory_' and p.proname !~ 'unlock'
  loop
    execute format('revoke execute on function %s from public', open.signature);
    -- Whoever owns the schema runs its migrations.
    execute format('grant execute on function %s to %I', open.signature, (select pg_get_userbyid(n.nspowner) from pg_namespace n where n.nspname = 'app'));
  end loop;
exception when insufficient_privilege then
  raise notice 'advisory locks stay open to every account: run this as a superuser';
end
$$;
