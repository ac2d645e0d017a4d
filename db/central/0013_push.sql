-- The push by runs. An offline day arrives as thousands of edits of single rows; what costs is not the rows but what is
-- done around each: planning, security checks, a trigger's start, a recorded result. Edits that follow each other on
-- one table with the same columns, every row once, are therefore applied in one statement, audited in one statement,
-- and the results of a whole batch are recorded in one. A run that fails is halved until the mutation that cannot be
-- applied stands alone, so that each mutation still succeeds or is refused for itself.

---------------------------------------------------------------------------------------------------------------
-- Who is asking, in one look instead of three
---------------------------------------------------------------------------------------------------------------

create type app.identity as (user_id uuid, organization_id uuid, role text);

-- All null for a role without an active person; see app.my_user_id().
create function app.me() returns app.identity
language sql stable security definer parallel restricted
set search_path = pg_catalog
as $$
  select u.id, u.organization_id, u.role from app.logins l join public.users u on u.id = l.user_id
  where l.role_name = session_user and u.status = 'active' and (l.valid_until is null or l.valid_until > now())
$$;

create or replace function app.internal_organization_id() returns uuid
language sql stable security definer parallel restricted
set search_path = pg_catalog
as $$
  select u.organization_id from app.logins l join public.users u on u.id = l.user_id
  where l.role_name = session_user and u.status = 'active' and (l.valid_until is null or l.valid_until > now())
    and u.role not in ('supplier', 'customer')
$$;

create or replace function app.may_edit_project(project public.projects) returns boolean
language plpgsql stable security definer
set search_path = pg_catalog
as $$
declare
  me app.identity := app.me();
begin
  return case
    when me.role is null or me.role in ('supplier', 'customer') or me.organization_id is distinct from project.organization_id then false
    when me.role in ('management', 'admin') then true
    else coalesce(app.in_project_team(project), false) or exists (
      select from public.workflow_stages s
      where s.id = project.current_stage_id and me.role = any (s.responsible_roles))
  end;
end
$$;

---------------------------------------------------------------------------------------------------------------
-- Audit: one statement per statement
---------------------------------------------------------------------------------------------------------------

-- The desktop's times by row (`{"<row id>": "<timestamp>"}`), with that of rows changed along under the key ''.
create function app.client_time(times jsonb, row_id text) returns timestamptz
language sql immutable
set search_path = pg_catalog
as $$
  select case when t.clock ~ '^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}' then t.clock::timestamptz end
  from (select coalesce(times ->> row_id, times ->> '') as clock) t
$$;

-- The project that a row is about.
create function app.audited_project(table_name text, row_id uuid, content jsonb) returns uuid
language sql immutable
set search_path = pg_catalog
as $$ select case when table_name = 'projects' then row_id else (content ->> 'project_id')::uuid end $$;

-- Old and new versions are matched by id, which never changes. The plan is made at the first call of a session and
-- kept: with a nested loop chosen for one row, a statement of many thousand rows would take their square. Before version
-- 18 PostgreSQL forbids by a price, at which it would compile each of these small plans.
create or replace function app.audit() returns trigger
language plpgsql security definer
set search_path = pg_catalog
set enable_nestloop = off
set jit = off
as $$
declare
  -- Bookkeeping of the machinery is no change of business data.
  internal constant text[] := array['sync_xid', 'updated_at', 'last_login_at'];
  me uuid := app.my_user_id();
  times jsonb := nullif(current_setting('factory_pulse.client_times', true), '')::jsonb;
  device text := nullif(current_setting('factory_pulse.device', true), '');
begin
  if app.in_maintenance() then
    return null;
  end if;
  device := case when device ~ '^[0-9a-f-]{36}$' then device end;

  if tg_op = 'INSERT' then
    insert into public.activity_log
      (organization_id, user_id, entity_type, entity_id, project_id, action, new_values, device_id, client_time)
    select n.organization_id, me, tg_table_name, n.id, app.audited_project(tg_table_name, n.id, to_jsonb(n)),
           tg_op, to_jsonb(n) - internal, device::uuid, app.client_time(times, n.id::text)
    from changed_rows n;
  elsif tg_op = 'DELETE' then
    insert into public.activity_log
      (organization_id, user_id, entity_type, entity_id, project_id, action, old_values, device_id, client_time)
    select o.organization_id, me, tg_table_name, o.id, app.audited_project(tg_table_name, o.id, to_jsonb(o)),
           tg_op, to_jsonb(o) - internal, device::uuid, app.client_time(times, o.id::text)
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
           tg_op, d.before, d.after, device::uuid, app.client_time(times, r.id::text)
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

