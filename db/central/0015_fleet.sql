-- A bound for what wake-ups cost. Every commit wakes every desktop of its organization, and each of them pulls; the
-- centre therefore tells desktops how long to rest between two such pulls. docs/scaling.md has the figures.

-- How many pulls a second wake-ups may cause, all desktops together.
alter table sync.instance add column wake_pulls_per_s integer not null default 250 check (wake_pulls_per_s > 0);

-- Milliseconds that a desktop rests after a pull before it follows another wake-up. Steps of 50 ms: a small fleet
-- rests not at all, and nobody reads from it how many desktops other organizations have.
create function sync.wake_pause_ms() returns integer
language sql stable security definer
set search_path = pg_catalog
as $$
  select (count(d.id) * 1000 / min(i.wake_pulls_per_s) / 50 * 50)::integer
  from sync.instance i left join app.devices d on d.last_seen_at > now() - interval '7 days'
$$;

grant execute on function sync.wake_pause_ms() to fp_person;
