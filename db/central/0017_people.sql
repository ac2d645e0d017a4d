-- People administration: inviting, changing, deactivating, one-time passwords; devices and their revocation; and
-- what somebody who is shut out still had to send. An administrator calls the functions granted here as any desktop
-- calls the centre; `npm run central` calls the ones beneath as the owner.

---------------------------------------------------------------------------------------------------------------
-- Sessions: what the hello said to the connection that asks
---------------------------------------------------------------------------------------------------------------

-- PostgreSQL tells nobody when a connection ends, so that its time of end would be a guess. What has to be known is
-- which device a living connection belongs to; app.devices says when each was seen last.
drop table app.device_sessions;

-- Bounded by the number of connections: a new one takes the place of an old one of the same process id. A row counts for
-- its person alone, since the id may be somebody else's by now. Unlogged: no connection outlives a crash.
create unlogged table app.sessions (
  pid integer primary key,
  user_id uuid not null,
  device_id uuid,
  -- Why the centre will not talk on this connection.
  refused text,
  since timestamptz not null default now()
);
comment on table app.sessions is 'One row is a connection that introduced itself, and what the centre answered.';
create index sessions_device on app.sessions (device_id);

-- The person behind the session, where they may work: active, within the account's days, with a password of their own, on
-- a connection that was not refused. session_user decides, which SET ROLE does not change.
create view app.signed_in as
  select u.id, u.organization_id, u.role
  from app.logins l join public.users u on u.id = l.user_id
  where l.role_name = session_user and u.status = 'active' and (l.valid_until is null or l.valid_until > now())
    and not l.must_change_password
    and not exists (
      select from app.sessions s where s.pid = pg_backend_pid() and s.user_id = l.user_id and s.refused is not null);

create or replace function app.me() returns app.identity
language sql stable security definer parallel restricted
set search_path = pg_catalog
as $$ select s.id, s.organization_id, s.role from app.signed_in s $$;

create or replace function app.my_user_id() returns uuid
language sql stable security definer parallel restricted
set search_path = pg_catalog
as $$ select s.id from app.signed_in s $$;

create or replace function app.my_organization_id() returns uuid
language sql stable security definer parallel restricted
set search_path = pg_catalog
as $$ select s.organization_id from app.signed_in s $$;

create or replace function app.my_role() returns text
language sql stable security definer parallel restricted
set search_path = pg_catalog
as $$ select s.role from app.signed_in s $$;

create or replace function app.internal_organization_id() returns uuid
language sql stable security definer parallel restricted
set search_path = pg_catalog
as $$ select s.organization_id from app.signed_in s where s.role not in ('supplier', 'customer') $$;

-- The first words of a connection, said again from time to time. `device`: {id, name, platform, app_version,
-- client_version, in_step}; `in_step` where the desktop has just stored all there was.
-- Answers who the person is and what the centre is, or why it will not talk, in `refused`. A refused connection reads and
-- writes nothing from then on (app.signed_in). `shut_out`: for good, as far as anybody knows; what the desktop had to send it
-- hands in, and erases the rest. A suspended person keeps what they have.
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
  revoked timestamptz;
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
    when exists (select from app.devices d where d.id = device_id and d.user_id = person.id and d.revoked_at is not null) then 'DEVICE_REVOKED'
    when coalesce((device ->> 'client_version')::integer, 0) < centre.minimum_client_version then 'UPDATE_REQUIRED'
  end;
  if refused is null then
    insert into app.devices (id, user_id, name, platform, app_version, schema_version, last_seen_at)
    values (device_id, person.id, left(device ->> 'name', 200), left(device ->> 'platform', 50),
            left(device ->> 'app_version', 50), (device ->> 'client_version')::integer, now())
    on conflict (id) do update
      set name = excluded.name, platform = excluded.platform, app_version = excluded.app_version,
          schema_version = excluded.schema_version, last_seen_at = now(),
          last_sync_at = case when (device -> 'in_step')::boolean then now() else devices.last_sync_at end
      where devices.user_id = excluded.user_id
    returning revoked_at into revoked;
    if not found then
      perform app.refuse('NOT_ALLOWED', '{"table": "devices"}');
    end if;
    -- Whoever revokes the device at this moment was waited for.
    if revoked is not null then
      refused := 'DEVICE_REVOKED';
    end if;
  end if;
  if person.id is not null then
    insert into app.sessions as s (pid, user_id, device_id, refused)
    values (pg_backend_pid(), person.id, device_id, refused)
    on conflict (pid) do update
      set user_id = excluded.user_id, device_id = excluded.device_id, refused = excluded.refused, since = now()
      where (s.user_id, s.device_id, s.refused) is distinct from (excluded.user_id, excluded.device_id, excluded.refused);
  end if;
  if refused is null then
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
    'user_id', person.id,
    'shut_out', coalesce(refused = 'DEVICE_REVOKED' or person.status = 'inactive', false),
    'person', case when refused is null then jsonb_build_object(
      'id', person.id, 'organization_id', person.organization_id, 'email', person.email,
      'name', person.name, 'role', person.role, 'department', person.department) end,
    'organization', case when refused is null then (
      select jsonb_build_object('id', o.id, 'name', o.name, 'timezone', o.timezone, 'default_currency', o.default_currency)
      from public.organizations o where o.id = person.organization_id) end,
    'channel', case when refused is null and centre.notify_enabled and not login.must_change_password then (
      select c.channel from sync.channels c where c.organization_id = person.organization_id) end);
