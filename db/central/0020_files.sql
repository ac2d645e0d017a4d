-- Files: what a document's bytes are, who has it in hand, who approved which version, and the bytes themselves, in pieces that
-- nobody reaches but through the functions of the schema `files`.

create schema files;
grant usage on schema files to fp_person;

---------------------------------------------------------------------------------------------------------------
-- Columns
---------------------------------------------------------------------------------------------------------------

alter table public.documents
  add column content_sha256 text check (content_sha256 ~ '^[0-9a-f]{64}$'),
  add column checked_out_by uuid,
  add column checked_out_at timestamptz,
  add column checkout_note text check (char_length(checkout_note) <= 2000),
  add foreign key (organization_id, checked_out_by) references public.users (organization_id, id)
    on delete set null (checked_out_by) deferrable;
comment on column public.documents.content_sha256 is 'What the bytes of the current version are; null for links, and where they never came over.';
comment on column public.documents.checked_out_by is 'Who is working on it elsewhere; a note, but for new versions, which only they add meanwhile.';
create index documents_checked_out_by on public.documents (checked_out_by) where checked_out_by is not null;

alter table public.document_versions
  add column content_sha256 text check (content_sha256 ~ '^[0-9a-f]{64}$'),
  add column approved_by uuid,
  add column approved_at timestamptz,
  add foreign key (organization_id, approved_by) references public.users (organization_id, id) deferrable;

update sync.replicated_table set writable = writable || '{content_sha256,checked_out_by,checkout_note}' where table_name = 'documents';
update sync.replicated_table set accepts = '{insert,update}',
  writable = '{document_id,version_number,file_name,file_size,mime_type,title,change_summary,content_sha256,approved_at}'
where table_name = 'document_versions';

grant insert (content_sha256, checked_out_by, checkout_note), update (content_sha256, checked_out_by, checkout_note) on public.documents to fp_internal;
grant insert (id, organization_id, document_id, version_number, file_name, file_size, mime_type, title, change_summary, content_sha256, approved_at),
  update (document_id, version_number, file_name, file_size, mime_type, title, change_summary, content_sha256, approved_at)
  on public.document_versions to fp_internal;
grant select (content_sha256) on public.documents, public.document_versions to fp_supplier, fp_customer;
grant select (approved_at) on public.document_versions to fp_supplier, fp_customer;

-- People outside say what they opened, and see their own entries.
grant select (id, organization_id, created_at, updated_at, sync_xid, document_id, user_id, action, success, error_message, accessed_at),
  insert (id, organization_id, document_id, action, success, error_message, accessed_at)
  on public.document_access_log to fp_supplier, fp_customer;

---------------------------------------------------------------------------------------------------------------
-- Rules
---------------------------------------------------------------------------------------------------------------

insert into app.access_rules (table_name, action, role, condition)
select 'document_versions', 'insert', r, 'always' from unnest('{admin,management,engineering}'::text[]) r
union all
select 'document_versions', 'insert', r, 'own' from unnest('{sales,procurement,qa,production}'::text[]) r
union all
select 'document_versions', 'update', r, 'always' from unnest('{admin,management}'::text[]) r
union all
select 'document_versions', 'update', r, 'approval' from unnest('{engineering,qa}'::text[]) r
union all
select 'document_access_log', a, r, 'own' from unnest('{read,insert}'::text[]) a, unnest('{supplier,customer}'::text[]) r;

-- As the policy `may_read` of documents, for functions that run with their owner's rights.
create function app.may_read_document(document public.documents) returns boolean
language sql stable security definer
set search_path = pg_catalog
as $$
  select coalesce((
    select case r.condition
      when 'always' then true
      when 'circle' then document.access_level not in ('confidential', 'restricted') or document.uploaded_by = m.user_id
        or app.in_circle(document.project_id)
      when 'shared' then document.access_level in ('public', 'external', m.role)
        and (document.project_id = any (app.shared_project_ids()) or document.id = any (app.requested_document_ids()))
      else false end
    from app.me() m
    join app.access_rules r on r.table_name = 'documents' and r.action = 'read' and r.role = m.role
    where m.organization_id = document.organization_id), false)
