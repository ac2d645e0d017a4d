-- What the screens keep: saved views, exchange rates, merged contacts. And the way to govern a new table.

-- Makes security, policies and column grants of a table out of app.access_rules and sync.replicated_table. `read_rows`,
-- `insert_rows` and `update_rows` say of which rows, in SQL over the table's columns; {condition} stands for the condition
-- of the caller's rule. Columns for people outside are granted by hand.
create function app.govern(target name, read_rows text default 'true', insert_rows text default 'true', update_rows text default 'true') returns void
language plpgsql
set search_path = pg_catalog
as $$
declare
  rule record;
  replicated sync.replicated_table;
  bound text;
begin
  select * into strict replicated from sync.replicated_table r where r.table_name = target;
  execute format('alter table public.%I enable row level security', target);
  execute format('alter table public.%I force row level security', target);
  execute format('create policy owner_all on public.%I to %I using (true) with check (true)', target,
    (select pg_get_userbyid(n.nspowner) from pg_namespace n where n.nspname = 'app'));
  for rule in
    select a.action, case a.action when 'read' then read_rows when 'insert' then insert_rows else update_rows end as expression
    from (select distinct r.action from app.access_rules r where r.table_name = target) a
  loop
    bound := format('organization_id = (select app.organization_with_access(%L, %L))', target, rule.action);
    if rule.expression <> 'true' then
      bound := bound || ' and (' || replace(rule.expression, '{condition}', format('(select app.access_condition(%L, %L))', target, rule.action)) || ')';
    end if;
    execute format('create policy may_%s on public.%I for %s %s', rule.action, target,
      case rule.action when 'read' then 'select' else rule.action end,
      case rule.action
        when 'insert' then format('with check (%s)', bound)
        when 'update' then format('using (%1$s) with check (%1$s)', bound)
        else format('using (%s)', bound) end);
  end loop;
  execute format('grant select on public.%I to fp_internal', target);
  if 'insert' = any (replicated.accepts) then
    execute format('grant insert (id, organization_id, %s) on public.%I to fp_internal',
      (select string_agg(quote_ident(w), ', ') from unnest(replicated.writable) w), target);
  end if;
  if 'update' = any (replicated.accepts) then
    execute format('grant update (%s) on public.%I to fp_internal',
      (select string_agg(quote_ident(w), ', ') from unnest(replicated.writable) w), target);
  end if;
end
$$;

---------------------------------------------------------------------------------------------------------------
-- Saved views
---------------------------------------------------------------------------------------------------------------

create table public.saved_views (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references public.organizations (id) deferrable,
  owner_id uuid not null,
  screen text not null check (btrim(screen) <> '' and char_length(screen) <= 50),
  name text not null check (btrim(name) <> '' and char_length(name) <= 200),
  definition jsonb not null default '{}' check (jsonb_typeof(definition) = 'object' and pg_column_size(definition) <= 20000),
  is_shared boolean not null default false,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  foreign key (organization_id, owner_id) references public.users (organization_id, id) on delete cascade deferrable
);
comment on table public.saved_views is 'One row is a named arrangement of a screen: filters, columns, order; of one person, or shared with the staff.';
create index saved_views_sync on public.saved_views (organization_id, sync_xid);
create index saved_views_owner on public.saved_views (owner_id);

select sync.replicate('saved_views', '{insert,update}', '{screen,name,definition,is_shared,is_active}', '{}', '{organization_id,is_shared}');
create trigger b_author_owner_id before insert or update on public.saved_views for each row execute function app.set_author('owner_id');
insert into app.access_rules (table_name, action, role, condition)
select 'saved_views', a, r, 'own'
from unnest('{read,insert,update}'::text[]) a, unnest('{admin,management,sales,procurement,engineering,qa,production}'::text[]) r;
select app.govern('saved_views',
  $q$owner_id = (select app.my_user_id()) or is_shared$q$,
  $q$owner_id = (select app.my_user_id())$q$,
  $q$owner_id = (select app.my_user_id())$q$);

---------------------------------------------------------------------------------------------------------------
-- Exchange rates
---------------------------------------------------------------------------------------------------------------

