import { and, eq, sql, type SQL } from 'drizzle-orm';
import type { BoardColumn, BoardFilter } from '../../../shared/api/lists.ts';
import type { ProjectRow } from '../../../shared/api/projects.ts';
import { projects } from '../../../db/replica/schema.ts';
import type { Replica } from '../replica/database.ts';
import { firstColumn } from '../replica/first-column.ts';
import { prepared } from '../replica/prepared.ts';
import type { OpenSession } from '../session.ts';
import { boardCondition, boardSearched, withoutCommonWords, type Split } from './list-filter.ts';
import { remembered } from './list-memory.ts';
import { boardOrder, onBoard, stillOpen } from './list-order.ts';
import { isNarrow } from './list-search.ts';
import { idsOfRows, type Window } from './list-window.ts';
import { readProjectsById, readStages } from './project-rows.ts';

/** So many cards of each stage come with the board itself. */
const FIRST_CARDS = 20;

const standingStages = `select id from workflow_stages s
  where exists (select 1 from projects p where p.current_stage_id = s.id and p.status in ('active', 'on_hold'))`;

export function readBoard(session: OpenSession, filter: BoardFilter): { stages: BoardColumn[]; total: number } {
  const { replica } = session;
  const columns = remembered(session, ['board', filter], () => readColumns(session, filter));
  // A column that would be empty because of a filter stays: where a project may go does not depend on what is looked for.
  const standing = new Set(prepared(replica.read, standingStages).pluck().all() as string[]);
  const stages = readStages(replica, false).filter(({ id, is_active }) => is_active || standing.has(id));
  const cards = readProjectsById(replica, [...columns.values()].flatMap(({ ids }) => ids));
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

/** By stage. The few that a search has found are gathered once for counts and cards; other filters find a column's first cards by its index. */
function readColumns(session: OpenSession, filter: BoardFilter): Map<string, Column> {
  const { replica } = session;
  const split = withoutCommonWords(session, filter);
  const where = boardCondition(session, split.rest);
  if (split.hasCommon) return new Map(countBoard(replica, where).map(({ stage }) => [stage, columnOf(replica, commonIn(session, split, stage))]));
  if (isNarrow(session, filter.search, boardSearched)) return walkKnown(replica, where);
  if (where) return walkOnce(replica, where);
  return new Map(
    countBoard(replica, where).map(({ stage, count }) => [stage, { count, ids: cardIds(replica, where, stage, { offset: 0, limit: FIRST_CARDS }) }]),
  );
}

const columnOf = (replica: Replica, rows: readonly number[]): Column => ({ count: rows.length, ids: idsOfRows(replica, rows.slice(0, FIRST_CARDS)) });

/** The open projects of a stage that have the common words, in the board's order. */
function commonIn(session: OpenSession, { rest, hasCommon }: Split<BoardFilter>, stage: string): number[] {
  const rows = remembered(session, ['board in order', rest, stage], () =>
    Uint32Array.from(firstColumn<number>(session.replica.read, inOrder(sql`rowid`, boardCondition(session, rest), stage))),
  );
  const found: number[] = [];
  for (const row of rows) if (!hasCommon || hasCommon(row)) found.push(row);
  return found;
}

/** How many open projects stand in each stage; without a filter the replica has added them up already. */
const countBoard = (replica: Replica, where: SQL | undefined): { stage: string; count: number }[] =>
  replica.db.all(
    where
      ? sql`select current_stage_id as stage, count(*) as count from ${boardRows} where ${and(onBoard, where)} group by current_stage_id`
      : sql`select stage_id as stage, sum(projects) as count from open_project_totals group by stage_id having sum(projects) > 0`,
  );

export function readCards(session: OpenSession, filter: BoardFilter, stageId: string, window: Window): ProjectRow[] {
  const { replica } = session;
  const split = withoutCommonWords(session, filter);
  const ids = split.hasCommon
    ? idsOfRows(replica, commonIn(session, split, stageId).slice(window.offset, window.offset + window.limit))
    : cardIds(replica, boardCondition(session, filter), stageId, window);
  const cards = readProjectsById(replica, ids);
  return ids.flatMap((id) => cards.get(id) ?? []);
}

/** The index holds all that the board asks about; left to itself, SQLite trusts the index of statuses, which finds most rows. */
const boardRows = sql.raw('projects indexed by projects_board');

const inOrder = (what: SQL, where: SQL | undefined, stage: string): SQL =>
  sql`select ${what} from ${boardRows} where ${and(eq(projects.current_stage_id, stage), onBoard, where)} order by ${sql.join(boardOrder, sql`, `)}`;

const cardIds = ({ read }: Replica, where: SQL | undefined, stage: string, { offset, limit }: Window): string[] =>
  firstColumn(read, sql`${inOrder(sql`id`, where, stage)} limit ${limit} offset ${offset}`);

/**
 * Of each stage how many match and their rows in the board's order: one walk along its index, which is in that order. SQLite keeps
 * the order of a subquery where the query around it does more than count.
 */
export const boardWalk = (where: SQL): SQL =>
  sql`select stage, count(*) as count, group_concat(row) as rows from (
        select current_stage_id as stage, rowid as row from ${boardRows} where ${and(onBoard, where)}
         order by ${sql.join([projects.current_stage_id, ...boardOrder], sql`, `)})
      group by stage`;

const walkOnce = (replica: Replica, where: SQL): Map<string, Column> =>
  new Map(
    replica.db
      .all<{ stage: string; count: number; rows: string }>(boardWalk(where))
      .map(({ stage, count, rows }) => [stage, { count, ids: idsOfRows(replica, rows.split(',', FIRST_CARDS).map(Number)) }]),
  );

/** All stages at once. Rows whose ids are known are taken by them; the board's index would be walked from end to end for a few. */
function walkKnown(replica: Replica, where: SQL | undefined): Map<string, Column> {
  const rows = replica.db.all<{ stage: string; count: number; ids: string }>(
    sql`select stage, count(*) as count, json_group_array(id order by place) filter (where place <= ${FIRST_CARDS}) as ids from (
          select current_stage_id as stage, id, row_number() over (partition by current_stage_id order by ${sql.join(boardOrder, sql`, `)}) as place
            from projects where ${and(stillOpen, where)})
        group by stage`,
  );
  return new Map(rows.map(({ stage, count, ids }) => [stage, { count, ids: JSON.parse(ids) as string[] }]));
}
