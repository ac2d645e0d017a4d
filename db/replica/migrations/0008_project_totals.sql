-- Sums over projects and their moves, kept by triggers: the overview answers from a few thousand rows where a scan of
-- 100,000 projects would take many times as long. Nothing else writes these tables.

-- Open projects by what the overview asks for. A value is split in two so that no sum leaves 64 bits:
-- hundredths = value_high * 1000000000 + value_low. `due` is empty where no delivery date is set.
CREATE TABLE open_project_totals (
  status text NOT NULL,
  stage_id text NOT NULL,
  currency text NOT NULL,
  due text NOT NULL,
  projects integer NOT NULL,
  without_value integer NOT NULL,
  value_high integer NOT NULL,
  value_low integer NOT NULL,
  PRIMARY KEY (status, stage_id, due, currency)
) WITHOUT ROWID;
--> statement-breakpoint
-- Active projects by the day (UTC) on which they entered their stage.
CREATE TABLE stage_age_totals (
  stage_id text NOT NULL,
  entered_on text NOT NULL,
  projects integer NOT NULL,
  PRIMARY KEY (stage_id, entered_on)
) WITHOUT ROWID;
--> statement-breakpoint
-- Completed projects by the month of their delivery; `outcome` is on_time, late, or undated where none was promised.
CREATE TABLE delivery_totals (
  month text NOT NULL,
  outcome text NOT NULL,
  projects integer NOT NULL,
  PRIMARY KEY (month, outcome)
) WITHOUT ROWID;
--> statement-breakpoint
-- Moves out of a stage by month (UTC), with the time spent in it.
CREATE TABLE stage_passage_totals (
  stage_id text NOT NULL,
  month text NOT NULL,
  passages integer NOT NULL,
  seconds integer NOT NULL,
  PRIMARY KEY (stage_id, month)
) WITHOUT ROWID;
--> statement-breakpoint
-- Which projects of a stage are due in the days to come, and how long they have been there, without the table itself.
CREATE INDEX projects_stage_due ON projects (current_stage_id, status, estimated_delivery_date, stage_entered_at);
--> statement-breakpoint
CREATE TRIGGER projects_totals_insert AFTER INSERT ON projects
BEGIN
  INSERT INTO open_project_totals
    SELECT new.status, new.current_stage_id, new.currency, coalesce(new.estimated_delivery_date, ''), 1,
           (coalesce(v, 0) = 0), coalesce(v / 1000000000, 0), coalesce(v % 1000000000, 0)
      FROM (SELECT cast(CASE instr(new.estimated_value, '.') WHEN 0 THEN new.estimated_value || '00' ELSE replace(substr(new.estimated_value || '00', 1, instr(new.estimated_value, '.') + 2), '.', '') END AS integer) AS v) WHERE new.status IN ('active', 'on_hold')
    ON CONFLICT DO UPDATE SET projects = projects + excluded.projects, without_value = without_value + excluded.without_value,
      value_high = value_high + excluded.value_high, value_low = value_low + excluded.value_low;
  INSERT INTO stage_age_totals
    SELECT new.current_stage_id, substr(new.stage_entered_at, 1, 10), 1 WHERE new.status = 'active'
    ON CONFLICT DO UPDATE SET projects = projects + excluded.projects;
  INSERT INTO delivery_totals
    SELECT substr(new.actual_delivery_date, 1, 7),
           CASE WHEN new.estimated_delivery_date IS NULL THEN 'undated' WHEN new.actual_delivery_date <= new.estimated_delivery_date THEN 'on_time' ELSE 'late' END, 1
     WHERE new.status = 'completed' AND new.actual_delivery_date IS NOT NULL
    ON CONFLICT DO UPDATE SET projects = projects + excluded.projects;