create table public.exchange_rates (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references public.organizations (id) deferrable,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  rate numeric(24,10) not null check (rate > 0 and rate <> 'NaN'),
  valid_from date not null check (isfinite(valid_from)),
  is_active boolean not null default true,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  foreign key (organization_id, created_by) references public.users (organization_id, id) on delete set null (created_by) deferrable
);
comment on table public.exchange_rates is 'One row is what a unit of a currency is worth in the organization''s own from a day on.';
create index exchange_rates_sync on public.exchange_rates (organization_id, sync_xid);
create index exchange_rates_day on public.exchange_rates (organization_id, currency, valid_from);

select sync.replicate('exchange_rates', '{insert,update}', '{currency,rate,valid_from,is_active}', '{rate}', '{organization_id}');
select app.keep_audit('exchange_rates');
create trigger b_author_created_by before insert or update on public.exchange_rates for each row execute function app.set_author('created_by');
insert into app.access_rules (table_name, action, role, condition)
select 'exchange_rates', 'read', r, 'always' from unnest('{admin,management,sales,procurement,engineering,qa,production}'::text[]) r
union all
select 'exchange_rates', a, r, 'always' from unnest('{insert,update}'::text[]) a, unnest('{admin,management}'::text[]) r;
select app.govern('exchange_rates');

---------------------------------------------------------------------------------------------------------------
-- Merging contacts: the duplicate names the one that stays, and everything that named the duplicate follows
---------------------------------------------------------------------------------------------------------------

alter table public.contacts
  add column merged_into_id uuid check (merged_into_id <> id),
  add foreign key (organization_id, merged_into_id) references public.contacts (organization_id, id)
    on delete set null (merged_into_id) deferrable;
comment on column public.contacts.merged_into_id is 'The contact into which this duplicate was merged.';
create index contacts_merged_into on public.contacts (merged_into_id) where merged_into_id is not null;

update sync.replicated_table set writable = writable || '{merged_into_id}' where table_name = 'contacts';
grant insert (merged_into_id), update (merged_into_id) on public.contacts to fp_internal;

-- Both must be contacts that the caller may change. Runs before the row is written, so that it is inactive in one step.
create function app.check_merge() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  me app.identity := app.me();
  target public.contacts;
  condition text := app.access_condition('contacts', 'update');
begin
  if app.in_maintenance() or pg_trigger_depth() > 1 then
    return new;
  end if;
  if tg_op = 'UPDATE' and old.merged_into_id is not null then
    perform app.refuse('RECORD_LOCKED', '{"table": "contacts", "status": "merged"}');
  end if;
  if new.merged_into_id is null then
    return new;
  end if;
  if tg_op = 'INSERT' then
    perform app.refuse('VALUE_REFUSED', '{"table": "contacts", "column": "merged_into_id"}');
  end if;
  select * into target from public.contacts c where c.id = new.merged_into_id and c.organization_id = new.organization_id;
  if target.id is null then
    perform app.refuse('ROW_NOT_VISIBLE', '{"table": "contacts"}');
  end if;
  if target.merged_into_id is not null or target.type <> new.type
     or (me.user_id is not null and not coalesce(condition = 'always' or (condition = 'customers' and target.type in ('customer', 'partner'))
                                                  or (condition = 'suppliers' and target.type in ('supplier', 'partner')), false)) then
    perform app.refuse('VALUE_REFUSED', '{"table": "contacts", "column": "merged_into_id"}');
  end if;
  new.is_active := false;
  return new;
end
$$;
create trigger m_merge before insert or update on public.contacts for each row execute function app.check_merge();

create function app.follow_merge() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  update public.projects set customer_id = new.merged_into_id where customer_id = new.id;
  update public.supplier_rfqs set supplier_id = new.merged_into_id where supplier_id = new.id;
  update public.supplier_quotes set supplier_id = new.merged_into_id where supplier_id = new.id;
  update public.purchase_orders set supplier_id = new.merged_into_id where supplier_id = new.id;
  update public.inventory_items set preferred_supplier_id = new.merged_into_id where preferred_supplier_id = new.id;
  update public.users set contact_id = new.merged_into_id where contact_id = new.id;
  update public.contacts set merged_into_id = new.merged_into_id where merged_into_id = new.id;
  return null;
end
$$;
create trigger n_merge after update on public.contacts
  for each row when (old.merged_into_id is null and new.merged_into_id is not null) execute function app.follow_merge();

select app.forget_values();
