-- Contents of files in a bucket (any S3-compatible store) instead of the database. No desktop holds a key of it: the functions
-- here sign one request at a time, for whoever may bring or read that piece (docs/decisions/contents-in-a-bucket.md).

---------------------------------------------------------------------------------------------------------------
-- Which bucket
---------------------------------------------------------------------------------------------------------------

create table files.buckets (
  id uuid primary key default app.uuid_v7(),
  -- Scheme, host and port, as `new URL(…).origin` writes them. Without TLS only where nothing leaves the machine.
  endpoint text not null check (endpoint ~ '^(https://[a-z0-9.-]+|http://(127\.0\.0\.1|localhost))(:[0-9]+)?$'),
  region text not null check (region ~ '^[a-zA-Z0-9-]{1,64}$'),
  name text not null check (name ~ '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$'),
  -- New contents go there; the others keep what they have.
  receives boolean not null default false,
  created_at timestamptz not null default now(),
  unique (endpoint, name)
);
comment on table files.buckets is 'One row is a bucket that has contents of files.';
create unique index buckets_receiving on files.buckets (receives) where receives;

-- Apart, so that backups have the one and never the other.
create table files.bucket_keys (
  bucket_id uuid primary key references files.buckets (id) on delete cascade,
  access_key text not null check (access_key ~ '^[^\s/,]{1,200}$'),
  secret_key text not null check (secret_key <> ''),
  changed_at timestamptz not null default now()
);
comment on table files.bucket_keys is 'One row is the key of a bucket. Nobody reads it but the functions that sign; it is part of no backup.';

alter table files.blobs add column bucket_id uuid references files.buckets (id);
comment on column files.blobs.bucket_id is 'Where the pieces are; null for files.chunks.';

-- What the database has was checked piece by piece, and serves everybody in the organization. What lies in a bucket the centre
-- cannot see: it rests on the word of whoever sent it, and serves nobody else who has the same content.
drop index files.blobs_complete;
create unique index blobs_complete on files.blobs (organization_id, sha256, manifest_sha256) where complete and bucket_id is null;
create unique index blobs_complete_in_bucket on files.blobs (organization_id, created_by, sha256, manifest_sha256, bucket_id) where complete and bucket_id is not null;

create table files.dropped_contents (
  blob_id uuid not null,
  bucket_id uuid not null references files.buckets (id),
  pieces integer not null,
  dropped_at timestamptz not null default now(),
  primary key (blob_id, bucket_id)
);
comment on table files.dropped_contents is 'One row is a content whose pieces are still to be removed from a bucket, by the administrator''s command.';

do $$
declare
  target name;
begin
  foreach target in array array['buckets', 'bucket_keys', 'dropped_contents'] loop
    execute format('alter table files.%I enable row level security', target);
    execute format('create policy owner_all on files.%I to %I using (true) with check (true)', target, current_user);
  end loop;
end
$$;

create function files.note_dropped() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  insert into files.dropped_contents (blob_id, bucket_id, pieces) values (old.id, old.bucket_id, octet_length(old.manifest) / 32);
  return null;
end
$$;
create trigger note_dropped after delete on files.blobs for each row when (old.bucket_id is not null) execute function files.note_dropped();

---------------------------------------------------------------------------------------------------------------
-- Signatures (AWS Signature Version 4, in the header)
---------------------------------------------------------------------------------------------------------------

