import type { ClientBase } from 'pg';

/** The old system logged a move when its dialog opened and again when it was done; both within some seconds. */
const sameMoveSeconds = 15;
/** A move shows in the project's own audit rows at nearly the same time. */
const auditSeconds = 10;

/**
 * The old system kept no stage history, but its log tells of moves. Each move that the log proves becomes a row of
 * project_stage_history: logged as a transition between two known stages and, where the project has audit rows,
 * confirmed by one of them (some logged attempts never took place). Answers the number of rows.
 */
export async function deriveStageHistory(client: ClientBase): Promise<number> {
  const { rowCount } = await client.query(
    `with logged as (
       select a.id, a.organization_id, a.user_id, a.created_at, a.description, a.metadata, p.id as project,
              f as from_stage, t as to_stage,
              lead(a.created_at) over same as repeated_at
         from public.activity_log a
         join public.projects p on p.organization_id = a.organization_id and p.id = a.entity_id
         join public.workflow_stages f on f.organization_id = a.organization_id and f.id::text = a.metadata ->> 'from_stage_id'
         join public.workflow_stages t on t.organization_id = a.organization_id and t.id::text = a.metadata ->> 'to_stage_id'
        where a.sync_xid = pg_current_xact_id() and a.action in ('stage_transition', 'stage_transition_bypass') and f.id <> t.id
       window same as (partition by p.id, f.id, t.id order by a.created_at, a.id)),
     moves as (
       select l.*, lag(l.created_at) over project_moves as previous_at, lag((l.to_stage).id) over project_moves as previous_stage
         from logged l
        where (l.repeated_at is null or l.repeated_at - l.created_at > make_interval(secs => ${sameMoveSeconds}))
          and (not exists (select from public.activity_log u where u.entity_id = l.project and u.entity_type = 'projects' and u.action = 'UPDATE')
            or exists (
              select from public.activity_log u
               where u.entity_id = l.project and u.entity_type = 'projects' and u.action = 'UPDATE'
                 and u.created_at between l.created_at - make_interval(secs => ${auditSeconds}) and l.created_at + make_interval(secs => ${auditSeconds})
                 and u.new_values ->> 'current_stage_id' = (l.to_stage).id::text))
       window project_moves as (partition by l.project order by l.created_at, l.id)),
     reasoned as (
       select m.*,
              nullif(btrim(m.metadata ->> 'bypass_reason'), '') as given_reason,
              case when ((m.to_stage).stage_order, (m.to_stage).id) < ((m.from_stage).stage_order, (m.from_stage).id) then 'back'
                   when (app.next_stage(m.from_stage)).id = (m.to_stage).id then 'advance' else 'skip' end as kind
         from moves m)
     insert into public.project_stage_history
       (id, organization_id, project_id, from_stage_id, to_stage_id, kind, reason, moved_by, moved_at, entered_at,
        duration_seconds, created_at, updated_at)
     select app.derived_id(r.project, 'moved by activity ' || r.id), r.organization_id, r.project, (r.from_stage).id,
            (r.to_stage).id, r.kind,
            left(case when r.kind = 'advance' then r.given_reason
                 else coalesce(r.given_reason, nullif(btrim(r.metadata ->> 'reason'), ''), nullif(btrim(r.description), ''), r.kind) end, 2000),
            r.user_id, r.created_at,
            case when r.previous_stage = (r.from_stage).id then r.previous_at end,
            case when r.previous_stage = (r.from_stage).id then extract(epoch from r.created_at - r.previous_at)::bigint end,
            r.created_at, r.created_at
       from reasoned r
     on conflict do nothing`,
  );
  return rowCount ?? 0;
}
