-- Introductions: a desktop says hello again while it is connected, so that the centre learns that it is in step and the
-- desktop learns of a centre that changed; a centre that was restored or copied notices it by itself.

-- Where this database lives: cluster, database and timeline (a restore to a point in time or a promoted standby begins
-- a new one). Null where the provider shows none of it.
create function sync.place() returns text
language plpgsql stable
set search_path = pg_catalog
as $$
begin
  return (select format('%s/%s/%s', c.system_identifier, d.oid, left(pg_walfile_name(pg_current_wal_lsn()), 8))
            from pg_control_system() c, pg_database d where d.datname = current_database());
exception when insufficient_privilege or object_not_in_prerequisite_state or undefined_function then
  return null;
end
$$;
comment on column sync.instance.system_identifier is 'sync.place() where the present epoch began';
update sync.instance set system_identifier = coalesce(sync.place(), system_identifier);

-- Asks every desktop that listens to introduce itself again.
create function sync.call_back() returns void
language sql
set search_path = pg_catalog
as $$ select pg_notify(c.channel, 'hello') from sync.channels c $$;

create function sync.tell_instance_changed() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  perform sync.call_back();
  return null;
end
$$;
create trigger z_changed after update on sync.instance
  for each row when (old is distinct from new) execute function sync.tell_instance_changed();

-- A new epoch, for the owner after a restore or a move. After a move by dump the transaction ids of rows lie in the new
-- cluster's future and would count as changed for ever: such rows are stamped anew, and the lists of the old ids go.
create function sync.begin_epoch() returns uuid
language plpgsql
set search_path = pg_catalog
as $$
declare
  target name;
  now_xid xid8 := pg_current_xact_id();
begin
  perform set_config('factory_pulse.maintenance', 'on', true);
  for target in select r.table_name from sync.replicated_table r order by r.load_order loop
    execute format('update public.%I set sync_xid = sync_xid where sync_xid > %L::xid8', target, now_xid);
  end loop;
  delete from sync.removals where sync_xid > now_xid;
  delete from sync.touched where sync_xid > now_xid;
  delete from sync.mutations where (result ->> 'xid')::xid8 > now_xid;
  update sync.retention set removals_complete_from = now_xid, touched_complete_from = now_xid;
  update sync.instance set epoch = gen_random_uuid(), system_identifier = coalesce(sync.place(), system_identifier);
  return (select i.epoch from sync.instance i);
end
$$;

-- The first words of a connection, said again from time to time. `device`: {id, name, platform, app_version,
-- client_version, in_step}; `in_step` where the desktop has just stored all there was.
-- Answers who the person is and what the centre is, or why it will not talk, in `refused`.
create or replace function sync.hello(device jsonb) returns jsonb
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  login app.logins;
  person public.users;
  centre sync.instance;
  version integer;
  here text := sync.place();
  device_id uuid := (device ->> 'id')::uuid;
  refused text;
begin
  select * into login from app.logins where role_name = session_user;
  select * into person from public.users where id = login.user_id;
  -- Elsewhere, transaction ids are others: cursors of the place before mean nothing here.
  update sync.instance set epoch = gen_random_uuid(), system_identifier = here where system_identifier <> here;
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
          schema_version = excluded.schema_version, last_seen_at = now(),
          last_sync_at = case when (device -> 'in_step')::boolean then now() else devices.last_sync_at end
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

create index removals_row on sync.removals (row_id);

-- Why a change finds no row: `ROW_DELETED` where the row is gone and everybody of the caller's kind could see it,
-- else `ROW_NOT_VISIBLE`, so that nobody learns of a row that was never theirs.
create function app.missing_row_code(target name, row_id uuid) returns text
language plpgsql stable security definer
set search_path = pg_catalog
as $$
declare
  listed boolean;
  present boolean;
begin
  if not exists (select from sync.replicated_table r where r.table_name = target) then
    return 'ROW_NOT_VISIBLE';
  end if;
  -- Rows of tables under other policies were some people's only.
  if not app.am_internal() or not exists (
       select from pg_policy p where p.polrelid = format('public.%I', target)::regclass and p.polname = 'internal_read') then
    return 'ROW_NOT_VISIBLE';
  end if;
  select exists (select from sync.removals x
    where x.organization_id = app.my_organization_id() and x.table_name = target and x.row_id = missing_row_code.row_id) into listed;
  -- Listed and still there: it went out of sight, or to another organization.
  execute format('select exists (select from public.%I t where t.id = $1)', target) into present using row_id;
  return case when listed and not present then 'ROW_DELETED' else 'ROW_NOT_VISIBLE' end;
end
$$;
grant execute on function app.missing_row_code(name, uuid) to fp_person;
