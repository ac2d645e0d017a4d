import { beforeEach, describe, expect, it } from 'vitest';
import { projectFilter } from '../../../shared/api/lists.ts';
import {
  changeFilter,
  clearFilters,
  countFilters,
  emptyFilter,
  initialList,
  moveColumn,
  resizeColumn,
  setSearch,
  showColumn,
  toggleSort,
  useProjectList,
} from './filters.ts';
import { urlToFilter } from './filter-from-url.ts';
import { filterToUrl } from './filter-url.ts';

const list = () => useProjectList.getState();
const one = '0197a1f0-0000-7000-8000-000000000001';

describe('the filters of board and table', () => {
  beforeEach(() => useProjectList.setState(initialList));

  it('begin with what the contract takes for nothing', () => {
    expect(emptyFilter).toEqual(projectFilter.parse({}));
  });

  it('sort by a column at the first press, turn around at the next and give it up at the third', () => {
    toggleSort('title');
    expect(list().sort).toEqual([{ column: 'title', descending: false }]);
    toggleSort('title');
    expect(list().sort).toEqual([{ column: 'title', descending: true }]);
    toggleSort('title');
    expect(list().sort).toEqual([]);
  });

  it('show the highest value first', () => {
    toggleSort('estimated_value');
    expect(list().sort).toEqual([{ column: 'estimated_value', descending: true }]);
  });

  it('sort by several columns where the person asks for one more', () => {
    toggleSort('priority_level');
    toggleSort('title', true);
    toggleSort('title', true);
    expect(list().sort).toEqual([{ column: 'priority_level', descending: true }, { column: 'title', descending: true }]);
    toggleSort('status');
    expect(list().sort).toEqual([{ column: 'status', descending: false }]);
  });

  it('are counted and cleared without losing the order', () => {
    setSearch('P-25');
    changeFilter({ statuses: ['on_hold'], customers: [one, 'none'] });
    toggleSort('title');
    expect(countFilters(list().filter)).toBe(3);
    clearFilters();
    expect(countFilters(list().filter)).toBe(0);
    expect(list().sort).toHaveLength(1);
  });

  it('never send a search longer than the contract takes', () => {
    setSearch('x'.repeat(10_000));
    expect(list().filter.search).toHaveLength(200);
  });

  it('go into the address and come out of it as they were', () => {
    changeFilter({ search: 'động cơ & 50%', customers: [one, 'none'], due: 'overdue', priorities: ['high'], value_from: '-1.5', tags: ['a,b'] });
    const { filter } = list();
    expect(urlToFilter(new URLSearchParams(filterToUrl(filter).toString()))).toEqual(filter);
  });

  it('take nothing out of an address that makes no sense', () => {
    const address = new URLSearchParams('due=tomorrow&customer=1&priority=high&value_from=abc&due_from=2025-13-40&q=ok');
    expect(urlToFilter(address)).toEqual({ ...initialList.filter, priorities: ['high'], search: 'ok' });
  });
});

describe('the columns of the table', () => {
  beforeEach(() => useProjectList.setState(initialList));

  it('change places, come and go, and the code stays first', () => {
    moveColumn('title', -1);
    showColumn('project_id', false);
    expect(list().columns.slice(0, 2)).toEqual(['project_id', 'title']);
    moveColumn('title', 1);
    expect(list().columns.slice(0, 3)).toEqual(['project_id', 'customer_name', 'title']);
    showColumn('title', false);
    showColumn('tags', true);
    expect(list().columns).not.toContain('title');
    expect(list().columns.at(-1)).toBe('tags');
  });

  it('are never too narrow to be seen, and get their own width back', () => {
    resizeColumn('title', 3);
    expect(list().widths).toEqual({ title: 48 });
    resizeColumn('title', null);
    expect(list().widths).toEqual({});
  });
});
