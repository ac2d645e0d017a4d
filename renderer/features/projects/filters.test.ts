import { beforeEach, describe, expect, it } from 'vitest';
import { clearFilters, initialFilters, setSearch, setStatus, toggleSort, useProjectFilters } from './filters.ts';

const filters = () => useProjectFilters.getState();

describe('the filters of board and table', () => {
  beforeEach(() => useProjectFilters.setState(initialFilters));

  it('sort by a column at the first press and turn around at the next', () => {
    toggleSort('title');
    expect(filters()).toMatchObject({ sort: 'title', descending: false });
    toggleSort('title');
    expect(filters()).toMatchObject({ sort: 'title', descending: true });
  });

  it('show the highest value first', () => {
    toggleSort('estimated_value');
    expect(filters()).toMatchObject({ sort: 'estimated_value', descending: true });
  });

  it('are cleared without losing the order', () => {
    setSearch('P-25');
    setStatus('on_hold');
    toggleSort('title');
    clearFilters();
    expect(filters()).toMatchObject({ search: '', status: null, sort: 'title' });
  });

  it('never send a search longer than the contract takes', () => {
    setSearch('x'.repeat(1000));
    expect(filters().search).toHaveLength(200);
  });
});