END;
--> statement-breakpoint
CREATE TRIGGER projects_totals_delete AFTER DELETE ON projects
BEGIN
  INSERT INTO open_project_totals
    SELECT old.status, old.current_stage_id, old.currency, coalesce(old.estimated_delivery_date, ''), -1,
           -(coalesce(v, 0) = 0), -coalesce(v / 1000000000, 0), -coalesce(v % 1000000000, 0)
      FROM (SELECT cast(CASE instr(old.estimated_value, '.') WHEN 0 THEN old.estimated_value || '00' ELSE replace(substr(old.estimated_value || '00', 1, instr(old.estimated_value, '.') + 2), '.', '') END AS integer) AS v) WHERE old.status IN ('active', 'on_hold')
    ON CONFLICT DO UPDATE SET projects = projects + excluded.projects, without_value = without_value + excluded.without_value,
      value_high = value_high + excluded.value_high, value_low = value_low + excluded.value_low;
  INSERT INTO stage_age_totals
    SELECT old.current_stage_id, substr(old.stage_entered_at, 1, 10), -1 WHERE old.status = 'active'
    ON CONFLICT DO UPDATE SET projects = projects + excluded.projects;
  INSERT INTO delivery_totals
    SELECT substr(old.actual_delivery_date, 1, 7),
           CASE WHEN old.estimated_delivery_date IS NULL THEN 'undated' WHEN old.actual_delivery_date <= old.estimated_delivery_date THEN 'on_time' ELSE 'late' END, -1
     WHERE old.status = 'completed' AND old.actual_delivery_date IS NOT NULL
    ON CONFLICT DO UPDATE SET projects = projects + excluded.projects;
  DELETE FROM open_project_totals WHERE status = old.status AND stage_id = old.current_stage_id AND currency = old.currency
    AND due = coalesce(old.estimated_delivery_date, '') AND projects = 0;
  DELETE FROM stage_age_totals WHERE stage_id = old.current_stage_id AND entered_on = substr(old.stage_entered_at, 1, 10)
    AND projects = 0;
END;
--> statement-breakpoint
CREATE TRIGGER projects_totals_update AFTER UPDATE OF status, current_stage_id, currency, estimated_delivery_date, estimated_value, actual_delivery_date, stage_entered_at ON projects
WHEN (old.status, old.current_stage_id, old.currency, old.estimated_delivery_date, old.estimated_value, old.actual_delivery_date, old.stage_entered_at)
  IS NOT (new.status, new.current_stage_id, new.currency, new.estimated_delivery_date, new.estimated_value, new.actual_delivery_date, new.stage_entered_at)
BEGIN
  INSERT INTO open_project_totals
    SELECT old.status, old.current_stage_id, old.currency, coalesce(old.estimated_delivery_date, ''), -1,
           -(coalesce(v, 0) = 0), -coalesce(v / 1000000000, 0), -coalesce(v % 1000000000, 0)
      FROM (SELECT cast(CASE instr(old.estimated_value, '.') WHEN 0 THEN old.estimated_value || '00' ELSE replace(substr(old.estimated_value || '00', 1, instr(old.estimated_value, '.') + 2), '.', '') END AS integer) AS v) WHERE old.status IN ('active', 'on_hold')
    ON CONFLICT DO UPDATE SET projects = projects + excluded.projects, without_value = without_value + excluded.without_value,
      value_high = value_high + excluded.value_high, value_low = value_low + excluded.value_low;
  INSERT INTO stage_age_totals
    SELECT old.current_stage_id, substr(old.stage_entered_at, 1, 10), -1 WHERE old.status = 'active'
    ON CONFLICT DO UPDATE SET projects = projects + excluded.projects;
  INSERT INTO delivery_totals
    SELECT substr(old.actual_delivery_date, 1, 7),
           CASE WHEN old.estimated_delivery_date IS NULL THEN 'undated' WHEN old.actual_delivery_date <= old.estimated_delivery_date THEN 'on_time' ELSE 'late' END, -1
     WHERE old.status = 'completed' AND old.actual_delivery_date IS NOT NULL
    ON CONFLICT DO UPDATE SET projects = projects + excluded.projects;
  INSERT INTO open_project_totals
    SELECT new.status, new.current_stage_id, new.currency, coalesce(new.estimated_delivery_date, ''), 1,
           (coalesce(v, 0) = 0), coalesce(v / 1000000000, 0), coalesce(v % 1000000000, 0)
      FROM (SELECT cast(CASE instr(new.estimated_value, '.') WHEN 0 THEN new.estimated_value || '00' ELSE replace(substr(new.estimated_value || '00', 1, instr(new.estimated_value, '.') + 2), '.', '') END AS integer) AS v) WHERE new.status IN ('active', 'on_hold')
    ON CONFLICT DO UPDATE SET projects = projects + excluded.projects, without_value = without_value + excluded.without_value,
      value_high = value_high + excluded.value_high, value_low = value_low + excluded.value_low;
  INSERT INTO stage_age_totals
    SELECT new.current_stage_id, substr(new.stage_entered_at, 1, 10), 1 WHERE new.status = 'active'
    ON CONFLICT DO UPDATE SET projects = projects + excluded.projects;
  INSERT INTO delivery_totals
    SELECT substr(new.actual_delivery_date, 1, 7),
           CASE WHEN new.estimated_delivery_date IS NULL THEN 'undated' WHEN new.actual_delivery_date <= new.estimated_delivery_date THEN 'on_time' ELSE 'late' END, 1
     WHERE new.status = 'completed' AND new.actual_delivery_date IS NOT NULL
    ON CONFLICT DO UPDATE SET projects = projects + excluded.projects;
  DELETE FROM open_project_totals WHERE status = old.status AND stage_id = old.current_stage_id AND currency = old.currency
    AND due = coalesce(old.estimated_delivery_date, '') AND projects = 0;
  DELETE FROM stage_age_totals WHERE stage_id = old.current_stage_id AND entered_on = substr(old.stage_entered_at, 1, 10)
    AND projects = 0;
