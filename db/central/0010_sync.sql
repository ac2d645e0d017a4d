-- Sync, the centre's side: what each table allows, what changed since a snapshot, what left, and the push.
-- docs/sync.md explains the protocol; main/worker/sync/ holds the other side.

-- Which tables desktops mirror, and what they may send.
create table sync.replicated_table (
  table_name name primary key,
  -- Parents load before children.
  load_order integer not null unique,
  -- Operations that a desktop may send; row-level security and triggers decide about the single row.
  accepts text[] not null default '{}',
  -- Columns that a desktop may write; null means every business column.
  writable text[],
  -- Where the base that a person saw must still hold, or the change is refused and put before the person.
  strict_columns text[] not null default '{}',
  -- A change of one of these may end somebody's sight of the row.
  visibility text[] not null default '{organization_id}'
);

-- Rows that were deleted, or whose visibility changed: a desktop asks which of them it may still see.
create table sync.removals (
  table_name name not null,
  row_id uuid not null,
  organization_id uuid not null,
  sync_xid xid8 not null default pg_current_xact_id(),
  removed_at timestamptz not null default now()
);
create index removals_sync on sync.removals (organization_id, sync_xid);

-- Which tables a transaction touched, so that a pull asks only those. Pruned long before removals are:
-- a cursor older than what is left here asks every table.
create table sync.touched (
  organization_id uuid not null,
  sync_xid xid8 not null,
  table_name name not null,
  touched_at timestamptz not null default now(),
  primary key (organization_id, sync_xid, table_name)
);

-- The oldest transaction ids for which the two tables above are complete.
create table sync.retention (
  singleton boolean primary key default true check (singleton),
  removals_complete_from xid8 not null default pg_current_xact_id(),
  touched_complete_from xid8 not null default pg_current_xact_id()
);
insert into sync.retention default values;

-- The result of every mutation, written in the mutation's own transaction: a repeat gets the same answer.
create table sync.mutations (
  user_id uuid not null,
  mutation_id uuid not null,
  result jsonb not null,
  received_at timestamptz not null default now(),
  primary key (user_id, mutation_id)
);
create index mutations_received on sync.mutations (received_at);

-- The wake-up channel of an organization. PostgreSQL lets anybody listen to any channel, so its name is a secret.
create table sync.channels (
  organization_id uuid primary key,
  channel text not null unique default 'fp_' || encode(uuid_send(gen_random_uuid()), 'hex')
);

---------------------------------------------------------------------------------------------------------------
-- Triggers of the replicated tables
---------------------------------------------------------------------------------------------------------------

-- Names are short-lived in trigger order: "a_" runs before the rules of the domain, "z_" after them.
create function sync.stamp() returns trigger
language plpgsql
set search_path = pg_catalog
as $$
begin
  new.sync_xid := pg_current_xact_id();
  if not app.in_maintenance() then
    new.updated_at := now();
    if tg_op = 'INSERT' then
      new.created_at := now();
    else
      new.created_at := old.created_at;
    end if;
  end if;
  return new;
end
$$;

create function sync.note_removal() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  insert into sync.removals (table_name, row_id, organization_id)
  values (tg_table_name, old.id, old.organization_id);
  return null;
end
$$;

-- One row per transaction, table and organization, and one wake-up per transaction and organization
-- (PostgreSQL sends equal notifications of a transaction once).
create function sync.note_touch() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  organization uuid;
  target text;
begin
  for organization in select distinct c.organization_id from changed_rows c loop
    insert into sync.touched (organization_id, sync_xid, table_name)
    values (organization, pg_current_xact_id(), tg_table_name)
    on conflict do nothing;
    if (select i.notify_enabled from sync.instance i) then
      select c.channel into target from sync.channels c where c.organization_id = organization;
      if target is not null then
        perform pg_notify(target, '');
      end if;
    end if;
  end loop;
  return null;
end
$$;

-- Makes a table replicated: registers it and installs its triggers.
create function sync.replicate(
  target name,
  accepts text[] default '{}',
  writable text[] default null,
  strict text[] default '{}',
  visibility text[] default '{organization_id}'
) returns void
language plpgsql
set search_path = pg_catalog
as $$
declare
  changed text;
