import type { listsApi } from '../../../shared/api/lists.ts';
import { cancelExport } from '../tables/table-export.ts';
import type { Handlers } from './context.ts';
import { readBoard, readCards } from './list-board.ts';
import { changeMany, editListed, undoMany } from './list-commands.ts';
import { listCondition } from './list-filter.ts';
import { remembered } from './list-memory.ts';
import { readChoices, readGroups, readTags } from './list-rows.ts';
import { readIds, readList } from './list-window.ts';

/** The board and the table: windows into all projects, and what is changed from there. */
export const listHandlers: Handlers<keyof typeof listsApi> = {
  'lists.choices': (session) => readChoices(session),
  'lists.tags': ({ replica }) => readTags(replica),
  'lists.rows': (session, { offset, limit, ...question }) => readList(session, question, { offset, limit }),
  'lists.groups': (session, { filter, by }) => {
    const groups = remembered(session, ['groups', by, filter, null], () => readGroups(session.replica, by, listCondition(session, filter)));
    return { groups, total: groups.reduce((sum, { count }) => sum + count, 0) };
  },
  'lists.ids': (session, { offset, limit, ...question }) => readIds(session, question, { offset, limit }),
  'lists.board': (session, { filter }) => readBoard(session, filter),
  'lists.cards': (session, { filter, stage_id, offset, limit }) => readCards(session, filter, stage_id, { offset, limit }),
  'lists.edit': (session, { id, patch }) => {
    session.accept([editListed(session, id, patch)]);
    return null;
  },
  'lists.bulk': (session, { ids, action }) => changeMany(session, ids, action),
  'lists.undoBulk': (session, { changes }) => undoMany(session, changes),
  'lists.cancelExport': (session) => {
    cancelExport(session);
    return null;
  },
};
