import { describe, expect, it } from 'vitest';
import { queriesThatRead } from './query-dependencies.ts';

describe('a commit of the replica', () => {
  it('refreshes board, table and page when a project changed', () => {
    const asked = queriesThatRead(['projects']);
    for (const name of ['projects.board', 'projects.list', 'projects.get', 'projects.moves', 'lists.rows', 'search.all', 'dashboard.figures', 'sync.waiting'] as const) {
      expect(asked.has(name), name).toBe(true);
    }
    expect(asked.has('sync.history')).toBe(false);
  });

  it('refreshes only what shows activity when only activity was written', () => {
    expect(queriesThatRead(['activity_log'])).toEqual(
      new Set(['projects.get', 'audit.overview', 'audit.get', 'contacts.get', 'documents.get', 'dashboard.activity']),
    );
  });

  it('refreshes the marks on cards when a change was confirmed or refused', () => {
    const asked = queriesThatRead(['outbox']);
    for (const name of ['projects.board', 'lists.rows', 'lists.cards', 'projects.get', 'contacts.list', 'sync.waiting'] as const) {
      expect(asked.has(name), name).toBe(true);
    }
    expect(asked.has('audit.get')).toBe(false);
    expect(queriesThatRead(['attention']).has('sync.attention')).toBe(true);
  });

  it('leaves everything alone when no screen reads the table', () => {
    expect(queriesThatRead(['stock_moves'])).toEqual(new Set());
  });
});