-- HMAC-SHA-256 (RFC 2104); pgcrypto, which has it too, is not everywhere.
create function files.hmac(key bytea, message bytea) returns bytea
language sql immutable
set search_path = pg_catalog
as $$
  select sha256(substring(bit_send(k.block # ('x' || repeat('5c', 64))::bit(512)) from 5)
             || sha256(substring(bit_send(k.block # ('x' || repeat('36', 64))::bit(512)) from 5) || message))
  from (select ('x' || rpad(encode(case when octet_length(key) > 64 then sha256(key) else key end, 'hex'), 128, '0'))::bit(512) as block) k
$$;

-- One request to a bucket, good for some minutes around `at` (the store says how many; a quarter of an hour as a rule) and for
-- nothing else: another method, object, body or range of bytes than the signed one is refused there.
create function files.signed(
  bucket uuid, method text, object text, body_sha256 text, body_length bigint default null, at timestamptz default clock_timestamp(), byte_range text default null)
returns jsonb
language plpgsql stable
set search_path = pg_catalog
as $$
declare
  place files.buckets;
  held files.bucket_keys;
  path text;
  moment text := to_char(at at time zone 'UTC', 'YYYYMMDD"T"HH24MISS"Z"');
  today text := left(moment, 8);
  scope text;
  header_names text := concat_ws(';', case when body_length is not null then 'content-length' end, 'host', case when byte_range is not null then 'range' end,
    'x-amz-content-sha256', 'x-amz-date');
  canonical text;
  part text;
  key bytea;
begin
  select * into place from files.buckets b where b.id = signed.bucket;
  select * into held from files.bucket_keys k where k.bucket_id = place.id;
  if held.bucket_id is null then
    perform app.refuse('FILE_BUCKET_KEY_MISSING', jsonb_build_object('bucket', place.name));
  end if;
  path := '/' || place.name || coalesce('/' || object, '');
  scope := concat_ws('/', today, place.region, 's3', 'aws4_request');
  canonical := concat_ws(E'\n', method, path, '',
    case when body_length is not null then 'content-length:' || body_length end,
    'host:' || split_part(place.endpoint, '://', 2), 'range:' || byte_range, 'x-amz-content-sha256:' || body_sha256, 'x-amz-date:' || moment, '',
    header_names, body_sha256);
  key := convert_to('AWS4' || held.secret_key, 'UTF8');
  foreach part in array array[today, place.region, 's3', 'aws4_request',
    concat_ws(E'\n', 'AWS4-HMAC-SHA256', moment, scope, encode(sha256(convert_to(canonical, 'UTF8')), 'hex'))] loop
    key := files.hmac(key, convert_to(part, 'UTF8'));
  end loop;
  return jsonb_build_object('method', method, 'url', place.endpoint || path, 'headers',
    jsonb_build_object('x-amz-content-sha256', body_sha256, 'x-amz-date', moment,
      'authorization', format('AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s', held.access_key, scope, header_names, encode(key, 'hex')))
    || case when body_length is not null then jsonb_build_object('content-length', body_length::text) else '{}' end
    || case when byte_range is not null then jsonb_build_object('range', byte_range) else '{}' end);
end
$$;

create function files.object_of(blob uuid, number integer) returns text
language sql immutable
set search_path = pg_catalog
as $$
  select format('contents/%s/%s', blob, number)
$$;

create function files.length_of_piece(blob files.blobs, number integer) returns bigint
language sql immutable
set search_path = pg_catalog
as $$
  select least(1048576, (blob).size - number::bigint * 1048576)
$$;

-- Without a body.
create function files.signed_for(blob files.blobs, method text, number integer, byte_range text default null) returns jsonb
language sql stable
set search_path = pg_catalog
as $$
  select files.signed((blob).bucket_id, method, files.object_of((blob).id, number), encode(sha256(''), 'hex'), byte_range => signed_for.byte_range)
$$;

---------------------------------------------------------------------------------------------------------------
-- For people
---------------------------------------------------------------------------------------------------------------

-- Whether new contents go to a bucket: then they are offered before their bytes are sent.
create function files.goes_to_bucket() returns boolean
language sql stable security definer
set search_path = pg_catalog
as $$
  select exists (select from files.buckets b where b.receives)
$$;

-- As in 0020, and for pieces that go to a bucket {"state": "receiving", "blob", "in_bucket": true, "there"}: the centre does not know
-- which are there, only that it has heard of none, some or all ("none", "some", "all").
create or replace function files.offer(document uuid, content text, size bigint, manifest bytea) returns jsonb
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  me app.identity := app.me();
  place uuid := (select b.id from files.buckets b where b.receives);
  blob files.blobs;
  begun boolean;
begin
  perform files.check_bringer(document, content);
  if size not between 0 and 17179869184 or octet_length(manifest) <> 32 * ((size + 1048575) / 1048576) then
    perform app.refuse('FILE_TOO_BIG', jsonb_build_object('size', size));
  end if;
  select * into blob from files.blobs b
  where b.organization_id = me.organization_id and b.sha256 = content and b.manifest_sha256 = sha256(offer.manifest) and b.size = offer.size and b.complete
    and b.bucket_id is null and (b.created_by = me.user_id or exists (
      select from files.document_files f where f.blob_id = b.id and (f.document_id = offer.document or (files.readable(f.document_id, f.sha256)).id is not null)));
  if blob.id is not null then
    perform files.link(document, blob);
    return '{"state": "done"}';
  end if;
  -- Of the present bucket's only what the same person has sent: nobody answers for the word of others, nor for a store that loses
  -- something, and a bucket of before may be gone.
  select * into blob from files.blobs b
  where b.organization_id = me.organization_id and b.created_by = me.user_id and b.sha256 = content and b.manifest_sha256 = sha256(offer.manifest) and b.size = offer.size
    and b.complete and b.bucket_id = place;
  if blob.id is not null then
    return jsonb_build_object('state', 'receiving', 'blob', blob.id, 'in_bucket', true, 'there', 'all');
  end if;
  -- What was begun for another place than the present one is begun anew: that one may be gone for good.
  delete from files.blobs b
  where b.organization_id = me.organization_id and b.created_by = me.user_id and b.sha256 = content and b.manifest_sha256 = sha256(offer.manifest) and not b.complete
    and b.bucket_id is distinct from place;
  begun := exists (
    select from files.blobs b
    where b.organization_id = me.organization_id and b.created_by = me.user_id and b.sha256 = content and b.manifest_sha256 = sha256(offer.manifest) and not b.complete);
  insert into files.blobs (organization_id, sha256, size, manifest, created_by, bucket_id)
  values (me.organization_id, content, offer.size, offer.manifest, me.user_id, place)
  on conflict (organization_id, created_by, sha256, manifest_sha256) where not complete do update set touched_at = now()
  returning * into blob;
  if blob.bucket_id is not null then
    return jsonb_build_object('state', 'receiving', 'blob', blob.id, 'in_bucket', true, 'there', case when begun then 'some' else 'none' end);
  end if;
  return jsonb_build_object('state', 'receiving', 'blob', blob.id, 'next', (
    select coalesce(min(n), octet_length(blob.manifest) / 32) from generate_series(0, octet_length(blob.manifest) / 32 - 1) n
    where not exists (select from files.chunks c where c.blob_id = blob.id and c.number = n)));
end
$$;

-- A content that the caller brings to a bucket, or has brought: the same bytes may go there once more.
create function files.receiving_in_bucket(blob uuid) returns files.blobs
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  receiving files.blobs;
begin
  select * into receiving from files.blobs b
  where b.id = receiving_in_bucket.blob and b.created_by = app.my_user_id() and b.bucket_id is not null;
  if receiving.id is null then
    perform app.refuse('FILE_TRANSFER_UNKNOWN');
  end if;
  update files.blobs set touched_at = now() where id = receiving.id and touched_at < now() - interval '1 minute';
  return receiving;
end
$$;

-- Requests that put pieces, one after the other, each for those bytes alone that the manifest names.
create function files.put_requests(blob uuid, first integer, last integer) returns setof jsonb
language sql volatile security definer
set search_path = pg_catalog
as $$
  select files.signed(r.bucket_id, 'PUT', files.object_of(r.id, n),
    encode(substring(r.manifest from n * 32 + 1 for 32), 'hex'), files.length_of_piece(r, n))
  from files.receiving_in_bucket(put_requests.blob) r,
    generate_series(greatest(first, 0), least(last, octet_length(r.manifest) / 32 - 1, first + 15)) n
  order by n
$$;

-- A request that asks the bucket whether a piece of what the caller brings is there: for its first byte, because not every
-- store ends its answer to HEAD where HTTP says. No more is signed: who brought a content need not be who may read it.
create function files.look_request(blob uuid, number integer) returns jsonb
language sql volatile security definer
set search_path = pg_catalog
as $$
  select files.signed_for(r, 'GET', number, 'bytes=0-0') from files.receiving_in_bucket(look_request.blob) r
  where number between 0 and octet_length(r.manifest) / 32 - 1
$$;

-- As in 0020, but for pieces that go elsewhere.
create or replace function files.put(blob uuid, number integer, bytes bytea) returns void
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  receiving files.blobs;
begin
  select * into receiving from files.blobs b
  where b.id = put.blob and b.created_by = app.my_user_id() and not b.complete and b.bucket_id is null for no key update;
  if receiving.id is null then
    perform app.refuse('FILE_TRANSFER_UNKNOWN');
  end if;
  if number < 0 or number >= octet_length(receiving.manifest) / 32
     or octet_length(bytes) <> files.length_of_piece(receiving, number)
     or sha256(bytes) <> substring(receiving.manifest from number * 32 + 1 for 32) then
    perform app.refuse('FILE_DAMAGED', jsonb_build_object('piece', number));
  end if;
  insert into files.chunks (blob_id, number, bytes) values (receiving.id, put.number, put.bytes) on conflict do nothing;
  update files.blobs set touched_at = now() where id = receiving.id and touched_at < now() - interval '1 minute';
end
$$;

-- As in 0020. That all pieces are in the bucket is the sender's word, and holds for what the sender alone has brought; whoever
-- fetches them checks each.
create or replace function files.finish(document uuid, blob uuid) returns void
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
    if receiving.bucket_id is null
       and (select count(*) from files.chunks c where c.blob_id = receiving.id) <> octet_length(receiving.manifest) / 32 then
      perform app.refuse('FILE_TRANSFER_UNKNOWN');
    end if;
    -- One at a time completes the same content.
    perform pg_advisory_xact_lock(hashtextextended(receiving.organization_id || receiving.sha256, 20));
    select * into stored from files.blobs b
    where b.organization_id = receiving.organization_id and b.sha256 = receiving.sha256 and b.manifest_sha256 = receiving.manifest_sha256 and b.complete
      and b.bucket_id is not distinct from receiving.bucket_id and (b.bucket_id is null or b.created_by = receiving.created_by);
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

-- As in 0020: into the database, whatever else is received elsewhere.
create or replace function files.bring(document uuid, content text, bytes bytea) returns void
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
  on conflict (organization_id, sha256, manifest_sha256) where complete and bucket_id is null do nothing
  returning * into blob;
  if blob.id is null then
    select * into blob from files.blobs b
    where b.organization_id = me.organization_id and b.sha256 = content and b.manifest_sha256 = sha256(pieces) and b.complete and b.bucket_id is null;
  elsif octet_length(bytes) > 0 then
    insert into files.chunks (blob_id, number, bytes) values (blob.id, 0, bring.bytes);
  end if;
  perform files.link(document, blob);
end
$$;

-- As in 0020; of what lies in a bucket, the first piece is fetched like the others.
drop function files.describe(uuid, text);
create function files.describe(document uuid, content text)
returns table (blob uuid, size bigint, manifest bytea, first bytea, in_bucket boolean)
language plpgsql stable security definer
set search_path = pg_catalog
as $$
begin
  if (files.readable(document, content)).id is null then
    perform app.refuse('ROW_NOT_VISIBLE', '{"table": "documents"}');
  end if;
  return query
    select b.id, b.size, b.manifest, (select c.bytes from files.chunks c where c.blob_id = b.id and c.number = 0), b.bucket_id is not null
    from files.document_files f join files.blobs b on b.id = f.blob_id
    where f.document_id = describe.document and f.sha256 = describe.content and b.complete
    order by b.bucket_id is not null, f.linked_at, b.id;
end
$$;

-- Requests that get pieces, one after the other, for whoever sees the document.
create function files.get_requests(document uuid, content text, blob uuid, first integer, last integer) returns setof jsonb
language plpgsql stable security definer
set search_path = pg_catalog
as $$
begin
  if (files.readable(document, content)).id is null then
    perform app.refuse('ROW_NOT_VISIBLE', '{"table": "documents"}');
  end if;
  return query
    select files.signed_for(b, 'GET', n)
    from files.document_files f join files.blobs b on b.id = f.blob_id,
      generate_series(greatest(first, 0), least(last, octet_length(b.manifest) / 32 - 1, first + 15)) n
    where f.document_id = get_requests.document and f.blob_id = get_requests.blob and f.sha256 = get_requests.content
      and b.complete and b.bucket_id is not null
    order by n;
end
$$;

grant execute on function
  files.goes_to_bucket(), files.put_requests(uuid, integer, integer), files.look_request(uuid, integer), files.describe(uuid, text),
  files.get_requests(uuid, text, uuid, integer, integer)
  to fp_person;

select app.forget_values();