$$;

-- As the policy `may_update` of documents, and what app.check_of_project says of people who are kept out of a project.
create function app.may_update_document(document public.documents) returns boolean
language sql stable security definer
set search_path = pg_catalog
as $$
  select app.may_read_document(document) and coalesce((
    select (r.condition = 'always' or document.uploaded_by = m.user_id)
      and (m.role in ('management', 'admin') or not app.excluded_from(document.project_id))
    from app.me() m
    join app.access_rules r on r.table_name = 'documents' and r.action = 'update' and r.role = m.role), false)
$$;

-- Whom an approval of this document names, or who has decided it: they say the same of its versions.
create function app.may_approve_document(document_id uuid) returns boolean
language sql stable security definer
set search_path = pg_catalog
as $$
  select exists (
    select from app.me() m
    join public.documents d on d.id = may_approve_document.document_id and app.may_read_document(d)
    join public.approvals a on a.organization_id = m.organization_id and a.approval_type = 'document_approval'
      and a.entity_type = 'documents' and a.entity_id = d.id
    where app.may_decide(a) and a.status in ('pending', 'in_review', 'delegated', 'escalated')
      or a.decision_by = m.user_id and a.status = 'approved')
$$;
grant execute on function app.may_approve_document(uuid) to fp_person;

create policy may_insert on public.document_versions for insert with check (
  organization_id = (select app.organization_with_access('document_versions', 'insert'))
  and (exists (
    select from public.documents d
    where d.id = document_id
      and ((select app.access_condition('document_versions', 'insert')) = 'always' or d.uploaded_by = (select app.my_user_id())))));
create policy may_update on public.document_versions for update using (
  organization_id = (select app.organization_with_access('document_versions', 'update'))
  and ((select app.access_condition('document_versions', 'update')) = 'always' or app.may_approve_document(document_id)))
with check (
  organization_id = (select app.organization_with_access('document_versions', 'update'))
  and ((select app.access_condition('document_versions', 'update')) = 'always' or app.may_approve_document(document_id)));

-- An entry refers to its document, which somebody may have lost from sight.
drop policy may_read on public.document_access_log;
create policy may_read on public.document_access_log for select using (
  organization_id = (select app.organization_with_access('document_access_log', 'read'))
  and ((select app.access_condition('document_access_log', 'read')) = 'always'
       or (user_id = (select app.my_user_id()) and exists (select from public.documents d where d.id = document_id))));

---------------------------------------------------------------------------------------------------------------
-- Check-out
---------------------------------------------------------------------------------------------------------------

-- Somebody else has it out: says who.
create function app.refuse_checked_out(document public.documents) returns void
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  perform app.refuse('DOCUMENT_CHECKED_OUT', jsonb_build_object('table', 'documents', 'user_id', document.checked_out_by,
    'name', (select u.name from public.users u where u.id = document.checked_out_by), 'since', document.checked_out_at));
end
$$;

create function app.check_document_content() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  me app.identity := app.me();
begin
  if app.in_maintenance() or me.user_id is null or pg_trigger_depth() > 1 then
    return new;
  end if;
  if tg_op = 'INSERT' then
    new.checked_out_by := null;
    new.checked_out_at := null;
    new.checkout_note := null;
    return new;
  end if;
  -- New bytes are a new version. Only bytes that never came over are brought by name and size, by whoever may do so with any document.
  if new.content_sha256 is distinct from old.content_sha256
     and not (old.content_sha256 is null and old.file_name is not null and new.file_size is not distinct from old.file_size
              and me.role in ('management', 'admin')) then
    perform app.refuse('COLUMN_NOT_WRITABLE', '{"table": "documents", "column": "content_sha256"}');
  end if;
  if new.checked_out_by is distinct from old.checked_out_by then
    if old.checked_out_by <> me.user_id and me.role not in ('management', 'admin') then
      perform app.refuse_checked_out(old);
    end if;
    if new.checked_out_by <> me.user_id then
      perform app.refuse('VALUE_REFUSED', '{"table": "documents", "column": "checked_out_by"}');
    end if;
    new.checked_out_at := case when new.checked_out_by is not null then now() end;
  elsif new.checkout_note is distinct from old.checkout_note and old.checked_out_by is distinct from me.user_id then
    perform app.refuse('COLUMN_NOT_WRITABLE', '{"table": "documents", "column": "checkout_note"}');
  end if;
  if new.checked_out_by is null then
    new.checkout_note := null;
  end if;
  return new;
