import { and, asc, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type {
  BoardColumn,
  BoardFilter,
  Group,
  GroupColumn,
  ListChoices,
  ListRow,
  ProjectFilter,
  ProjectSort,
} from '../../../shared/api/lists.ts';
import { priorityLevels, type ProjectRow } from '../../../shared/api/projects.ts';
import { internalRoles } from '../../../shared/domain/roles.ts';
import { EXCLUDED, mayAssign, mayEditProject, projectStatuses } from '../../../shared/domain/workflow.ts';
import { contacts, projectAssignments, projects, users, workflowStages } from '../../../db/replica/schema.ts';
import type { Replica } from '../replica/database.ts';
import type { OpenSession } from '../session.ts';
import { boardCondition, boardSearched, inGroup, listCondition } from './list-filter.ts';
import { remembered } from './list-memory.ts';
import { boardOrder, groupedBy, isGrouped, onBoard, orderOf, stillOpen, type GroupedColumn } from './list-order.ts';
import { isNarrow, isWide } from './list-search.ts';
import { readProjectRows, readStages } from './project-rows.ts';
import { isReadOnly } from './read-only.ts';

/** So many cards of each stage come with the board itself. */
const FIRST_CARDS = 20;
const TAGS_FROM = 2_000;

const byName = new Intl.Collator('vi');

export interface ListQuestion {
  filter: ProjectFilter;
  sort: ProjectSort;
  group: { by: GroupColumn; value: string | null } | null;
}

interface Window {
  offset: number;
  limit: number;
}

const counted = (replica: Replica, where: SQL | undefined): number =>
  replica.db.select({ total: sql<number>`count(*)` }).from(projects).where(where).get()?.total ?? 0;

const conditionOf = (session: OpenSession, { filter, group }: ListQuestion): SQL | undefined =>
  and(listCondition(session, filter), group ? inGroup(groupedBy[group.by], group.value) : undefined);

/**
 * The ids of a window. An order that begins with a column of few values goes from value to value, so that only the rows
 * of those in the window are sorted.
 */
export function readIds(session: OpenSession, question: ListQuestion, window: Window): string[] {
  const where = conditionOf(session, question);
  const sort = question.sort.filter(({ column }) => column !== question.group?.by);
  const [first, ...rest] = sort;
  if (!first || !isGrouped(first.column)) return idsOf(session.replica, where, sort, window);
  const groups = remembered(session, ['groups', first.column, question.filter, question.group], () =>
    readGroups(session.replica, first.column as GroupedColumn, where),
  );
  const named = groups.filter(({ value }) => value !== null);
  // Groups of priorities stand with the most urgent first; ascending begins with the least.
  const upwards = first.column === 'priority_level' ? first.descending : !first.descending;
  const ordered = [...(upwards ? named : named.reverse()), ...groups.filter(({ value }) => value === null)];
  const ids: string[] = [];
  let begin = 0;
  for (const { value, count } of ordered) {
    const from = Math.max(window.offset - begin, 0);
    const wanted = window.limit - ids.length;
    if (from < count && wanted > 0) {
      const within = and(where, inGroup(groupedBy[first.column], value));
      ids.push(...idsOf(session.replica, within, rest, { offset: from, limit: wanted }));
    }
    begin += count;
  }
  return ids;
}

/** Only ids are sorted and skipped; what belongs to a row is read for those that are shown. */
const idsOf = (replica: Replica, where: SQL | undefined, sort: ProjectSort, { offset, limit }: Window): string[] =>
  replica.db
    .select({ id: projects.id })
    .from(projects)
    .where(where)
    .orderBy(...orderOf(sort))
    .limit(limit)
    .offset(offset)
    .all()
    .map(({ id }) => id);

export function readList(session: OpenSession, question: ListQuestion, window: Window): { rows: ListRow[]; total: number } {
  return {
    rows: readListRows(session, readIds(session, question, window)),
    total: remembered(session, ['total', question.filter, question.group], () => counted(session.replica, conditionOf(session, question))),
  };
}

export const stagesById = (replica: Replica) => new Map(readStages(replica, false).map((stage) => [stage.id, stage]));

/** Rows by their ids, in that order; what is gone is left out. */
export function readListRows(session: OpenSession, ids: readonly string[]): ListRow[] {
  if (ids.length === 0) return [];
  const { db } = session.replica;
  const { person } = session.current();
  const stages = stagesById(session.replica);
  const tags = new Map(
    db.select({ id: projects.id, tags: projects.tags }).from(projects).where(inArray(projects.id, [...ids])).all()
      .map((row) => [row.id, row.tags]),
  );
  const parts = db
    .select({ project_id: projectAssignments.project_id, user_id: projectAssignments.user_id, role: projectAssignments.role })
    .from(projectAssignments)
    .where(and(inArray(projectAssignments.project_id, [...ids]), eq(projectAssignments.user_id, person.id), eq(projectAssignments.is_active, true)))
    .all();
  const rows = new Map(
    readProjectRows(session.replica, { where: inArray(projects.id, [...ids]), orderBy: [] }).map((row) => [row.id, row]),
  );
  return ids.flatMap((id) => {
    const row = rows.get(id);
    if (!row) return [];
    const own = parts.filter(({ project_id }) => project_id === id);
    const assigned = {
      assigned_to: row.assigned_to,
      team: own.filter(({ role }) => role !== EXCLUDED).map(({ user_id }) => user_id),
      excluded: own.filter(({ role }) => role === EXCLUDED).map(({ user_id }) => user_id),
    };
    const canEdit = !isReadOnly(session) && mayEditProject(person, assigned, stages.get(row.current_stage_id ?? ''));
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

export function readBoard(session: OpenSession, filter: BoardFilter): { stages: BoardColumn[]; total: number } {
  const { replica } = session;
  const columns = remembered(session, ['board', filter], () => readColumns(session, filter));
  // A column that would be empty because of a filter stays: where a project may go does not depend on what is looked for.
  const standing = new Set(
    replica.db
      .select({ id: workflowStages.id })
      .from(workflowStages)
      .where(sql`exists (select 1 from projects p where p.current_stage_id = ${workflowStages.id} and p.status in ('active', 'on_hold'))`)
      .all()
      .map(({ id }) => id),
  );
  const stages = readStages(replica, false).filter(({ id, is_active }) => is_active || standing.has(id));
  const cards = cardsById(replica, [...columns.values()].flatMap(({ ids }) => ids));
  return {
    stages: stages.map((stage) => {
      const { count, ids } = columns.get(stage.id) ?? { count: 0, ids: [] };
      return { ...stage, count, cards: ids.flatMap((id) => cards.get(id) ?? []) };
    }),
    total: [...columns.values()].reduce((sum, { count }) => sum + count, 0),
  };
}

/** How many open projects stand in a stage, and its first cards. */
interface Column {
  count: number;
  ids: string[];
}

/** By stage. What a search has found is gathered once for counts and cards; other filters find a column's first cards by its index. */
function readColumns(session: OpenSession, filter: BoardFilter): Map<string, Column> {
  const { replica } = session;
  const where = boardCondition(session, filter);
  if (isNarrow(session, filter.search, boardSearched)) return walkBoard(replica, knownRows, where);
  if (isWide(session, filter.search, boardSearched)) return walkBoard(replica, boardRows, where);
  return new Map(
    countBoard(replica, where).map(({ stage, count }) => [stage, { count, ids: cardIds(replica, where, stage, { offset: 0, limit: FIRST_CARDS }) }]),
  );
}

/** How many open projects stand in each stage; without a filter the replica has added them up already. */
const countBoard = (replica: Replica, where: SQL | undefined): { stage: string; count: number }[] =>
  replica.db.all(
    where
      ? sql`select current_stage_id as stage, count(*) as count from ${boardRows.from} where ${and(boardRows.open, where)} group by current_stage_id`
      : sql`select stage_id as stage, sum(projects) as count from open_project_totals group by stage_id having sum(projects) > 0`,
  );

export function readCards(session: OpenSession, filter: BoardFilter, stageId: string, window: Window): ProjectRow[] {
  const ids = cardIds(session.replica, boardCondition(session, filter), stageId, window);
  const cards = cardsById(session.replica, ids);
  return ids.flatMap((id) => cards.get(id) ?? []);
}

/** Where the board's projects are looked for. */
interface BoardRows {
  from: SQL;
  open: SQL;
}

/** The index holds all that the board asks about; left to itself, SQLite trusts the index of statuses, which finds most rows. */
const boardRows: BoardRows = { from: sql.raw('projects indexed by projects_board'), open: onBoard };

/** Rows whose ids are known are taken by them; the board's index would be walked from end to end for a few. */
const knownRows: BoardRows = { from: sql.raw('projects'), open: stillOpen };

const cardIds = (replica: Replica, where: SQL | undefined, stageId: string, { offset, limit }: Window): string[] =>
  replica.db
    .all<{ id: string }>(
      sql`select id from ${boardRows.from} where ${and(eq(projects.current_stage_id, stageId), onBoard, where)}
        order by ${sql.join(boardOrder, sql`, `)} limit ${limit} offset ${offset}`,
    )
    .map(({ id }) => id);

/** All stages in one walk. */
function walkBoard(replica: Replica, { from, open }: BoardRows, where: SQL | undefined): Map<string, Column> {
  const rows = replica.db.all<{ stage: string; count: number; ids: string }>(
    sql`select stage, count(*) as count, json_group_array(id order by place) filter (where place <= ${FIRST_CARDS}) as ids from (
          select current_stage_id as stage, id, row_number() over (partition by current_stage_id order by ${sql.join(boardOrder, sql`, `)}) as place
            from ${from} where ${and(open, where)})
        group by stage`,
  );
  return new Map(rows.map(({ stage, count, ids }) => [stage, { count, ids: JSON.parse(ids) as string[] }]));
}

const cardsById = (replica: Replica, ids: readonly string[]): Map<string, ProjectRow> =>
  ids.length === 0
    ? new Map<string, ProjectRow>()
    : new Map(readProjectRows(replica, { where: inArray(projects.id, [...ids]), orderBy: [] }).map((row) => [row.id, row]));

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
