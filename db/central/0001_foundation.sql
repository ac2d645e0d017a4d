-- Schemas, group roles and the helpers that every later file builds on.
--
-- A person is a LOGIN role of their own; what they may do follows from the row in public.users that
-- app.logins ties to that role. Roles belong to the whole cluster, so two databases of one cluster share
-- the group roles, while a login role's name contains a digest of the database's name (see docs/security.md).

create schema app;
create schema sync;

do $$
declare
  group_role text;
begin
  foreach group_role in array array['fp_person', 'fp_internal', 'fp_supplier', 'fp_customer', 'fp_admin'] loop
    begin
      execute format('create role %I nologin', group_role);
    exception when duplicate_object or unique_violation then
      null; -- another database of this cluster made it
    end;
  end loop;
end
$$;

revoke all on schema public from public;
revoke create on schema public from public;
grant usage on schema public, app, sync to fp_person;

do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to fp_person', current_database());
end
$$;

alter default privileges revoke execute on functions from public;

-- UUID version 7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then random bits.
-- PostgreSQL has a built-in one only from version 18 on.
create function app.uuid_v7() returns uuid
language sql volatile parallel safe
set search_path = pg_catalog
as $$
  select encode(
    set_byte(
      set_byte(
        overlay(uuid_send(gen_random_uuid())
                placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                from 1 for 6),
        6, (get_byte(uuid_send(gen_random_uuid()), 6) & 15) | 112),
      8, (get_byte(uuid_send(gen_random_uuid()), 8) & 63) | 128),
    'hex')::uuid
$$;

-- The same name everywhere gives the same id, so that a desktop that works offline and the centre
-- create one and the same row (main/worker/replica/derived-id.ts is the desktop's side).
create function app.derived_id(namespace uuid, name text) returns uuid
language sql immutable parallel safe
set search_path = pg_catalog
as $$
  select encode(
    set_byte(
      set_byte(digest, 6, (get_byte(digest, 6) & 15) | 128),
      8, (get_byte(digest, 8) & 63) | 128),
    'hex')::uuid
  from (select substring(sha256(uuid_send(namespace) || convert_to(name, 'UTF8')) from 1 for 16) as digest) as d
$$;

grant execute on function app.uuid_v7(), app.derived_id(uuid, text) to fp_person;

-- What the database is: its identity, its epoch (a new one after a restore or a move to another cluster,
-- where transaction ids start anew) and the oldest client that it accepts.
create table sync.instance (
  singleton boolean primary key default true check (singleton),
  id uuid not null default gen_random_uuid(),
  epoch uuid not null default gen_random_uuid(),
  -- The system identifier and database oid where this epoch began: a copy of the data elsewhere shows.
  system_identifier text not null,
  minimum_client_version integer not null default 1,
  notify_enabled boolean not null default true
);

-- A maintenance session (import, restore) keeps the timestamps that it writes and leaves no audit rows.
-- The setting counts for the owner of the schema alone: a person's session can set it, to no effect.
create function app.in_maintenance() returns boolean
language sql stable
set search_path = pg_catalog
as $$
  select coalesce(current_setting('factory_pulse.maintenance', true), '') = 'on'
     and exists (
       select from pg_namespace n
       where n.nspname = 'app' and pg_has_role(session_user, n.nspowner, 'member')
     )
$$;
grant execute on function app.in_maintenance() to fp_person;