end
$$;

-- Ends the open sessions of a login role in this database, all but the caller's own; of `only` these processes, where it
-- is given. Null where the owner may not. An owner without pg_signal_backend becomes a member of the role for that moment.
create function app.end_sessions(role_name name, only_pids integer[] default null) returns integer
language plpgsql
set search_path = pg_catalog
as $$
declare
  pids integer[] := array(
    select a.pid from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
    where r.rolname = end_sessions.role_name and a.datname = current_database() and a.pid <> pg_backend_pid()
      and (only_pids is null or a.pid = any (only_pids)));
begin
  if cardinality(pids) = 0 then
    return 0;
  end if;
  begin
    perform pg_terminate_backend(p) from unnest(pids) p;
    return cardinality(pids);
  exception when insufficient_privilege then
    null;
  end;
  execute format('grant %I to %I', role_name, current_user);
  perform pg_terminate_backend(p) from unnest(pids) p;
  execute format('revoke %I from %I', role_name, current_user);
  return cardinality(pids);
exception when insufficient_privilege then
  return null;
end
$$;

---------------------------------------------------------------------------------------------------------------
-- Login roles
---------------------------------------------------------------------------------------------------------------

-- What a person signs in with: normalized as normalizeEmail() of shared/domain/login-role.ts does. Lower case is
-- Unicode's, whatever the database's own collation knows of it.
do $$
begin
  execute format($create$
    create function app.normalized_email(email text) returns text
    language sql immutable
    set search_path = pg_catalog
    as $body$ select lower(normalize(app.written_reason(email), NFC) %s) $body$
    $create$,
    (select format('collate %I', c.collname) from pg_collation c
      where c.collname in ('und-x-icu', 'pg_c_utf8') order by c.collname = 'und-x-icu' desc limit 1));
end
$$;

create function app.login_role_name(email text) returns name
language sql stable
set search_path = pg_catalog
as $$
  select 'fp_' || left(encode(sha256(convert_to(current_database() || E'\n' || app.normalized_email(email), 'UTF8')), 'hex'), 40)
$$;

-- A verifier as PostgreSQL stores it (db/central/scram.ts makes it). Anything else PostgreSQL would take for the password
-- itself, which this server is never to see. The pattern cannot tell what password is behind it.
create function app.checked_verifier(verifier text) returns text
language plpgsql immutable
set search_path = pg_catalog
as $$
begin
  if verifier collate "C" !~ '^SCRAM-SHA-256\$[1-9][0-9]{3,5}:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$'
     or split_part(split_part(verifier, '$', 2), ':', 1)::integer < 4096 then
    perform app.refuse('VALUE_REFUSED', '{"column": "verifier"}');
  end if;
  if verifier is null then
    perform app.refuse('VALUE_REFUSED', '{"column": "verifier"}');
  end if;
  return verifier;
end
$$;

-- The groups that a person of a role belongs to, and no other of ours.
create function app.set_login_groups(role_name name, person_role text) returns void
language plpgsql
set search_path = pg_catalog
as $$
declare
  wanted text[] := array['fp_person', case person_role when 'supplier' then 'fp_supplier' when 'customer' then 'fp_customer' else 'fp_internal' end]
    || case when person_role = 'admin' then array['fp_admin'] else '{}' end;
  group_name text;
  member boolean;