end
$$;
create trigger m_content before insert or update on public.documents for each row execute function app.check_document_content();

-- Bytes that were brought belong to the version that is current, too.
create function app.follow_content() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  update public.document_versions set content_sha256 = new.content_sha256
  where document_id = new.id and is_current and content_sha256 is null;
  return null;
end
$$;
create trigger n_content after update on public.documents for each row
  when (old.content_sha256 is null and new.content_sha256 is not null) execute function app.follow_content();

---------------------------------------------------------------------------------------------------------------
-- Versions: the centre numbers them, the last to arrive is the current one, and nothing of them changes but their approval
---------------------------------------------------------------------------------------------------------------

create trigger b_author_uploaded_by before insert or update on public.document_versions for each row execute function app.set_author('uploaded_by');
create trigger l_visible_document_id before insert or update on public.document_versions
  for each row when (new.document_id is not null) execute function app.check_visible('documents', 'document_id');

create function app.check_version() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  me app.identity := app.me();
  document public.documents;
  latest integer;
begin
  if app.in_maintenance() or me.user_id is null or pg_trigger_depth() > 1 then
    return new;
  end if;
  select * into document from public.documents d
  where d.id = new.document_id and d.organization_id = me.organization_id for update;
  if document.id is null then
    perform app.refuse('ROW_NOT_VISIBLE', '{"table": "documents"}');
  end if;
  if tg_op = 'INSERT' then
    if not app.may_update_document(document) then
      perform app.refuse('EDIT_NOT_ALLOWED', '{"table": "document_versions"}');
    end if;
    if document.checked_out_by <> me.user_id then
      perform app.refuse_checked_out(document);
    end if;
    -- The first row of a document that came with its file tells of that file, not of a second one.
    select max(v.version_number) into latest from public.document_versions v where v.document_id = document.id;
    new.version_number := 1 + coalesce(latest, case
      when document.file_name is null or document.content_sha256 = new.content_sha256 then document.version - 1
      else document.version end);
    new.is_current := true;
    new.uploaded_at := now();
    new.approved_by := null;
    new.approved_at := null;
    return new;
  end if;
  if exists (select from jsonb_each(to_jsonb(new)) n where n.value is distinct from to_jsonb(old) -> n.key
               and not n.key = any (array['approved_at', 'updated_at', 'sync_xid'])) then
    perform app.refuse('COLUMN_NOT_WRITABLE', '{"table": "document_versions"}');
  end if;
  if new.approved_at is null then
    -- Taking an approval back is for those who answer for all of them.
    if old.approved_at is not null and me.role not in ('management', 'admin') then
      perform app.refuse('EDIT_NOT_ALLOWED', '{"table": "document_versions"}');
    end if;
    new.approved_by := null;
  elsif old.approved_at is not null then
    new.approved_at := old.approved_at;
  else
    if old.uploaded_by = me.user_id then
      perform app.refuse('SELF_APPROVAL', '{"table": "document_versions"}');
    end if;
    new.approved_at := now();
    new.approved_by := me.user_id;
  end if;
  return new;
end
$$;
create trigger m_version before insert or update on public.document_versions for each row execute function app.check_version();

create function app.follow_version() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  if app.in_maintenance() or app.my_user_id() is null or pg_trigger_depth() > 1 then
    return null;
  end if;
  if tg_op = 'INSERT' then
    update public.document_versions set is_current = false
    where document_id = new.document_id and id <> new.id and is_current;
  end if;
  update public.documents set
    version = new.version_number, is_current_version = true, content_sha256 = new.content_sha256, file_name = new.file_name,
    file_size = new.file_size, mime_type = new.mime_type, file_type = lower(substring(new.file_name from '\.([A-Za-z0-9]{1,20})$')),
    approved_by = new.approved_by, approved_at = new.approved_at
  where id = new.document_id and new.is_current;
  return null;