begin
  insert into sync.replicated_table (table_name, load_order, accepts, writable, strict_columns, visibility)
  values (target, (select coalesce(max(load_order), 0) + 1 from sync.replicated_table),
          replicate.accepts, replicate.writable, replicate.strict, replicate.visibility);

  execute format('create trigger a_stamp before insert or update on public.%I for each row execute function sync.stamp()', target);
  execute format('create trigger z_removed after delete on public.%I for each row execute function sync.note_removal()', target);
  select string_agg(format('old.%1$I is distinct from new.%1$I', v), ' or ') into changed from unnest(visibility) as v;
  execute format('create trigger z_hidden after update on public.%I for each row when (%s) execute function sync.note_removal()', target, changed);
  execute format('create trigger z_inserted after insert on public.%I referencing new table as changed_rows for each statement execute function sync.note_touch()', target);
  execute format('create trigger z_updated after update on public.%I referencing new table as changed_rows for each statement execute function sync.note_touch()', target);
  execute format('create trigger z_deleted after delete on public.%I referencing old table as changed_rows for each statement execute function sync.note_touch()', target);
end
$$;

---------------------------------------------------------------------------------------------------------------
-- Who is asking
---------------------------------------------------------------------------------------------------------------

-- An account may end on a day; from then on it opens nothing, and the person is told so.
alter table app.logins add column valid_until timestamptz;

-- The person behind the session; null for a role without an active person. A session's own role cannot be
-- changed by SET ROLE, which is why session_user and not current_user decides.
create function app.my_user_id() returns uuid
language sql stable security definer parallel restricted
set search_path = pg_catalog
as $$
  select u.id from app.logins l join public.users u on u.id = l.user_id
  where l.role_name = session_user and u.status = 'active' and (l.valid_until is null or l.valid_until > now())
$$;

create function app.my_organization_id() returns uuid
language sql stable security definer parallel restricted
set search_path = pg_catalog
as $$
  select u.organization_id from app.logins l join public.users u on u.id = l.user_id
  where l.role_name = session_user and u.status = 'active' and (l.valid_until is null or l.valid_until > now())
$$;

create function app.my_role() returns text
language sql stable security definer parallel restricted
set search_path = pg_catalog
as $$
  select u.role from app.logins l join public.users u on u.id = l.user_id
  where l.role_name = session_user and u.status = 'active' and (l.valid_until is null or l.valid_until > now())
$$;

create function app.am_internal() returns boolean
language sql stable parallel restricted
set search_path = pg_catalog
as $$ select coalesce(app.my_role() not in ('supplier', 'customer'), false) $$;

-- The organization of a person inside it; null for suppliers and customers. Membership in fp_internal alone would not
-- do: a change of role has to count from the same commit on that bumps the access epoch.
create function app.internal_organization_id() returns uuid
language sql stable security definer parallel restricted
set search_path = pg_catalog
as $$ select case when app.am_internal() then app.my_organization_id() end $$;

grant execute on function app.my_user_id(), app.my_organization_id(), app.my_role(), app.am_internal(),
  app.internal_organization_id() to fp_person;

-- What changes a person's rights bumps their epoch; their desktops then compare all they hold.
create function app.bump_access_epoch() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  update app.logins set access_epoch = access_epoch + 1 where user_id = new.id;
  return null;
end
$$;
create trigger y_access_epoch after update of role, status, organization_id, contact_id on public.users
  for each row
  when (old.role is distinct from new.role or old.status is distinct from new.status
        or old.organization_id is distinct from new.organization_id or old.contact_id is distinct from new.contact_id)
  execute function app.bump_access_epoch();

create function sync.open_channel() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  insert into sync.channels (organization_id) values (new.id) on conflict do nothing;
  return null;
end
$$;
create trigger y_channel after insert on public.organizations
  for each row execute function sync.open_channel();

---------------------------------------------------------------------------------------------------------------
-- The conversation
---------------------------------------------------------------------------------------------------------------