-- Installs the audit trail of a table.
create function app.keep_audit(target name) returns void
language plpgsql
set search_path = pg_catalog
as $$
begin
  execute format('create trigger x_audit_inserted after insert on public.%I referencing new table as changed_rows for each statement execute function app.audit()', target);
  execute format('create trigger x_audit_updated after update on public.%I referencing old table as former_rows new table as changed_rows for each statement execute function app.audit()', target);
  execute format('create trigger x_audit_deleted after delete on public.%I referencing old table as changed_rows for each statement execute function app.audit()', target);
end
$$;

do $$
declare
  target name;
begin
  for target in select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgname = 'x_audit' loop
    execute format('drop trigger x_audit on public.%I', target);
    perform app.keep_audit(target);
  end loop;
end
$$;

---------------------------------------------------------------------------------------------------------------
-- Recorded results, by the batch
---------------------------------------------------------------------------------------------------------------

-- {mutation id: result} of those that this person has sent before.
create function sync.recorded_results(ids uuid[]) returns jsonb
language sql stable security definer
set search_path = pg_catalog
as $$
  select coalesce(jsonb_object_agg(m.mutation_id, m.result), '{}'::jsonb)
  from sync.mutations m where m.user_id = app.my_user_id() and m.mutation_id = any (ids)
$$;

create function sync.record_results(results jsonb) returns void
language sql security definer
set search_path = pg_catalog
as $$
  insert into sync.mutations (user_id, mutation_id, result)
  select (select app.my_user_id()), (r ->> 'id')::uuid, r from jsonb_array_elements(results) r
$$;

---------------------------------------------------------------------------------------------------------------
-- Applying
---------------------------------------------------------------------------------------------------------------

-- Refuses what no desktop may send: the table, the operation, a column.
create function sync.check_writable(target name, op text, columns text[]) returns sync.replicated_table
language plpgsql stable
set search_path = pg_catalog
as $$
declare
  rules sync.replicated_table;
  col text;