begin
  foreach group_name in array array['fp_person', 'fp_internal', 'fp_supplier', 'fp_customer', 'fp_admin'] loop
    member := exists (
      select from pg_auth_members m join pg_roles g on g.oid = m.roleid join pg_roles r on r.oid = m.member
      where g.rolname = group_name and r.rolname = set_login_groups.role_name);
    if group_name = any (wanted) and not member then
      execute format('grant %I to %I', group_name, role_name);
    elsif member and not group_name = any (wanted) then
      execute format('revoke %I from %I', group_name, role_name);
    end if;
  end loop;
end
$$;

-- Gives a person their role to sign in with, or brings an existing one to this state: password, groups, app.logins.
create function app.create_login(person_id uuid, verifier text, must_change boolean) returns name
language plpgsql
set search_path = pg_catalog
as $$
declare
  person public.users;
  target name;
  present pg_roles;
begin
  select * into strict person from public.users u where u.id = person_id;
  target := app.login_role_name(person.email);
  if exists (select from app.logins l where l.role_name = target and l.user_id <> person_id) then
    perform app.refuse('ADDRESS_TAKEN');
  end if;
  select * into present from pg_roles r where r.rolname = target;
  if present.rolsuper or present.rolcreaterole or present.rolcreatedb or present.rolbypassrls or present.rolreplication then
    raise exception 'the role % has rights that no person may have: drop it first', target;
  end if;
  execute format(
    case when present.rolname is null then 'create role %I login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password %L'
         else 'alter role %I login password %L' end,
    target, app.checked_verifier(verifier));
  perform app.set_login_groups(target, person.role);
  insert into app.logins (user_id, role_name, must_change_password) values (person_id, target, must_change)
  on conflict (user_id) do update set role_name = excluded.role_name, must_change_password = excluded.must_change_password;
  return target;
end
$$;

-- A password of the person's own, and the end of the one-time one: both or neither. Other sessions of the person end, in
-- case the password was changed because somebody else knows it.
create function sync.change_password(verifier text) returns void
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  person public.users;
begin
  select u.* into person from app.logins l join public.users u on u.id = l.user_id
  where l.role_name = session_user and (l.valid_until is null or l.valid_until > now());
  if person.id is null or person.status <> 'active' then
    perform app.refuse('ACCOUNT_INACTIVE');
  end if;
  if exists (select from app.sessions s where s.pid = pg_backend_pid() and s.user_id = person.id and s.refused is not null) then
    perform app.refuse('NOT_ALLOWED');
  end if;
  execute format('alter role %I password %L', session_user, app.checked_verifier(verifier));
  update app.logins set must_change_password = false where user_id = person.id;
  perform app.end_sessions(session_user);
end
$$;

-- What older desktops call after an ALTER ROLE of their own, in one transaction with it: taken back, they ask for the update.
create or replace function sync.password_changed() returns void
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  perform app.refuse('UPDATE_REQUIRED');
end
$$;

---------------------------------------------------------------------------------------------------------------
-- People, as the owner changes them
---------------------------------------------------------------------------------------------------------------

-- One change of an organization's people at a time, each seeing the one before: else two administrators could demote
-- one another, or two managers be each other's. An older snapshot would not see it.
create function app.lock_people(organization uuid) returns void
language plpgsql
set search_path = pg_catalog
as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    perform app.refuse('NOT_ALLOWED', '{"table": "users", "reason": "isolation"}');
  end if;
  perform from public.organizations o where o.id = organization for no key update;
end
$$;

create function app.find_person(organization uuid, person_id uuid) returns public.users
language plpgsql stable
set search_path = pg_catalog
as $$
declare
  person public.users;
begin
  select * into person from public.users u where u.id = person_id and u.organization_id = organization;
  if person.id is null then
    perform app.refuse('NOT_FOUND', '{"table": "users"}');
  end if;
  return person;
end
$$;

-- The facts of a person as a change writes them, held to what the table's checks cannot say.
create function app.checked_person(person public.users) returns public.users
language plpgsql stable
set search_path = pg_catalog
as $$
declare
  manager public.users;