-- The first words of a connection. `device`: {id, name, platform, app_version, client_version}.
-- Answers who the person is and what the centre is, or why it will not talk, in `refused`.
create function sync.hello(device jsonb) returns jsonb
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  login app.logins;
  person public.users;
  centre sync.instance;
  version integer;
  device_id uuid := (device ->> 'id')::uuid;
  refused text;
begin
  select * into login from app.logins where role_name = session_user;
  select * into person from public.users where id = login.user_id;
  select * into centre from sync.instance;
  select max(m.version) into version from sync.schema_migrations m;

  refused := case
    when person.id is null then 'ACCOUNT_INACTIVE'
    when person.status <> 'active' then 'ACCOUNT_INACTIVE'
    when login.valid_until <= now() then 'ACCOUNT_EXPIRED'
    when (device ->> 'client_version')::integer < centre.minimum_client_version then 'UPDATE_REQUIRED'
  end;
  if refused is null then
    insert into app.devices (id, user_id, name, platform, app_version, schema_version, last_seen_at)
    values (device_id, person.id, left(device ->> 'name', 200), left(device ->> 'platform', 50),
            left(device ->> 'app_version', 50), (device ->> 'client_version')::integer, now())
    on conflict (id) do update
      set name = excluded.name, platform = excluded.platform, app_version = excluded.app_version,
          schema_version = excluded.schema_version, last_seen_at = now()
      where devices.user_id = excluded.user_id;
    if not found then
      perform app.refuse('NOT_ALLOWED', '{"table": "devices"}');
    end if;
    perform set_config('factory_pulse.device', device_id::text, false);
    update public.users set last_login_at = now()
    where id = person.id and (last_login_at is null or last_login_at < now() - interval '1 hour');
  end if;
  return jsonb_build_object(
    'refused', refused,
    'schema_version', version,
    'minimum_client_version', centre.minimum_client_version,
    'instance_id', centre.id,
    'instance_epoch', centre.epoch,
    'access_epoch', login.access_epoch,
    'must_change_password', login.must_change_password,
    'person', case when refused is null then jsonb_build_object(
      'id', person.id, 'organization_id', person.organization_id, 'email', person.email,
      'name', person.name, 'role', person.role, 'department', person.department) end,
    'organization', case when refused is null then (
      select jsonb_build_object('id', o.id, 'name', o.name, 'timezone', o.timezone, 'default_currency', o.default_currency)
      from public.organizations o where o.id = person.organization_id) end,
    'channel', case when refused is null and centre.notify_enabled then (
      select c.channel from sync.channels c where c.organization_id = person.organization_id) end);
end
$$;

-- After a person has set a password of their own (ALTER ROLE on oneself, the verifier made on the client).
create function sync.password_changed() returns void
language sql security definer
set search_path = pg_catalog
as $$ update app.logins set must_change_password = false where role_name = session_user $$;

-- The first question of a pull, inside its REPEATABLE READ transaction: the snapshot that becomes the next cursor,
-- and which tables have something for a desktop whose cursor is `since` (all of them for an old cursor).
create function sync.pull_state(since text) returns jsonb
language plpgsql stable security definer
set search_path = pg_catalog
as $$
declare
  organization uuid := app.my_organization_id();
  old_snapshot pg_snapshot := since::pg_snapshot;
  horizon xid8 := pg_snapshot_xmin(old_snapshot);
  kept sync.retention;
  tables jsonb;
  removed jsonb;