END;
--> statement-breakpoint
CREATE TRIGGER stage_history_totals_insert AFTER INSERT ON project_stage_history
BEGIN
  INSERT INTO stage_passage_totals
    SELECT new.from_stage_id, substr(new.moved_at, 1, 7), 1, new.duration_seconds
     WHERE new.from_stage_id IS NOT NULL AND new.duration_seconds IS NOT NULL
    ON CONFLICT DO UPDATE SET passages = passages + excluded.passages, seconds = seconds + excluded.seconds;
END;
--> statement-breakpoint
CREATE TRIGGER stage_history_totals_delete AFTER DELETE ON project_stage_history
BEGIN
  INSERT INTO stage_passage_totals
    SELECT old.from_stage_id, substr(old.moved_at, 1, 7), -1, -old.duration_seconds
     WHERE old.from_stage_id IS NOT NULL AND old.duration_seconds IS NOT NULL
    ON CONFLICT DO UPDATE SET passages = passages + excluded.passages, seconds = seconds + excluded.seconds;
END;
--> statement-breakpoint
CREATE TRIGGER stage_history_totals_update AFTER UPDATE OF from_stage_id, moved_at, duration_seconds ON project_stage_history
WHEN (old.from_stage_id, old.moved_at, old.duration_seconds) IS NOT (new.from_stage_id, new.moved_at, new.duration_seconds)
BEGIN
  INSERT INTO stage_passage_totals
    SELECT old.from_stage_id, substr(old.moved_at, 1, 7), -1, -old.duration_seconds
     WHERE old.from_stage_id IS NOT NULL AND old.duration_seconds IS NOT NULL
    ON CONFLICT DO UPDATE SET passages = passages + excluded.passages, seconds = seconds + excluded.seconds;
  INSERT INTO stage_passage_totals
    SELECT new.from_stage_id, substr(new.moved_at, 1, 7), 1, new.duration_seconds
     WHERE new.from_stage_id IS NOT NULL AND new.duration_seconds IS NOT NULL
    ON CONFLICT DO UPDATE SET passages = passages + excluded.passages, seconds = seconds + excluded.seconds;
END;
--> statement-breakpoint
INSERT INTO open_project_totals
  SELECT status, current_stage_id, currency, coalesce(estimated_delivery_date, ''), count(*), sum(coalesce(v, 0) = 0),
         sum(coalesce(v / 1000000000, 0)), sum(coalesce(v % 1000000000, 0))
    FROM (SELECT p.*, cast(CASE instr(p.estimated_value, '.') WHEN 0 THEN p.estimated_value || '00' ELSE replace(substr(p.estimated_value || '00', 1, instr(p.estimated_value, '.') + 2), '.', '') END AS integer) AS v FROM projects p)
   WHERE status IN ('active', 'on_hold') GROUP BY 1, 2, 3, 4;
--> statement-breakpoint
INSERT INTO stage_age_totals
  SELECT current_stage_id, substr(stage_entered_at, 1, 10), count(*) FROM projects WHERE status = 'active' GROUP BY 1, 2;
--> statement-breakpoint
INSERT INTO delivery_totals
  SELECT substr(p.actual_delivery_date, 1, 7),
         CASE WHEN p.estimated_delivery_date IS NULL THEN 'undated' WHEN p.actual_delivery_date <= p.estimated_delivery_date THEN 'on_time' ELSE 'late' END, count(*)
    FROM projects p WHERE p.status = 'completed' AND p.actual_delivery_date IS NOT NULL GROUP BY 1, 2;
--> statement-breakpoint
INSERT INTO stage_passage_totals
  SELECT from_stage_id, substr(moved_at, 1, 7), count(*), sum(duration_seconds)
    FROM project_stage_history WHERE from_stage_id IS NOT NULL AND duration_seconds IS NOT NULL GROUP BY 1, 2;