end
$$;
create trigger n_version after insert or update on public.document_versions for each row execute function app.follow_version();

---------------------------------------------------------------------------------------------------------------
-- Links: how often and when they were last followed, counted from the log
---------------------------------------------------------------------------------------------------------------

create function app.count_access() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  if not app.in_maintenance() and new.success then
    update public.documents set link_access_count = link_access_count + 1, link_last_accessed = greatest(link_last_accessed, new.accessed_at)
    where id = new.document_id and external_url is not null;
  end if;
  return null;
end
$$;
create trigger n_count after insert on public.document_access_log for each row execute function app.count_access();

-- As in 0016; that a link was followed stands in the access log.
create or replace function app.audit() returns trigger
language plpgsql security definer
set search_path = pg_catalog
set enable_nestloop = off
set jit = off
as $$
declare
  -- Bookkeeping of the machinery is no change of business data.
  internal constant text[] := array['sync_xid', 'updated_at', 'last_login_at', 'link_access_count', 'link_last_accessed'];
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

---------------------------------------------------------------------------------------------------------------
-- Bytes
---------------------------------------------------------------------------------------------------------------

create table files.blobs (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references public.organizations (id) deferrable,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  size bigint not null check (size between 0 and 17179869184),
  -- SHA-256 of every piece of 1 MiB (the last may be shorter), one after the other.
  manifest bytea not null check (octet_length(manifest) = 32 * ((size + 1048575) / 1048576)),
  manifest_sha256 bytea not null generated always as (sha256(manifest)) stored,
  -- All pieces are here; nothing of it changes any more.
  complete boolean not null default false,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  -- When the last piece came.
  touched_at timestamptz not null default now()
);
comment on table files.blobs is 'One row is the content of files that are the same byte for byte, stored or on its way.';
-- Equal pieces make equal bytes; the hash of the whole is what whoever sent them says, and what whoever fetches them checks.
create unique index blobs_complete on files.blobs (organization_id, sha256, manifest_sha256) where complete;
create unique index blobs_receiving on files.blobs (organization_id, created_by, sha256, manifest_sha256) where not complete;
alter table files.blobs alter column manifest set storage external;

create table files.chunks (
  blob_id uuid not null references files.blobs (id) on delete cascade,
  number integer not null check (number >= 0),
  bytes bytea not null,
  primary key (blob_id, number)
);
comment on table files.chunks is 'One row is a piece of a content.';
-- Drawings and images are compressed already.
alter table files.chunks alter column bytes set storage external;

create table files.document_files (
  document_id uuid not null references public.documents (id) on delete cascade,
  blob_id uuid not null references files.blobs (id),
  sha256 text not null,
  linked_by uuid not null,
  linked_at timestamptz not null default now(),
  primary key (document_id, blob_id)
);
comment on table files.document_files is 'One row says that a document has had this content, on the word of somebody who proved to have it.';
create index document_files_blob on files.document_files (blob_id);

do $$
declare
  target name;
begin
  foreach target in array array['blobs', 'chunks', 'document_files'] loop
    execute format('alter table files.%I enable row level security', target);
    execute format('create policy owner_all on files.%I to %I using (true) with check (true)', target, current_user);
  end loop;
end
$$;

-- The document if the caller sees that it has, or had, this content.
create function files.readable(document uuid, content text) returns public.documents
language sql stable security definer
set search_path = pg_catalog
as $$
  select d from public.documents d
  where d.id = readable.document and app.may_read_document(d)
    and (d.content_sha256 = readable.content or exists (
      select from public.document_versions v
      where v.document_id = d.id and v.content_sha256 = readable.content and (v.is_current or app.am_internal())))
$$;

-- Refuses who may not bring the bytes: it is for whoever may change the document, or has added that version.
create function files.check_bringer(document uuid, content text) returns void
language plpgsql stable security definer
set search_path = pg_catalog
as $$
declare
  found public.documents := files.readable(document, content);
