import { describe, expect, it } from 'vitest';
import { queriesThatRead } from './query-dependencies.ts';

describe('a commit of the replica', () => {
  it('refreshes board, table and page when a project changed', () => {
    expect(queriesThatRead(['projects'])).toEqual(
      new Set([
        'projects.board',
        'audit.get',
        'lists.tags',
        'lists.rows',
        'lists.groups',
        'lists.board',
        'lists.cards',
        'projects.list',
        'projects.get',
        'projects.moves',
        'search.all',
        'search.code',
        'search.recent',
        'sync.waiting',
        'sync.attention',
        'sync.conflicts',
      ]),
    );
  });

  it('refreshes only what shows activity when only activity was written', () => {
    expect(queriesThatRead(['activity_log'])).toEqual(new Set(['projects.get', 'audit.overview', 'audit.get']));
  });

  it('refreshes the marks on cards when a change was confirmed or refused', () => {
    expect(queriesThatRead(['outbox'])).toEqual(
      new Set(['projects.board', 'lists.rows', 'lists.groups', 'lists.board', 'lists.cards', 'views.list', 'projects.list', 'projects.get', 'project.team', 'sync.waiting']),
    );
    expect(queriesThatRead(['attention']).has('sync.attention')).toBe(true);
  });

  it('leaves everything alone when no screen reads the table', () => {
    expect(queriesThatRead(['stock_moves'])).toEqual(new Set());
  });
});
