import { Button, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconListSearch, IconTable } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { projectStatuses } from '../../../../shared/domain/workflow.ts';
import { LoadFailure } from '../../../ui/LoadFailure.tsx';
import { Notice } from '../../../ui/Notice.tsx';
import { useFormat } from '../../../ui/use-format.ts';
import { clearFilters, setStatus, useProjectFilters } from '../filters.ts';
import { Toolbar } from '../Toolbar.tsx';
import { ProjectsTable } from './ProjectsTable.tsx';
import { useProjectPages } from './use-project-pages.ts';

const SEARCH_PAUSE_MS = 120;

export function ProjectsTablePage() {
  const { t } = useTranslation();
  const format = useFormat();
  const filters = useProjectFilters();
  const [search] = useDebouncedValue(filters.search, SEARCH_PAUSE_MS);
  const [shown, setShown] = useState({ first: 0, last: 0 });
  const pages = useProjectPages({ ...filters, search }, shown.first, shown.last);
  const show = useCallback((first: number, last: number) => setShown({ first, last }), []);
  const filtered = search !== '' || filters.status !== null;

  return (
    <>
      <Toolbar
        title={t('projects.table.title')}
        count={
          pages.total === undefined ? null : t('projects.count', { count: pages.total, total: format.number(pages.total) })
        }
      >
        <Select
          aria-label={t('projects.table.status')}
          placeholder={t('projects.table.allStatuses')}
          clearable
          clearButtonProps={{ 'aria-label': t('projects.table.clearFilters') }}
          w="11rem"
          data={projectStatuses.map((value) => ({ value, label: t(`values.status.${value}`) }))}
          value={filters.status}
          onChange={setStatus}
        />
      </Toolbar>
      {pages.error && <LoadFailure error={pages.error} retry={pages.retry} />}
      {!pages.error && pages.total === 0 && <EmptyTable filtered={filtered} />}
      {!pages.error && pages.total !== undefined && pages.total > 0 && (
        <ProjectsTable
          // Another question starts at the top again.
          key={JSON.stringify([search, filters.status, filters.sort, filters.descending])}
          total={pages.total}
          rowAt={pages.rowAt}
          onShown={show}
        />
      )}
    </>
  );
}

function EmptyTable({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation();
  if (!filtered) {
    return <Notice icon={IconTable} title={t('projects.table.emptyTitle')} text={t('projects.table.emptyText')} />;
  }
  return (
    <Notice icon={IconListSearch} title={t('projects.table.noMatchTitle')}>
      <Button variant="default" onClick={clearFilters}>
        {t('projects.table.clearFilters')}
      </Button>
    </Notice>
  );
}