begin
  person.email := app.normalized_email(person.email);
  if person.role in ('supplier', 'customer') then
    if not exists (select from public.contacts c
        where c.id = person.contact_id and c.organization_id = person.organization_id and c.type = person.role) then
      perform app.refuse('CONTACT_REQUIRED', jsonb_build_object('type', person.role));
    end if;
  elsif person.contact_id is not null then
    perform app.refuse('VALUE_REFUSED', '{"table": "users", "column": "contact_id"}');
  end if;
  if person.direct_manager_id is not null then
    select * into manager from public.users u where u.id = person.direct_manager_id and u.organization_id = person.organization_id;
    if manager.id is null or manager.role in ('supplier', 'customer') then
      perform app.refuse('VALUE_REFUSED', '{"table": "users", "column": "direct_manager_id"}');
    end if;
    -- `cycle` ends the walk where an import brought a circle along that this person is no part of.
    if exists (
        with recursive above as (
          select u.id, u.direct_manager_id from public.users u where u.id = person.direct_manager_id
          union all
          select u.id, u.direct_manager_id from public.users u join above a on u.id = a.direct_manager_id
        ) cycle id set met using path
        select from above a where a.id = person.id) then
      perform app.refuse('MANAGER_CIRCLE');
    end if;
  end if;
  return person;
end
$$;

-- The columns of a person that an administrator writes; text without blanks around it, and null where nothing remains.
create function app.patched_person(person public.users, patch jsonb) returns public.users
language plpgsql stable
set search_path = pg_catalog
as $$
declare
  col text;
begin
  if jsonb_typeof(patch) is distinct from 'object' then
    perform app.refuse('VALUE_REFUSED', '{"table": "users"}');
  end if;
  for col in select k from jsonb_object_keys(patch) k loop
    if not col = any (array['name', 'email', 'role', 'department', 'phone', 'employee_id', 'direct_manager_id', 'contact_id']) then
      perform app.refuse('COLUMN_NOT_WRITABLE', jsonb_build_object('table', 'users', 'column', col));
    end if;
    if jsonb_typeof(patch -> col) not in ('string', 'null') then
      perform app.refuse('VALUE_REFUSED', jsonb_build_object('table', 'users', 'column', col));
    end if;
    patch := jsonb_set(patch, array[col], coalesce(to_jsonb(app.written_reason(patch ->> col)), 'null'));
  end loop;
  begin
    return jsonb_populate_record(person, patch);
  exception when data_exception then
    perform app.refuse('VALUE_REFUSED', '{"table": "users"}');
  end;
end
$$;

-- {id, role_name} of the new person, who signs in with a one-time password.
create function app.add_person(organization uuid, facts jsonb, verifier text) returns jsonb
language plpgsql
set search_path = pg_catalog
as $$
declare
  person public.users;
  failed text;
begin
  perform app.lock_people(organization);
  person.id := app.uuid_v7();
  person.organization_id := organization;
  person := app.checked_person(app.patched_person(person, facts));
  begin
    insert into public.users (id, organization_id, email, name, role, department, phone, employee_id, direct_manager_id, contact_id)
    values (person.id, organization, person.email, person.name, person.role, person.department, person.phone,
            person.employee_id, person.direct_manager_id, person.contact_id);
  exception
    when unique_violation then
      perform app.refuse('ADDRESS_TAKEN');
    when integrity_constraint_violation or data_exception then
      get stacked diagnostics failed = constraint_name;
      perform app.refuse('VALUE_REFUSED', jsonb_build_object('table', 'users', 'constraint', failed));
  end;
  return jsonb_build_object('id', person.id, 'role_name', app.create_login(person.id, verifier, true));
end
$$;

-- Changes facts of a person; the login role follows. A new address is a new name to sign in with; a new role ends the
-- open sessions, so that none goes on with what it learned under the old one.
create function app.alter_person(organization uuid, person_id uuid, patch jsonb) returns jsonb
language plpgsql
set search_path = pg_catalog
as $$
declare
  before public.users;
  after public.users;
  login app.logins;
  renamed name;
  failed text;
  ended integer := 0;