begin
  if found.id is null then
    perform app.refuse('ROW_NOT_VISIBLE', '{"table": "documents"}');
  end if;
  if not app.may_update_document(found) and not exists (
       select from public.document_versions v
       where v.document_id = found.id and v.content_sha256 = content and v.uploaded_by = app.my_user_id()) then
    perform app.refuse('EDIT_NOT_ALLOWED', '{"table": "documents"}');
  end if;
end
$$;

-- Names the content as the document's. For functions that know the caller to have the bytes.
create function files.link(document uuid, blob files.blobs) returns void
language sql security definer
set search_path = pg_catalog
as $$
  insert into files.document_files (document_id, blob_id, sha256, linked_by)
  values (link.document, (link.blob).id, (link.blob).sha256, app.my_user_id())
  on conflict do nothing
$$;

-- Begins or continues to bring the content of a document, or says that it is there: {"state": "done"} or {"state": "receiving", "blob", "next"}.
-- Knowing a hash, or the hashes of its pieces, is no proof of having the bytes: stored ones are linked only for whoever sent
-- them or can read them elsewhere, and everybody else sends them again.
create function files.offer(document uuid, content text, size bigint, manifest bytea) returns jsonb
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  me app.identity := app.me();
  blob files.blobs;
begin
  perform files.check_bringer(document, content);
  if size not between 0 and 17179869184 or octet_length(manifest) <> 32 * ((size + 1048575) / 1048576) then
    perform app.refuse('FILE_TOO_BIG', jsonb_build_object('size', size));
  end if;
  select * into blob from files.blobs b
  where b.organization_id = me.organization_id and b.sha256 = content and b.manifest_sha256 = sha256(offer.manifest) and b.size = offer.size and b.complete;
  if blob.id is not null and (blob.created_by = me.user_id or exists (
       select from files.document_files f where f.blob_id = blob.id and (f.document_id = offer.document or (files.readable(f.document_id, f.sha256)).id is not null))) then
    perform files.link(document, blob);
    return '{"state": "done"}';
  end if;
  insert into files.blobs (organization_id, sha256, size, manifest, created_by)
  values (me.organization_id, content, offer.size, offer.manifest, me.user_id)
  on conflict (organization_id, created_by, sha256, manifest_sha256) where not complete do update set touched_at = now()
  returning * into blob;
  return jsonb_build_object('state', 'receiving', 'blob', blob.id, 'next', (
    select coalesce(min(n), octet_length(blob.manifest) / 32) from generate_series(0, octet_length(blob.manifest) / 32 - 1) n
    where not exists (select from files.chunks c where c.blob_id = blob.id and c.number = n)));
end
$$;

-- Takes a piece that is what its manifest says.
create function files.put(blob uuid, number integer, bytes bytea) returns void
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  receiving files.blobs;
begin
  select * into receiving from files.blobs b
  where b.id = put.blob and b.created_by = app.my_user_id() and not b.complete for no key update;
  if receiving.id is null then
    perform app.refuse('FILE_TRANSFER_UNKNOWN');
  end if;
  if number < 0 or number >= octet_length(receiving.manifest) / 32
     or octet_length(bytes) <> least(1048576, receiving.size - number::bigint * 1048576)
     or sha256(bytes) <> substring(receiving.manifest from number * 32 + 1 for 32) then
    perform app.refuse('FILE_DAMAGED', jsonb_build_object('piece', number));
  end if;
  insert into files.chunks (blob_id, number, bytes) values (receiving.id, put.number, put.bytes) on conflict do nothing;
  update files.blobs set touched_at = now() where id = receiving.id and touched_at < now() - interval '1 minute';
end
$$;

-- All pieces are here: the content is the document's. Where the same is stored already, one of the two goes.
create function files.finish(document uuid, blob uuid) returns void
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  receiving files.blobs;
  stored files.blobs;
