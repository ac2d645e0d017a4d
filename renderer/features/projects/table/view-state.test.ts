import { beforeEach, describe, expect, it } from 'vitest';
import { changeFilter, initialList, resizeColumn, showColumn, toggleSort, useProjectList } from '../filters.ts';
import { applyView, differs, presentView, readView } from './view-state.ts';

describe('a saved view', () => {
  beforeEach(() => useProjectList.setState(initialList));

  it('brings filters, columns, widths, order and groups back', () => {
    changeFilter({ due: 'overdue', priorities: ['high'] });
    showColumn('tags', true);
    resizeColumn('title', 300);
    toggleSort('title');
    useProjectList.setState({ group_by: 'customer_name' });
    const before = useProjectList.getState();
    const stored = JSON.parse(JSON.stringify(presentView())) as Record<string, unknown>;
    useProjectList.setState(initialList);
    expect(differs({ definition: stored })).toBe(true);
    applyView({ id: 'v', definition: stored });
    expect(useProjectList.getState()).toEqual({ ...before, view: 'v' });
    expect(differs({ definition: stored })).toBe(false);
  });

  it('of a later version, or damaged, still opens with what is known of it', () => {
    const read = readView({
      filter: { due: 'someday', search: 'ok', colour: 'red' },
      columns: ['title', 'weather', 'title'],
      widths: { title: 'wide' },
      sort: [{ column: 'weather', descending: true }],
      group_by: 'moon',
      chart: {},
    });
    expect(read).toEqual({ filter: { search: 'ok' }, columns: ['project_id', 'title'], widths: {}, sort: [], group_by: null, is_default: false });
  });
});