begin
  perform app.lock_people(organization);
  before := app.find_person(organization, person_id);
  after := app.patched_person(before, patch);
  -- Staff are of no other company.
  if before.role in ('supplier', 'customer') and after.role not in ('supplier', 'customer') and not patch ? 'contact_id' then
    after.contact_id := null;
  end if;
  after := app.checked_person(after);
  if app.normalized_email(before.email) = after.email then
    after.email := before.email;
  end if;
  if before.role = 'admin' and after.role is distinct from 'admin' then
    perform app.keep_an_admin(before);
  end if;
  begin
    update public.users u
       set name = after.name, email = after.email, role = after.role, department = after.department, phone = after.phone,
           employee_id = after.employee_id, direct_manager_id = after.direct_manager_id, contact_id = after.contact_id
     where u.id = person_id;
  exception
    when unique_violation then
      perform app.refuse('ADDRESS_TAKEN');
    when integrity_constraint_violation or data_exception then
      get stacked diagnostics failed = constraint_name;
      perform app.refuse('VALUE_REFUSED', jsonb_build_object('table', 'users', 'constraint', failed));
  end;

  select * into login from app.logins l where l.user_id = person_id;
  if login.user_id is null then
    return jsonb_build_object('sessions_ended', 0);
  end if;
  renamed := app.login_role_name(after.email);
  if renamed <> login.role_name then
    -- PostgreSQL renames nobody who is signed in on the connection that asks.
    if login.role_name = session_user then
      perform app.refuse('OWN_ACCOUNT', '{"column": "email"}');
    end if;
    if exists (select from pg_roles r where r.rolname = renamed) then
      perform app.refuse('ADDRESS_TAKEN');
    end if;
    execute format('alter role %I rename to %I', login.role_name, renamed);
    update app.logins set role_name = renamed where user_id = person_id;
  end if;
  if after.role <> before.role then
    perform app.set_login_groups(renamed, after.role);
  end if;
  if after.role <> before.role or renamed <> login.role_name then
    ended := app.end_sessions(renamed);
  end if;
  return jsonb_build_object('sessions_ended', ended);
end
$$;

create function app.keep_an_admin(person public.users) returns void
language plpgsql
set search_path = pg_catalog
as $$
begin
  if person.status = 'active' and not exists (
      select from public.users u
      where u.organization_id = person.organization_id and u.id <> person.id and u.role = 'admin' and u.status = 'active') then
    perform app.refuse('LAST_ADMIN');
  end if;
end
$$;

create function app.alter_person_status(organization uuid, person_id uuid, status text) returns jsonb
language plpgsql
set search_path = pg_catalog
as $$
declare
  person public.users;
  ended integer := 0;
begin
  perform app.lock_people(organization);
  person := app.find_person(organization, person_id);
  if status is null or not status in ('active', 'inactive', 'suspended') then
    perform app.refuse('VALUE_REFUSED', '{"table": "users", "column": "status"}');
  end if;
  if person.role = 'admin' and status <> 'active' then
    perform app.keep_an_admin(person);
  end if;
  update public.users u set status = alter_person_status.status where u.id = person_id and u.status <> alter_person_status.status;
  if status <> 'active' then
    ended := app.end_sessions((select l.role_name from app.logins l where l.user_id = person_id));
  end if;
  return jsonb_build_object('sessions_ended', ended);
end
$$;

-- A one-time password; also the first one, for somebody who has never been able to sign in.
create function app.renew_password(organization uuid, person_id uuid, verifier text) returns jsonb
language plpgsql
set search_path = pg_catalog
as $$
declare
  person public.users;
begin
  perform app.lock_people(organization);
  person := app.find_person(organization, person_id);
  perform app.create_login(person.id, verifier, true);
  perform app.note_activity(organization, 'users', person_id, 'PASSWORD_RESET');
  return jsonb_build_object('sessions_ended', app.end_sessions((select l.role_name from app.logins l where l.user_id = person_id)));
end
$$;

-- What an administrator does that changes no row of business data belongs into the audit trail, too.
create function app.note_activity(organization uuid, entity_type text, entity_id uuid, action text, facts jsonb default null) returns void
language sql
set search_path = pg_catalog
as $$
  insert into public.activity_log (organization_id, user_id, entity_type, entity_id, action, new_values, device_id)
  select organization, app.my_user_id(), note_activity.entity_type, note_activity.entity_id, note_activity.action, facts,
         (select s.device_id from app.sessions s where s.pid = pg_backend_pid() and s.user_id = app.my_user_id())
$$;

-- Revoked devices hear of it at their next hello, which they are made to say at once.
create function app.alter_device(organization uuid, device_id uuid, revoked boolean) returns jsonb
language plpgsql
set search_path = pg_catalog
as $$
declare
  device app.devices;
  ended integer := 0;
begin
  select d.* into device from app.devices d join public.users u on u.id = d.user_id
  where d.id = alter_device.device_id and u.organization_id = organization for update of d;
  if device.id is null then
    perform app.refuse('NOT_FOUND', '{"table": "devices"}');
  end if;
  update app.devices d set revoked_at = case when revoked then coalesce(d.revoked_at, now()) end where d.id = device.id;
  if revoked then
    update app.sessions s set refused = 'DEVICE_REVOKED' where s.device_id = device.id and s.user_id = device.user_id;
    ended := app.end_sessions(
      (select l.role_name from app.logins l where l.user_id = device.user_id),
      array(select s.pid from app.sessions s where s.device_id = device.id and s.user_id = device.user_id));
  end if;
  if revoked is distinct from (device.revoked_at is not null) then
    perform app.note_activity(organization, 'devices', device.id, case when revoked then 'DEVICE_REVOKED' else 'DEVICE_READMITTED' end,
      jsonb_build_object('name', device.name, 'user_id', device.user_id));
  end if;
  return jsonb_build_object('sessions_ended', ended);
