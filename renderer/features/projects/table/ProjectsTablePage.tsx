import { Button, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconListSearch, IconTable } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { groupColumns, type Group } from '../../../../shared/api/lists.ts';
import { useReadOnly, useSession } from '../../../app/app-store.ts';
import { call } from '../../../app/bridge.ts';
import { useMayAccess } from '../../../app/use-may-access.ts';
import { useErrorText } from '../../../ui/error-text.ts';
import { LoadFailure } from '../../../ui/LoadFailure.tsx';
import { Notice } from '../../../ui/Notice.tsx';
import { notifyFailure } from '../../../ui/notify.tsx';
import { useFormat } from '../../../ui/use-format.ts';
import { FilterBar } from '../filter/FilterBar.tsx';
import { clearFilters, countFilters, groupBy, useProjectList } from '../filters.ts';
import { TakeInButton } from '../TakeInButton.tsx';
import { Toolbar } from '../Toolbar.tsx';
import { useFiltersInUrl } from '../use-filters-in-url.ts';
import { BulkBar } from './BulkBar.tsx';
import { columnLabels, columnsFor } from './columns.tsx';
import { ColumnsMenu } from './ColumnsMenu.tsx';
import { ListExport } from './ListExport.tsx';
import { PrintedTable } from './PrintedTable.tsx';
import { ProjectsGrid } from './ProjectsGrid.tsx';
import { groupKey } from './row-layout.ts';
import { clearSelection, select } from './selection.ts';
import { useListRows } from './use-list-rows.ts';
import { useDefaultView, ViewsMenu } from './ViewsMenu.tsx';

const FILTER_PAUSE_MS = 120;
const STEP = 25;
const MOST_SELECTED = 100_000;

export function ProjectsTablePage() {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const { person } = useSession();
  const mayAccess = useMayAccess();
  const readOnly = useReadOnly();
  const { filter, sort, group_by } = useProjectList();
  const filters = countFilters(filter);
  useDefaultView(person.id, filters > 0);
  useFiltersInUrl();
  const [settled] = useDebouncedValue(filter, FILTER_PAUSE_MS);
  const [shown, setShown] = useState({ first: 0, last: 40 });
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const asked = { filter: settled, sort, group_by };
  const list = useListRows(asked, collapsed, shown.first, shown.last);
  // In steps, so that a scroll asks for rows a little early and draws the page anew only now and then.
  const show = useCallback((first: number, last: number) => {
    const next = { first: Math.max(0, Math.floor(first / STEP) * STEP - STEP), last: Math.ceil(last / STEP) * STEP + STEP };
    setShown((before) => (before.first === next.first && before.last === next.last ? before : next));
  }, []);
  const question = useMemo(() => JSON.stringify([settled, sort, group_by]), [settled, sort, group_by]);
  const filterName = JSON.stringify(settled);
  // What is marked belongs to what was looked for.
  useEffect(() => clearSelection, [filterName]);

  const collapse = (group: Group) =>
    setCollapsed((before) => {
      const next = new Set(before);
      if (!next.delete(groupKey(group))) next.add(groupKey(group));
      return next;
    });
  const selectAll = () =>
    void call('lists.ids', { filter: settled, sort, limit: MOST_SELECTED }).then(select, (error: unknown) =>
      notifyFailure(t('lists.select.failed'), errorText(error)),
    );

  const staff = mayAccess('read', 'saved_views', { own: true });
  return (
    <>
      <Toolbar
        title={t('projects.table.title')}
        count={list.total === undefined ? null : t('projects.count', { count: list.total, total: format.number(list.total) })}
      >
        {staff && <ViewsMenu />}
        <Select
          aria-label={t('lists.group.label')}
          placeholder={t('lists.group.none')}
          clearable
          clearButtonProps={{ 'aria-label': t('lists.group.clear') }}
          w="calc(12rem * var(--fp-scale))"
          data={columnsFor(person.role, groupColumns).map((value) => ({ value, label: t('lists.group.by', { column: t(columnLabels[value]) }) }))}
          value={group_by}
          onChange={(value) => {
            setCollapsed(new Set());
            groupBy(groupColumns.find((column) => column === value) ?? null);
          }}
        />
        <ColumnsMenu />
        {!readOnly && <ListExport disabled={!list.total} />}
      </Toolbar>
      <FilterBar filter={filter} count={filters} />
      {list.error && <LoadFailure error={list.error} retry={list.retry} />}
      {!list.error && list.total === 0 && <EmptyTable filtered={filters > 0} />}
      {!list.error && list.total !== undefined && list.total > 0 && (
        <>
          <ProjectsGrid
            list={list}
            question={question}
            marking={mayAccess('update', 'projects', { editable: true })}
            collapsed={collapsed}
            collapse={collapse}
            onShown={show}
            selectAll={selectAll}
          />
          <PrintedTable question={asked} sections={list.sections} />
        </>
      )}
      <BulkBar />
    </>
  );
}

function EmptyTable({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation();
  if (!filtered) {
    return (
      <Notice icon={IconTable} title={t('projects.table.emptyTitle')} text={t('projects.table.emptyText')}>
        <TakeInButton />
      </Notice>
    );
  }
  return (
    <Notice icon={IconListSearch} title={t('projects.table.noMatchTitle')} text={t('projects.table.noMatchText')}>
      <Button variant="default" onClick={clearFilters}>
        {t('projects.table.clearFilters')}
      </Button>
    </Notice>
  );
}