begin
  select * into rules from sync.replicated_table r where r.table_name = target;
  if rules.table_name is null or not op = any (rules.accepts) then
    perform app.refuse('TABLE_NOT_WRITABLE', jsonb_build_object('table', target, 'op', op));
  end if;
  foreach col in array columns loop
    if col in ('id', 'organization_id', 'created_at', 'updated_at', 'sync_xid')
       or (rules.writable is not null and not col = any (rules.writable))
       or not exists (select from pg_attribute a where a.attrelid = format('public.%I', target)::regclass
                      and a.attname = col and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') then
      perform app.refuse('COLUMN_NOT_WRITABLE', jsonb_build_object('table', target, 'column', col));
    end if;
  end loop;
  return rules;
end
$$;

-- Edits of different rows with the same columns. Per column, against the base that the person saw: the later change
-- to arrive wins and what it replaces is kept; a strict column is refused instead. Raises where any of them cannot be
-- applied. Answers a result per edit, by the id of its mutation.
create function sync.apply_edits(target name, rules sync.replicated_table, columns text[], edits jsonb[]) returns jsonb
language plpgsql
set search_path = pg_catalog
as $$
declare
  -- Each is a list of columns, quoted: of the row as it is, as the patch makes it, as the person saw it.
  present text := (select string_agg(format('%L, t.%I', c, c), ', ') from unnest(columns) c);
  wanted text := (select string_agg(format('%L, w.%I', c, c), ', ') from unnest(columns) c);
  seen text := (select string_agg(format('%L, s.%I', c, c), ', ') from unnest(columns) c);
  -- Beside the edits and not out of them: under row-level security a function that reads the JSON may not meet a row
  -- before the policy has, which would rule the index out.
  ids uuid[] := array(select (e ->> 'row_id')::uuid from unnest(edits) e);
  found jsonb;
  conflict jsonb;
  disputed jsonb;
  visible boolean;
  touched bigint;
begin
  -- Rows are locked in the order of their ids, so that two batches do not wait for each other in a circle.
  execute format($query$
    select jsonb_agg(jsonb_build_object('n', x.n, 'overwritten', x.overwritten))
    from (
      select e.n, (
          select jsonb_agg(jsonb_build_object('row_id', t.id, 'mutation', e.edit -> 'id', 'column', c, 'kept', v.wanted -> c, 'lost', v.present -> c))
          from unnest($3) c
          where e.edit -> 'base' ? c and v.seen -> c is distinct from v.present -> c and v.wanted -> c is distinct from v.present -> c
        ) as overwritten
      from unnest($1, $2) with ordinality as e (edit, row_id, n)
      join public.%1$I t on t.id = e.row_id
      cross join lateral jsonb_populate_record(null::public.%1$I, e.edit -> 'patch') w
      cross join lateral jsonb_populate_record(null::public.%1$I, coalesce(e.edit -> 'base', '{}')) s
      cross join lateral (select jsonb_build_object(%2$s) as present, jsonb_build_object(%3$s) as wanted, jsonb_build_object(%4$s) as seen) v
      order by t.id
      for update of t) x
    $query$, target, present, wanted, seen) into found using edits, ids, columns;

  -- A run is halved until the row that is missing, or the conflict on a strict column, stands alone.
  if coalesce(jsonb_array_length(found), 0) < cardinality(edits) then
    execute format('select true from public.%I t where t.id = $1', target) into visible using ids[1];
    perform app.refuse(case when visible then 'EDIT_NOT_ALLOWED' else app.missing_row_code(target, ids[1]) end, jsonb_build_object('table', target));
  end if;
  select c into disputed from jsonb_array_elements(found) f cross join jsonb_array_elements(nullif(f -> 'overwritten', 'null')) c
  where c ->> 'column' = any (rules.strict_columns) limit 1;
  if disputed is not null then
    perform app.refuse('STRICT_CONFLICT', jsonb_build_object('table', target, 'column', disputed -> 'column', 'theirs', disputed -> 'lost'));
  end if;

  if cardinality(columns) > 0 then
    execute format(
      'update public.%1$I t set %2$s from unnest($1, $2) e (edit, row_id)
         cross join lateral jsonb_populate_record(null::public.%1$I, e.edit -> ''patch'') p where t.id = e.row_id',
      target, (select string_agg(format('%1$I = p.%1$I', c), ', ') from unnest(columns) c)) using edits, ids;
    get diagnostics touched = row_count;
    if touched < cardinality(edits) then
      perform app.refuse('EDIT_NOT_ALLOWED', jsonb_build_object('table', target));
    end if;
  end if;
  for conflict in select c from jsonb_array_elements(found) f cross join jsonb_array_elements(nullif(f -> 'overwritten', 'null')) c loop
    perform sync.record_conflict(target, (conflict ->> 'row_id')::uuid, (conflict ->> 'column')::name,
      conflict -> 'kept', conflict -> 'lost', (conflict ->> 'mutation')::uuid);
  end loop;

  return (
    select jsonb_agg(jsonb_build_object('id', edits[(f ->> 'n')::integer] -> 'id',
      'status', case when jsonb_typeof(f -> 'overwritten') = 'array' then 'merged' else 'applied' end,
      'overwritten', (select coalesce(jsonb_agg(c - 'row_id' - 'mutation'), '[]') from jsonb_array_elements(nullif(f -> 'overwritten', 'null')) c)))
    from jsonb_array_elements(found) f);
end
$$;

-- A new row. Where it is there already (two people created the same derived id), the insert continues as an edit.
create function sync.apply_insert(target name, rules sync.replicated_table, columns text[], insertion jsonb) returns jsonb
language plpgsql
set search_path = pg_catalog
as $$
declare
  row_id uuid := (insertion ->> 'row_id')::uuid;
  present boolean;
begin
  execute format('select true from public.%I t where t.id = $1', target) into present using row_id;
  if present then
    return sync.apply_edits(target, rules, columns, array[insertion]);
  end if;
  execute format(
    'insert into public.%1$I (id, organization_id%2$s) select $1, $2%3$s from jsonb_populate_record(null::public.%1$I, $3) as p',
    target,
    (select coalesce(string_agg(format(', %I', c), ''), '') from unnest(columns) c),
    (select coalesce(string_agg(format(', p.%I', c), ''), '') from unnest(columns) c))
    using row_id, app.my_organization_id(), insertion -> 'patch';
  return jsonb_build_array(jsonb_build_object('id', insertion -> 'id', 'status', 'applied'));
end
$$;

create function sync.apply_delete(target name, deletion jsonb) returns jsonb
language plpgsql
set search_path = pg_catalog
as $$
declare
  row_id uuid := (deletion ->> 'row_id')::uuid;
  touched bigint;
  present boolean;
begin
  execute format('delete from public.%I t where t.id = $1', target) using row_id;
  get diagnostics touched = row_count;
  if touched = 0 then
    -- Already gone is what the person wanted; there but not deletable is a refusal.
    execute format('select true from public.%I t where t.id = $1', target) into present using row_id;
    if present then
      perform app.refuse('NOT_ALLOWED', jsonb_build_object('table', target));
    end if;
  end if;
  return jsonb_build_array(jsonb_build_object('id', deletion -> 'id', 'status', 'applied'));
end
$$;

-- Applies a run in a subtransaction of its own. Answers a result per mutation:
-- {id, status: applied | merged | refused | skipped, overwritten | code, details}.
create function sync.apply_run(run jsonb[]) returns jsonb
language plpgsql
set search_path = pg_catalog
as $$
declare
  target name := run[1] ->> 'table';
  op text := run[1] ->> 'op';
  columns text[];
  rules sync.replicated_table;
  results jsonb;
  half integer := cardinality(run) / 2;
  busy boolean := false;
  message text;
  detail text;
  failed_constraint text;
  failed_column text;
  state text;
begin
  begin
    -- What a lone mutation changes along with its row (a move changes the project) carries its time, too.
    perform set_config('factory_pulse.client_times', (
      select jsonb_object_agg(case when half = 0 then '' else m ->> 'row_id' end, m -> 'created_at')::text from unnest(run) m), true);
    columns := array(select k from jsonb_object_keys(coalesce(run[1] -> 'patch', '{}')) k order by k);
    rules := sync.check_writable(target, op, columns);
    results := case op
      when 'insert' then sync.apply_insert(target, rules, columns, run[1])
      when 'delete' then sync.apply_delete(target, run[1])
      else sync.apply_edits(target, rules, columns, run) end;
    set constraints all immediate;
    return results;
  exception
    when serialization_failure or deadlock_detected or query_canceled
      or operator_intervention or insufficient_resources or system_error or idle_in_transaction_session_timeout then
      raise;
    when lock_not_available then
      busy := true;
    when others then
      get stacked diagnostics message = message_text, detail = pg_exception_detail, state = returned_sqlstate,
        failed_constraint = constraint_name, failed_column = column_name;
  end;
  if busy then
    -- Whoever holds one row has been waited for; the other rows of the batch do not wait for it again and again.
    perform set_config('lock_timeout', '50ms', true);
  end if;
  if half > 0 then
    return sync.apply_run(run[1:half]) || sync.apply_run(run[half + 1:]);
  end if;
  if busy then
    return jsonb_build_array(jsonb_build_object('id', run[1] -> 'id', 'status', 'skipped'));
  end if;
  return jsonb_build_array(jsonb_build_object('id', run[1] -> 'id', 'status', 'refused',
    'code', case when state = 'FP001' then message when state = '42501' then 'NOT_ALLOWED' else 'VALUE_REFUSED' end,
    'details', case when state = 'FP001' then coalesce(nullif(detail, ''), '{}')::jsonb
                    else jsonb_strip_nulls(jsonb_build_object('table', target, 'sqlstate', state,
                      'constraint', nullif(failed_constraint, ''), 'column', nullif(failed_column, ''))) end));
end
$$;

-- Takes a batch: [{id, table, row_id, op, patch, base, created_at}], in order; answers [{id, status, …, xid}].
-- status: applied | merged (applied, and the values that it replaced are kept) | refused {code, details} |
-- skipped (an earlier mutation of this batch on the same row was refused or skipped, or somebody else holds the row;
-- nothing is recorded for it, and it comes again).
-- Faults that pass (deadlock, shutdown, full disk) fail the whole call, and the batch is sent again.
-- Its statements are planned once per session; plans made anew for every value cost more than they save. A lock is waited
-- for longer than PostgreSQL takes to find a deadlock (1 s).
create or replace function sync.push(mutations jsonb) returns jsonb
language plpgsql
set search_path = pg_catalog
set plan_cache_mode = force_generic_plan
set lock_timeout = '2s'
as $$
declare
  answered jsonb;
  mutation jsonb;
  kind text;
  row_key text;
  stopped_rows text[] := '{}';
  -- The run that is being gathered: edits of one kind, every row once.
  run jsonb[] := '{}';
  run_kind text;
  run_rows text[] := '{}';
  fresh jsonb := '[]';
  results jsonb := '[]';
begin
  if app.my_user_id() is null then
    perform app.refuse('ACCOUNT_INACTIVE');
  end if;
  answered := sync.recorded_results(array(select (m ->> 'id')::uuid from jsonb_array_elements(mutations) m));
  for mutation in select m from jsonb_array_elements(mutations) m union all select null loop
    row_key := (mutation ->> 'table') || ' ' || (mutation ->> 'row_id');
    kind := case when mutation ->> 'op' = 'update' and jsonb_typeof(mutation -> 'patch') = 'object' then
      (select (mutation ->> 'table') || ' ' || coalesce(string_agg(quote_ident(k), ' ' order by k), '') from jsonb_object_keys(mutation -> 'patch') k) end;
    if cardinality(run) > 0 and (kind is null or kind is distinct from run_kind or row_key = any (run_rows)) then
      fresh := sync.apply_run(run);
      stopped_rows := stopped_rows || array(
        select (m ->> 'table') || ' ' || (m ->> 'row_id')
        from unnest(run) m join jsonb_array_elements(fresh) r on r -> 'id' = m -> 'id' where r ->> 'status' in ('refused', 'skipped'));
      results := results || fresh;
      run := '{}';
      run_rows := '{}';
    end if;
    exit when mutation is null;
    if answered ? (mutation ->> 'id') then
      results := results || (answered -> (mutation ->> 'id'));
      if answered -> (mutation ->> 'id') ->> 'status' = 'refused' then
        stopped_rows := stopped_rows || row_key;
      end if;
    elsif row_key = any (stopped_rows) then
      results := results || jsonb_build_object('id', mutation -> 'id', 'status', 'skipped');
    else
      run := run || mutation;
      run_kind := kind;
      run_rows := run_rows || row_key;
    end if;
  end loop;
  results := (
    select coalesce(jsonb_agg(case when r ? 'xid' or r ->> 'status' = 'skipped' then r
                                   else r || jsonb_build_object('xid', pg_current_xact_id()::text) end), '[]')
    from jsonb_array_elements(results) r);
  perform sync.record_results((
    select coalesce(jsonb_agg(r), '[]') from jsonb_array_elements(results) r
    where r ->> 'status' <> 'skipped' and not answered ? (r ->> 'id')));
  return results;
end
$$;

drop function sync.apply_mutation(jsonb);
drop function sync.recorded_result(uuid);
drop function sync.record_result(uuid, jsonb);

grant execute on function
  sync.apply_run(jsonb[]), sync.apply_edits(name, sync.replicated_table, text[], jsonb[]),
  sync.apply_insert(name, sync.replicated_table, text[], jsonb), sync.apply_delete(name, jsonb),
  sync.check_writable(name, text, text[]), sync.recorded_results(uuid[]), sync.record_results(jsonb)
  to fp_person;