end
$$;

---------------------------------------------------------------------------------------------------------------
-- People, as an administrator changes them
---------------------------------------------------------------------------------------------------------------

-- The organization of the administrator who asks; nobody else gets past this.
create function app.administered_organization() returns uuid
language plpgsql stable
set search_path = pg_catalog
as $$
declare
  me app.identity := app.me();
begin
  if me.role is distinct from 'admin' then
    perform app.refuse('NOT_ALLOWED', '{"table": "users"}');
  end if;
  return me.organization_id;
end
$$;

-- The same for a change: whoever was demoted while they waited for another's change is no administrator any more.
create function app.administering() returns uuid
language plpgsql
set search_path = pg_catalog
as $$
begin
  perform app.lock_people(app.administered_organization());
  return app.administered_organization();
end
$$;

create function app.refuse_own(person_id uuid, what text) returns void
language plpgsql
set search_path = pg_catalog
as $$
begin
  if person_id = app.my_user_id() then
    perform app.refuse('OWN_ACCOUNT', jsonb_build_object('column', what));
  end if;
end
$$;

create function app.invite_person(person jsonb, verifier text) returns jsonb
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  return app.add_person(app.administering(), person, verifier) - 'role_name';
end
$$;

create function app.change_person(id uuid, patch jsonb) returns jsonb
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  organization uuid := app.administering();
begin
  if patch ? 'role' and patch ->> 'role' is distinct from 'admin' then
    perform app.refuse_own(change_person.id, 'role');
  end if;
  return app.alter_person(organization, change_person.id, patch);
end
$$;

create function app.set_person_status(id uuid, status text) returns jsonb
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  organization uuid := app.administering();
begin
  perform app.refuse_own(set_person_status.id, 'status');
  return app.alter_person_status(organization, set_person_status.id, set_person_status.status);
end
$$;

create function app.reset_password(id uuid, verifier text) returns jsonb
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  organization uuid := app.administering();
begin
  perform app.refuse_own(reset_password.id, 'password');
  return app.renew_password(organization, reset_password.id, verifier);
end
$$;

