import { and, asc, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { Group, ListChoices, ListRow } from '../../../shared/api/lists.ts';
import { priorityLevels } from '../../../shared/api/projects.ts';
import { internalRoles } from '../../../shared/domain/roles.ts';
import { EXCLUDED, mayAssign, mayEditProject, projectStatuses } from '../../../shared/domain/workflow.ts';
import { contacts, projectAssignments, projects, users } from '../../../db/replica/schema.ts';
import { compiled } from '../replica/compiled.ts';
import type { Replica } from '../replica/database.ts';
import type { OpenSession } from '../session.ts';
import { groupedBy, type GroupedColumn } from './list-order.ts';
import { inJson, readProjectsById, readStages } from './project-rows.ts';
import { isReadOnly } from './read-only.ts';

const TAGS_FROM = 2_000;

const byName = new Intl.Collator('vi');

export const stagesById = (replica: Replica) => new Map(readStages(replica, false).map((stage) => [stage.id, stage]));

const tagsById = compiled((db) => db.select({ id: projects.id, tags: projects.tags }).from(projects).where(inJson(projects.id, 'ids')).prepare());

const partsOfPerson = compiled((db) =>
  db
    .select({ project_id: projectAssignments.project_id, user_id: projectAssignments.user_id, role: projectAssignments.role })
    .from(projectAssignments)
    .where(
      and(
        inJson(projectAssignments.project_id, 'ids'),
        eq(projectAssignments.user_id, sql.placeholder('person')),
        eq(projectAssignments.is_active, true),
      ),
    )
    .prepare(),
);

/** Rows by their ids, in that order; what is gone is left out. */
export function readListRows(session: OpenSession, ids: readonly string[]): ListRow[] {
  if (ids.length === 0) return [];
  const { replica } = session;
  const { person } = session.current();
  const readOnly = isReadOnly(session);
  const stages = stagesById(replica);
  const asked = JSON.stringify(ids);
  const tags = new Map(tagsById(replica).all({ ids: asked }).map((row) => [row.id, row.tags]));
  const parts = partsOfPerson(replica).all({ ids: asked, person: person.id });
  const rows = readProjectsById(replica, ids);
  return ids.flatMap((id) => {
    const row = rows.get(id);
    if (!row) return [];
    const own = parts.filter(({ project_id }) => project_id === id);
    const assigned = {
      assigned_to: row.assigned_to,
      team: own.filter(({ role }) => role !== EXCLUDED).map(({ user_id }) => user_id),
      excluded: own.filter(({ role }) => role === EXCLUDED).map(({ user_id }) => user_id),
    };
    const canEdit = !readOnly && mayEditProject(person, assigned, stages.get(row.current_stage_id ?? ''));
    return [{ ...row, tags: tags.get(id) ?? [], can_edit: canEdit, can_assign: canEdit && mayAssign(person, row) }];
  });
}

const placeIn = (values: readonly string[], value: string): number => values.indexOf(value);

/** How many rows have each value of a column, in the order of the values; those without one last. */
export function readGroups(replica: Replica, by: GroupedColumn, where: SQL | undefined): Group[] {
  const column = groupedBy[by];
  const counts = replica.db
    .select({ value: sql<string | null>`${column}`, count: sql<number>`count(*)` })
    .from(projects)
    .where(where)
    .groupBy(column)
    .all();
  const names = namesOf(replica, by);
  const groups = counts.map(({ value, count }): Group => ({ value, name: names?.get(value ?? '') ?? null, count }));
  const order = orderOfGroups(replica, by);
  return groups.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    return order(a as Group & { value: string }, b as Group & { value: string });
  });
}

function namesOf(replica: Replica, by: GroupedColumn): Map<string, string> | null {
  const { db } = replica;
  switch (by) {
    case 'stage_order':
      return new Map(readStages(replica, false).map(({ id, name }) => [id, name]));
    case 'customer_name':
      return new Map(db.select({ id: contacts.id, name: contacts.company_name }).from(contacts).all().map(({ id, name }) => [id, name]));
    case 'assigned_name':
      return new Map(db.select({ id: users.id, name: users.name }).from(users).all().map(({ id, name }) => [id, name]));
    default:
      return null;
  }
}

function orderOfGroups(replica: Replica, by: GroupedColumn): (a: Group & { value: string }, b: Group & { value: string }) => number {
  switch (by) {
    case 'stage_order': {
      const stages = readStages(replica, false).map(({ id }) => id);
      return (a, b) => placeIn(stages, a.value) - placeIn(stages, b.value);
    }
    case 'priority_level':
      return (a, b) => placeIn(priorityLevels, b.value) - placeIn(priorityLevels, a.value);
    case 'status':
      return (a, b) => placeIn(projectStatuses, a.value) - placeIn(projectStatuses, b.value);
    default:
      return (a, b) => byName.compare(a.name ?? '', b.name ?? '') || (a.value < b.value ? -1 : 1);
  }
}

export function readChoices(session: OpenSession): ListChoices {
  const { db } = session.replica;
  return {
    stages: readStages(session.replica, false),
    customers: db
      .select({ id: contacts.id, name: contacts.company_name })
      .from(contacts)
      .where(inArray(contacts.type, ['customer', 'partner']))
      .all()
      .sort((a, b) => byName.compare(a.name, b.name)),
    people: db
      .select({ id: users.id, name: users.name, status: users.status, role: users.role })
      .from(users)
      .orderBy(asc(users.name))
      .all()
      .filter(({ role }) => (internalRoles as readonly string[]).includes(role))
      .map(({ id, name, status }) => ({ id, name, assignable: status === 'active' }))
      .sort((a, b) => byName.compare(a.name, b.name)),
  };
}

export function readTags(replica: Replica): string[] {
  const rows = replica.db.all<{ value: string }>(sql`select distinct t.value
    from (select tags from projects order by updated_at desc, id desc limit ${TAGS_FROM}) p, json_each(p.tags) t`);
  return rows.map(({ value }) => value).sort((a, b) => byName.compare(a, b));
}