begin
  select * into kept from sync.retention;
  if since is null or horizon < kept.touched_complete_from then
    select jsonb_agg(r.table_name order by r.load_order) into tables from sync.replicated_table r;
  else
    -- A literal bound lets the index serve; visibility in the old snapshot is checked on the few rows that remain.
    execute format(
      'select jsonb_agg(r.table_name order by r.load_order) from sync.replicated_table r
        where r.table_name in (select t.table_name from sync.touched t
          where t.organization_id = %L and t.sync_xid >= %L::xid8 and not pg_visible_in_snapshot(t.sync_xid, %L))',
      organization, horizon, since) into tables;
  end if;
  if since is not null and horizon >= kept.removals_complete_from then
    execute format(
      'select jsonb_agg(distinct jsonb_build_array(x.table_name, x.row_id)) from sync.removals x
        where x.organization_id = %L and x.sync_xid >= %L::xid8 and not pg_visible_in_snapshot(x.sync_xid, %L)',
      organization, horizon, since) into removed;
  end if;
  return jsonb_build_object(
    'snapshot', pg_current_snapshot()::text,
    'instance_epoch', (select i.epoch from sync.instance i),
    'access_epoch', (select l.access_epoch from app.logins l where l.role_name = session_user),
    'active', organization is not null,
    'complete', since is not null and horizon >= kept.removals_complete_from,
    'tables', coalesce(tables, '[]'::jsonb),
    'removed', coalesce(removed, '[]'::jsonb));
end
$$;

create function sync.recorded_result(mutation uuid) returns jsonb
language sql stable security definer
set search_path = pg_catalog
as $$ select m.result from sync.mutations m where m.user_id = app.my_user_id() and m.mutation_id = mutation $$;

create function sync.record_result(mutation uuid, result jsonb) returns void
language sql security definer
set search_path = pg_catalog
as $$ insert into sync.mutations (user_id, mutation_id, result) values (app.my_user_id(), mutation, result) $$;

-- Values that lost against a newer change stay where both people find them. Anybody may call this; it counts only for
-- a row that the caller has just written in this transaction, which is what the push does.
create function sync.record_conflict(target name, row_id uuid, column_name name, kept jsonb, lost jsonb, mutation uuid)
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
  select a.user_id into loser from public.activity_log a
  where a.organization_id = app.my_organization_id() and a.entity_id = record_conflict.row_id and a.user_id is distinct from me
    and a.new_values ? record_conflict.column_name::text
  order by a.created_at desc, a.id desc limit 1;
  insert into public.sync_conflicts (organization_id, table_name, row_id, column_name, kept_value, lost_value, kept_by, lost_by, mutation_id)
  values (app.my_organization_id(), target, record_conflict.row_id, record_conflict.column_name, kept, lost, me, loser, mutation);
end
$$;

-- A refusal in the application's own terms: the message is a code of shared/errors.ts, the detail its JSON.
create function app.refuse(code text, details jsonb default '{}') returns void
language plpgsql
set search_path = pg_catalog
as $$
begin
  raise exception using errcode = 'FP001', message = code, detail = details::text;
end
$$;

-- Applies one mutation with the caller's own rights; raises to refuse it.
create function sync.apply_mutation(mutation jsonb) returns jsonb
language plpgsql
set search_path = pg_catalog
as $$
declare
  target name := mutation ->> 'table';
  row_id uuid := (mutation ->> 'row_id')::uuid;
  op text := mutation ->> 'op';
  patch jsonb := coalesce(mutation -> 'patch', '{}'::jsonb);
  base jsonb := coalesce(mutation -> 'base', '{}'::jsonb);
  rules sync.replicated_table;
  current_row jsonb;
  wanted jsonb;
  seen jsonb;
  col name;
  assignments text;
  touched bigint;
  overwritten jsonb := '[]'::jsonb;
  conflict jsonb;