begin
  select * into receiving from files.blobs b where b.id = finish.blob and b.created_by = app.my_user_id() for update;
  if receiving.id is null then
    perform app.refuse('FILE_TRANSFER_UNKNOWN');
  end if;
  perform files.check_bringer(document, receiving.sha256);
  if not receiving.complete then
    if (select count(*) from files.chunks c where c.blob_id = receiving.id) <> octet_length(receiving.manifest) / 32 then
      perform app.refuse('FILE_TRANSFER_UNKNOWN');
    end if;
    -- One at a time completes the same content.
    perform pg_advisory_xact_lock(hashtextextended(receiving.organization_id || receiving.sha256, 20));
    select * into stored from files.blobs b
    where b.organization_id = receiving.organization_id and b.sha256 = receiving.sha256 and b.manifest_sha256 = receiving.manifest_sha256 and b.complete;
    if stored.id is not null then
      delete from files.blobs where id = receiving.id;
      receiving := stored;
    else
      update files.blobs set complete = true where id = receiving.id;
    end if;
  end if;
  perform files.link(document, receiving);
end
$$;

-- A content of one piece at once: its hash is checked, so that it needs no manifest of its own.
create function files.bring(document uuid, content text, bytes bytea) returns void
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  me app.identity := app.me();
  pieces bytea := case when octet_length(bytes) = 0 then ''::bytea else sha256(bytes) end;
  blob files.blobs;
begin
  perform files.check_bringer(document, content);
  if octet_length(bytes) > 1048576 or encode(sha256(bytes), 'hex') <> content then
    perform app.refuse('FILE_DAMAGED', '{"piece": 0}');
  end if;
  insert into files.blobs (organization_id, sha256, size, manifest, complete, created_by)
  values (me.organization_id, content, octet_length(bytes), pieces, true, me.user_id)
  on conflict (organization_id, sha256, manifest_sha256) where complete do nothing
  returning * into blob;
  if blob.id is null then
    select * into blob from files.blobs b
    where b.organization_id = me.organization_id and b.sha256 = content and b.manifest_sha256 = sha256(pieces) and b.complete;
  elsif octet_length(bytes) > 0 then
    insert into files.chunks (blob_id, number, bytes) values (blob.id, 0, bring.bytes);
  end if;
  perform files.link(document, blob);
end
$$;

-- What is stored as this content of a document, with its first piece; more than one where somebody said the same of different bytes.
create function files.describe(document uuid, content text)
returns table (blob uuid, size bigint, manifest bytea, first bytea)
language plpgsql stable security definer
set search_path = pg_catalog
as $$
begin
  if (files.readable(document, content)).id is null then
    perform app.refuse('ROW_NOT_VISIBLE', '{"table": "documents"}');
  end if;
  return query
    select b.id, b.size, b.manifest, (select c.bytes from files.chunks c where c.blob_id = b.id and c.number = 0)
    from files.document_files f join files.blobs b on b.id = f.blob_id
    where f.document_id = describe.document and f.sha256 = describe.content and b.complete
    order by f.linked_at, b.id;
end
$$;

create function files.read(document uuid, content text, blob uuid, number integer) returns bytea
language plpgsql stable security definer
set search_path = pg_catalog
as $$
begin
  if (files.readable(document, content)).id is null then
    perform app.refuse('ROW_NOT_VISIBLE', '{"table": "documents"}');
  end if;
  return (
    select c.bytes from files.document_files f join files.chunks c on c.blob_id = f.blob_id
    where f.document_id = read.document and f.blob_id = read.blob and f.sha256 = read.content and c.number = read.number);
end
$$;

-- Drops contents that no document has any more, and what was begun and not continued. Run by an administrator's command.
create function files.prune(older_than interval default '7 days') returns bigint
language plpgsql
set search_path = pg_catalog
as $$
declare
  dropped bigint;
begin
  delete from files.blobs b
  where b.touched_at < now() - older_than and (not b.complete or not exists (select from files.document_files f where f.blob_id = b.id));
  get diagnostics dropped = row_count;
  return dropped;
end
$$;

grant execute on function
  files.offer(uuid, text, bigint, bytea), files.put(uuid, integer, bytea), files.finish(uuid, uuid), files.bring(uuid, text, bytea),
  files.describe(uuid, text), files.read(uuid, text, uuid, integer)
  to fp_person;

-- People outside read their own entries of the log from now on, and nobody those of documents out of their sight.
update app.logins set access_epoch = access_epoch + 1;

select app.forget_values();