-- Who can sign in, and who has yet to replace a one-time password.
create function app.logins_of_organization() returns table (user_id uuid, must_change_password boolean, valid_until timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog
as $$
declare
  organization uuid := app.administered_organization();
begin
  return query
    select l.user_id, l.must_change_password, l.valid_until
    from app.logins l join public.users u on u.id = l.user_id where u.organization_id = organization;
end
$$;

create function app.devices_of_organization() returns table (
  id uuid, user_id uuid, name text, platform text, app_version text, first_seen_at timestamptz, last_seen_at timestamptz,
  last_sync_at timestamptz, revoked_at timestamptz, connected boolean, own boolean)
language plpgsql stable security definer
set search_path = pg_catalog
as $$
declare
  organization uuid := app.administered_organization();
begin
  return query
    select d.id, d.user_id, d.name, d.platform, d.app_version, d.first_seen_at, d.last_seen_at, d.last_sync_at, d.revoked_at,
           exists (
             select from app.sessions s join pg_stat_activity a on a.pid = s.pid
             join app.logins l on l.user_id = s.user_id join pg_roles r on r.rolname = l.role_name and r.oid = a.usesysid
             where s.device_id = d.id and s.user_id = d.user_id and s.refused is null and a.datname = current_database()),
           exists (select from app.sessions s where s.pid = pg_backend_pid() and s.device_id = d.id and s.user_id = d.user_id)
    from app.devices d join public.users u on u.id = d.user_id
    where u.organization_id = organization
    order by d.last_seen_at desc, d.id;
end
$$;

create function app.revoke_device(id uuid) returns jsonb
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  organization uuid := app.administered_organization();
begin
  if exists (select from app.sessions s where s.pid = pg_backend_pid() and s.device_id = revoke_device.id) then
    perform app.refuse('OWN_ACCOUNT', '{"column": "device"}');
  end if;
  return app.alter_device(organization, revoke_device.id, true);
end
$$;

create function app.readmit_device(id uuid) returns jsonb
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  return app.alter_device(app.administered_organization(), readmit_device.id, false);
end
$$;

---------------------------------------------------------------------------------------------------------------
-- Handing in: what somebody who is shut out had not sent yet
---------------------------------------------------------------------------------------------------------------

create table app.handed_in (
  id uuid primary key default app.uuid_v7(),
  -- The order in which the person made the changes.
  place bigint generated always as identity,
  organization_id uuid not null references public.organizations (id) on delete cascade deferrable,
  user_id uuid not null references public.users (id) on delete cascade deferrable,
  device_id uuid,
  mutation_id uuid not null,
  mutation jsonb not null check (octet_length(mutation::text) <= 1048576),
  handed_in_at timestamptz not null default now(),
  -- How often an administrator tried to apply it, and what the push said last.
  attempts integer not null default 0,
  result jsonb,
  decision text check (decision in ('applied', 'discarded')),
  decided_by uuid references public.users (id) deferrable,
  decided_at timestamptz,
  unique (user_id, mutation_id)
);
comment on table app.handed_in is 'One row is a change that a person had made before they, or their device, were shut out.';
create index handed_in_open on app.handed_in (organization_id, place) where decision is null;

-- What waits for a decision. Whoever was let in again has sent it by themselves.
create view app.handed_in_waiting as
  select h.* from app.handed_in h
  where h.decision is null and not exists (
    select from sync.mutations r
    where r.user_id = h.user_id and r.mutation_id = h.mutation_id and r.result ->> 'status' in ('applied', 'merged'));

-- [{id, table, row_id, op, patch, base, created_at, …}]; answers the ids that are safe here: kept for an administrator, or
-- applied before. All or nothing. Only for somebody who is shut out.
create function sync.hand_in(mutations jsonb) returns jsonb
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  most_rows constant integer := 50000;
  most_bytes constant bigint := 64 * 1024 * 1024;
  person public.users;
  session app.sessions;
  fresh integer;
  kept record;
begin
  -- One call of a person at a time, so that the bounds hold.
  select u.* into person from app.logins l join public.users u on u.id = l.user_id where l.role_name = session_user for update of l;
  select * into session from app.sessions s where s.pid = pg_backend_pid() and s.user_id = person.id;
  if person.id is null or (person.status <> 'inactive' and session.refused is distinct from 'DEVICE_REVOKED') then
    perform app.refuse('NOT_ALLOWED', '{"table": "handed_in"}');
  end if;
  if jsonb_typeof(mutations) is distinct from 'array' or jsonb_array_length(mutations) > 1000
     or exists (select from jsonb_array_elements(mutations) m where jsonb_typeof(m) <> 'object'
                or not coalesce(m ->> 'id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', false)
                or octet_length(m::text) > 1048576) then
    perform app.refuse('VALUE_REFUSED', '{"table": "handed_in"}');
  end if;

  insert into app.handed_in (organization_id, user_id, device_id, mutation_id, mutation)
  select person.organization_id, person.id, session.device_id, (m ->> 'id')::uuid, m
  from jsonb_array_elements(mutations) with ordinality as e (m, n)
  where not exists (
    select from sync.mutations r
    where r.user_id = person.id and r.mutation_id = (m ->> 'id')::uuid and r.result ->> 'status' in ('applied', 'merged'))
  order by e.n
  on conflict (user_id, mutation_id) do nothing;
  get diagnostics fresh = row_count;
  if fresh > 0 then
    perform app.note_activity(person.organization_id, 'users', person.id, 'HANDED_IN', jsonb_build_object('count', fresh, 'device_id', session.device_id));
  end if;

  select count(*) as n, sum(octet_length(h.mutation::text)) as bytes into kept
  from app.handed_in h where h.user_id = person.id and h.decision is null;
  if kept.n > most_rows or kept.bytes > most_bytes then
    perform app.refuse('HAND_IN_FULL');
  end if;
  return (select coalesce(jsonb_agg(m -> 'id'), '[]') from jsonb_array_elements(mutations) m);
end
$$;

-- In the order in which each person made them.
create function app.handed_in_changes() returns table (
  id uuid, user_id uuid, device_name text, mutation jsonb, handed_in_at timestamptz, attempts integer, result jsonb)
language plpgsql stable security definer
set search_path = pg_catalog
as $$
declare
  organization uuid := app.administered_organization();
begin
  return query
    select h.id, h.user_id, d.name, h.mutation, h.handed_in_at, h.attempts, h.result
    from app.handed_in_waiting h left join app.devices d on d.id = h.device_id and d.user_id = h.user_id
    where h.organization_id = organization
    order by h.place limit 1000;
end
$$;

-- The change as the administrator pushes it: under an id of its own per attempt, because a recorded refusal would be
-- answered again for ever. Locked until the decision.
create function app.handed_in_mutation(id uuid) returns jsonb
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  organization uuid := app.administered_organization();
  found app.handed_in;
begin
  select h.* into found from app.handed_in h
  where h.id = handed_in_mutation.id and h.organization_id = organization
    and exists (select from app.handed_in_waiting w where w.id = h.id) for update;
  if found.id is null then
    perform app.refuse('NOT_FOUND', '{"table": "handed_in"}');
  end if;
  return found.mutation || jsonb_build_object('id', app.derived_id(found.id, app.my_user_id() || ' ' || found.attempts));
end
$$;

-- Records what the push answered, as it recorded it itself: nobody's word is taken for it.
create function app.settle_handed_in(id uuid) returns jsonb
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  organization uuid := app.administered_organization();
  answered jsonb;
  settled app.handed_in;
begin
  select r.result into answered
  from app.handed_in h join sync.mutations r
    on r.user_id = app.my_user_id() and r.mutation_id = app.derived_id(h.id, app.my_user_id() || ' ' || h.attempts)
  where h.id = settle_handed_in.id and h.organization_id = organization and h.decision is null;
  if answered is null then
    return null;
  end if;
  update app.handed_in h
     set result = answered - 'id' - 'xid', attempts = h.attempts + 1,
         decision = case when answered ->> 'status' in ('applied', 'merged') then 'applied' end,
         decided_by = case when answered ->> 'status' in ('applied', 'merged') then app.my_user_id() end,
         decided_at = case when answered ->> 'status' in ('applied', 'merged') then now() end
   where h.id = settle_handed_in.id
   returning * into settled;
  if settled.decision is not null then
    perform app.note_activity(organization, 'handed_in', settled.id, 'HANDED_IN_APPLIED', jsonb_build_object('user_id', settled.user_id,
      'table', settled.mutation -> 'table', 'row_id', settled.mutation -> 'row_id', 'patch', settled.mutation -> 'patch'));
  end if;
  return settled.result;
end
$$;

-- Applies a change as the administrator who asks, with their own rights and by the rules of every push. Answers its result:
-- {status: applied | merged | refused {code, details} | skipped}; what was not applied stays.
create function app.apply_handed_in(id uuid) returns jsonb
language plpgsql
set search_path = pg_catalog
as $$
declare
  answers jsonb := sync.push(jsonb_build_array(app.handed_in_mutation(apply_handed_in.id)));
begin
  return coalesce(app.settle_handed_in(apply_handed_in.id), (answers -> 0) - 'id' - 'xid');
end
$$;

create function app.discard_handed_in(id uuid) returns void
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  organization uuid := app.administered_organization();
  settled app.handed_in;
begin
  update app.handed_in h set decision = 'discarded', decided_by = app.my_user_id(), decided_at = now()
  where h.id = discard_handed_in.id and h.organization_id = organization and h.decision is null
  returning * into settled;
  if settled.id is null then
    perform app.refuse('NOT_FOUND', '{"table": "handed_in"}');
  end if;
  perform app.note_activity(organization, 'handed_in', settled.id, 'HANDED_IN_DISCARDED', jsonb_build_object('user_id', settled.user_id,
    'table', settled.mutation -> 'table', 'row_id', settled.mutation -> 'row_id', 'patch', settled.mutation -> 'patch'));
end
$$;

---------------------------------------------------------------------------------------------------------------
-- Who may call what
---------------------------------------------------------------------------------------------------------------

do $$
declare
  target name;
begin
  foreach target in array array['sessions', 'handed_in'] loop
    execute format('alter table app.%I enable row level security', target);
    execute format('create policy owner_all on app.%I to %I using (true) with check (true)', target, current_user);
  end loop;
end
$$;

grant execute on function sync.change_password(text), sync.hand_in(jsonb) to fp_person;
grant execute on function
  app.invite_person(jsonb, text), app.change_person(uuid, jsonb), app.set_person_status(uuid, text),
  app.reset_password(uuid, text), app.logins_of_organization(), app.devices_of_organization(), app.revoke_device(uuid),
  app.readmit_device(uuid), app.handed_in_changes(), app.handed_in_mutation(uuid), app.settle_handed_in(uuid),
  app.apply_handed_in(uuid), app.discard_handed_in(uuid)
  to fp_internal;