begin
  select * into rules from sync.replicated_table r where r.table_name = target;
  if rules.table_name is null or not op = any (rules.accepts) then
    perform app.refuse('TABLE_NOT_WRITABLE', jsonb_build_object('table', target, 'op', op));
  end if;
  for col in select k from jsonb_object_keys(patch) k loop
    if col in ('id', 'organization_id', 'created_at', 'updated_at', 'sync_xid')
       or (rules.writable is not null and not col::text = any (rules.writable))
       or not exists (select from pg_attribute a where a.attrelid = format('public.%I', target)::regclass
                      and a.attname = col and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') then
      perform app.refuse('COLUMN_NOT_WRITABLE', jsonb_build_object('table', target, 'column', col));
    end if;
  end loop;

  if op in ('update', 'insert') then
    execute format(
      'select to_jsonb(t), to_jsonb(jsonb_populate_record(t, $2)), to_jsonb(jsonb_populate_record(t, $3))
         from public.%I t where t.id = $1 %s',
      target, case op when 'update' then 'for update' end)
      into current_row, wanted, seen using row_id, patch, base;
  end if;

  if op = 'insert' and current_row is null then
    select string_agg(format('%I', k), ', ') into assignments from jsonb_object_keys(patch) k;
    execute format(
      'insert into public.%1$I (id, organization_id%2$s) select $1, $2%3$s from jsonb_populate_record(null::public.%1$I, $3) as p',
      target,
      coalesce(', ' || assignments, ''),
      coalesce((select ', ' || string_agg(format('p.%I', k), ', ') from jsonb_object_keys(patch) k), ''))
      using row_id, app.my_organization_id(), patch;
    return jsonb_build_object('status', 'applied');
  end if;

  if op = 'delete' then
    execute format('delete from public.%I t where t.id = $1', target) using row_id;
    get diagnostics touched = row_count;
    if touched = 0 then
      -- Already gone is what the person wanted; there but not deletable is a refusal.
      execute format('select to_jsonb(t) from public.%I t where t.id = $1', target) into current_row using row_id;
      if current_row is not null then
        perform app.refuse('NOT_ALLOWED', jsonb_build_object('table', target));
      end if;
    end if;
    return jsonb_build_object('status', 'applied');
  end if;

  -- An insert of a row that is already there (two people created the same derived id) continues as an edit of it.
  if current_row is null then
    execute format('select to_jsonb(t) from public.%I t where t.id = $1', target) into current_row using row_id;
    if current_row is not null then
      perform app.refuse('EDIT_NOT_ALLOWED', jsonb_build_object('table', target));
    end if;
    perform app.refuse('ROW_NOT_VISIBLE', jsonb_build_object('table', target));
  end if;

  for col in select k from jsonb_object_keys(patch) k order by k loop
    if base ? col and (seen -> col) is distinct from (current_row -> col)
       and (wanted -> col) is distinct from (current_row -> col) then
      if col::text = any (rules.strict_columns) then
        perform app.refuse('STRICT_CONFLICT',
          jsonb_build_object('table', target, 'column', col, 'theirs', current_row -> col));
      end if;
      overwritten := overwritten || jsonb_build_object('column', col, 'kept', wanted -> col, 'lost', current_row -> col);
    end if;
  end loop;

  select string_agg(format('%1$I = p.%1$I', k), ', ') into assignments from jsonb_object_keys(patch) k;
  if assignments is not null then
    execute format(
      'update public.%1$I t set %2$s from jsonb_populate_record(null::public.%1$I, $2) as p where t.id = $1',
      target, assignments) using row_id, patch;
    get diagnostics touched = row_count;
    if touched = 0 then
      perform app.refuse('EDIT_NOT_ALLOWED', jsonb_build_object('table', target));
    end if;
  end if;
  for conflict in select c from jsonb_array_elements(overwritten) c loop
    perform sync.record_conflict(target, row_id, (conflict ->> 'column')::name, conflict -> 'kept', conflict -> 'lost', (mutation ->> 'id')::uuid);
  end loop;
  return jsonb_build_object('status', case when overwritten = '[]'::jsonb then 'applied' else 'merged' end, 'overwritten', overwritten);
end
$$;

-- Takes a batch: [{id, table, row_id, op, patch, base, created_at}], in order; answers [{id, status, …, xid}].
-- status: applied | merged (applied, and the values that it replaced are kept) | refused {code, details} |
-- skipped (an earlier mutation of this batch on the same row was refused; nothing is recorded for it).
-- Faults that pass (deadlock, shutdown, full disk) fail the whole call, and the batch is sent again.
create function sync.push(mutations jsonb) returns jsonb
language plpgsql
set search_path = pg_catalog
as $$
declare
  mutation jsonb;
  mutation_id uuid;
  row_key text;
  refused_rows text[] := '{}';
  result jsonb;
  results jsonb := '[]'::jsonb;
  message text;
  detail text;
  failed_constraint text;
  failed_column text;
  state text;
begin
  if app.my_user_id() is null then
    perform app.refuse('ACCOUNT_INACTIVE');
  end if;
  for mutation in select m from jsonb_array_elements(mutations) m loop
    mutation_id := (mutation ->> 'id')::uuid;
    row_key := (mutation ->> 'table') || ' ' || (mutation ->> 'row_id');
    result := sync.recorded_result(mutation_id);
    if result is null and row_key = any (refused_rows) then
      results := results || jsonb_build_object('id', mutation_id, 'status', 'skipped');
      continue;
    end if;
    if result is null then
      begin
        perform set_config('factory_pulse.client_time', coalesce(mutation ->> 'created_at', ''), true);
        result := sync.apply_mutation(mutation);
        set constraints all immediate;
      exception
        when serialization_failure or deadlock_detected or lock_not_available or query_canceled
          or operator_intervention or insufficient_resources or system_error or idle_in_transaction_session_timeout then
          raise;
        when others then
          get stacked diagnostics message = message_text, detail = pg_exception_detail, state = returned_sqlstate,
            failed_constraint = constraint_name, failed_column = column_name;
          result := jsonb_build_object('status', 'refused',
            'code', case when state = 'FP001' then message when state = '42501' then 'NOT_ALLOWED' else 'VALUE_REFUSED' end,
            'details', case when state = 'FP001' then coalesce(nullif(detail, ''), '{}')::jsonb
                            else jsonb_strip_nulls(jsonb_build_object('table', mutation ->> 'table', 'sqlstate', state,
                              'constraint', nullif(failed_constraint, ''), 'column', nullif(failed_column, ''))) end);
      end;
      result := result || jsonb_build_object('id', mutation_id, 'xid', pg_current_xact_id()::text);
      perform sync.record_result(mutation_id, result);
    end if;
    if result ->> 'status' = 'refused' then
      refused_rows := refused_rows || row_key;
    end if;
    results := results || result;
  end loop;
  return results;
end
$$;

-- Drops what no cursor needs any more. Run by an administrator's command; safe at any time.
create function sync.prune(
  removals_older_than interval default '90 days',
  touched_older_than interval default '7 days',
  mutations_older_than interval default '90 days'
)
returns jsonb
language plpgsql
set search_path = pg_catalog
as $$
declare
  removals_horizon xid8;
  touched_horizon xid8;
  removals_count bigint;
  touched_count bigint;
  mutations_count bigint;
begin
  select max(sync_xid) into removals_horizon from sync.removals where removed_at < now() - removals_older_than;
  delete from sync.removals where sync_xid <= removals_horizon;
  get diagnostics removals_count = row_count;
  select max(sync_xid) into touched_horizon from sync.touched where touched_at < now() - touched_older_than;
  delete from sync.touched where sync_xid <= touched_horizon;
  get diagnostics touched_count = row_count;
  -- A cursor is complete where everything from its xmin on is still listed.
  update sync.retention
     set removals_complete_from = greatest(removals_complete_from, coalesce((removals_horizon::text::bigint + 1)::text::xid8, removals_complete_from)),
         touched_complete_from = greatest(touched_complete_from, coalesce((touched_horizon::text::bigint + 1)::text::xid8, touched_complete_from));
  delete from sync.mutations where received_at < now() - mutations_older_than;
  get diagnostics mutations_count = row_count;
  return jsonb_build_object('removals', removals_count, 'touched', touched_count, 'mutations', mutations_count);
end
$$;

grant execute on function
  sync.hello(jsonb), sync.password_changed(), sync.pull_state(text), sync.push(jsonb), sync.apply_mutation(jsonb), sync.recorded_result(uuid),
  sync.record_result(uuid, jsonb), sync.record_conflict(name, uuid, name, jsonb, jsonb, uuid), app.refuse(text, jsonb)
  to fp_person;
grant select on sync.replicated_table to fp_person;
