import { describe, expect, it } from 'vitest';
import { queriesThatRead } from './query-dependencies.ts';

describe('a commit of the replica', () => {
  it('refreshes board, table and page when a project changed', () => {
    expect(queriesThatRead(['projects'])).toEqual(
      new Set([
        'projects.board',
        'audit.get',
        'projects.list',
        'projects.get',
        'projects.moves',
        'calendar.sheet',
        'calendar.day',
        'timeline.rows',
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
      new Set(['projects.board', 'projects.list', 'projects.get', 'project.team', 'calendar.sheet', 'calendar.day', 'sync.waiting']),
    );
    expect(queriesThatRead(['attention']).has('sync.attention')).toBe(true);
  });

  it('leaves everything alone when no screen reads the table', () => {
    expect(queriesThatRead(['stock_moves'])).toEqual(new Set());
  });
});
