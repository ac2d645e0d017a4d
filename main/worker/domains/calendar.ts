import { COUNTED, LISTED, type CalendarDay, type calendarApi, type Delivery } from '../../../shared/api/calendar.ts';
import { dayNumber, dayOf } from '../../../shared/domain/schedule.ts';
import { mayEditProject } from '../../../shared/domain/workflow.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { OpenSession } from '../session.ts';
import type { Handlers } from './context.ts';
import { readEditFacts } from './project-facts.ts';
import { readStages } from './project-rows.ts';
import { isReadOnly } from './read-only.ts';

/** So many deliveries stand in the field of a day. */
const SHOWN = 4;

export const calendarHandlers: Handlers<keyof typeof calendarApi> = {
  'calendar.sheet': (session, { from, to }) => {
    const days: CalendarDay[] = [];
    for (let number = dayNumber(from); number <= dayNumber(to); number++) {
      const day = dayOf(number);
      const ids = idsOf(session.replica, day, COUNTED);
      if (ids.length > 0) days.push({ day, total: ids.length, deliveries: ids.slice(0, SHOWN).flatMap((id) => readDelivery(session, id)) });
    }
    // A stage that was switched off still is where a project stands.
    return { stages: readStages(session.replica, false), days };
  },

  'calendar.day': (session, { day }) => idsOf(session.replica, day, LISTED).flatMap((id) => readDelivery(session, id)),
};

export const ofDay = `
  select id, status, priority_level, project_id from projects
   where estimated_delivery_date = ? and status <> 'cancelled' limit ?`;

const urgency: Readonly<Record<string, number>> = { critical: 3, high: 2, medium: 1, low: 0 };

/** Open ones first, then by priority. */
function idsOf({ read }: Replica, day: string, most: number): string[] {
  const rows = prepared(read, ofDay).all(day, most) as { id: string; status: string; priority_level: string; project_id: string }[];
  const open = ({ status }: { status: string }): number => (status === 'completed' ? 0 : 1);
  const rank = ({ priority_level }: { priority_level: string }): number => urgency[priority_level] ?? 0;
  return rows
    .sort((a, b) => open(b) - open(a) || rank(b) - rank(a) || (a.project_id < b.project_id ? -1 : 1))
    .map(({ id }) => id);
}

const delivery = `
  select p.id, p.project_id, p.title, p.status, p.priority_level, c.company_name as customer_name, p.current_stage_id,
         p.stage_entered_at, p.estimated_delivery_date,
         exists (select 1 from outbox o where o.table_name = 'projects' and o.row_id = p.id and o.state <> 'acknowledged') as waiting
    from projects p left join contacts c on c.id = p.customer_id where p.id = ?`;

function readDelivery(session: OpenSession, id: string): Delivery[] {
  const row = prepared(session.replica.read, delivery).get(id) as (Omit<Delivery, 'can_edit' | 'waiting'> & { waiting: number }) | undefined;
  if (!row) return [];
  const rights = readEditFacts(session.replica, id);
  return [{ ...row, waiting: row.waiting === 1, can_edit: !isReadOnly(session) && mayEditProject(session.current().person, rights, rights.stage) }];
}
