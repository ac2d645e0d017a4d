import { Button, CloseButton, Select, Switch, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFiles, IconHistory, IconListSearch, IconPlus, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { documentSources } from '../../../shared/api/documents.ts';
import { accessLevels } from '../../../shared/domain/access-rules.ts';
import { isInternal, isManager } from '../../../shared/domain/roles.ts';
import { useReadOnly, useSession } from '../../app/app-store.ts';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { Pager } from '../../ui/Pager.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { usePages } from '../../ui/use-pages.ts';
import { ProjectSelect } from '../audit/ProjectSelect.tsx';
import { AddDocument } from './AddDocument.tsx';
import { useCategoryName } from './document-words.ts';
import { isFiltered, readFilters, writeFilters, type DocumentFilters } from './documents-url.ts';
import classes from './Documents.module.css';
import { DocumentsBulkBar } from './DocumentsBulkBar.tsx';
import { DocumentsTable } from './DocumentsTable.tsx';

const PAGE_SIZE = 100;
const SEARCH_PAUSE_MS = 120;

const none: ReadonlySet<string> = new Set();

/** All documents that the person may see, by project, kind, where they are kept and who else sees them. */
export function DocumentsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { role } = useSession().person;
  const [address, setAddress] = useSearchParams();
  const filters = readFilters(address);
  const [search] = useDebouncedValue(filters.search, SEARCH_PAUSE_MS);
  const [adding, setAdding] = useState(false);
  const { data: choices } = useQuery(query('documents.choices'));
  const readOnly = useReadOnly();
  const staff = isInternal(role);
  const change = (patch: Partial<DocumentFilters>) => setAddress(writeFilters({ ...filters, ...patch }), { replace: true });
  const asked = { ...filters, search };
  return (
    <>
      <header className={classes['toolbar']}>
        <h1 className={classes['title']}>{t('documents.title')}</h1>
        <TextInput
          className={classes['search']}
          type="text"
          role="searchbox"
          aria-label={t('documents.search')}
          placeholder={t('documents.search')}
          maxLength={200}
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={
            filters.search && <CloseButton size="sm" aria-label={t('documents.clearSearch')} onClick={() => change({ search: '' })} />
          }
          value={filters.search}
          onChange={(event) => change({ search: event.currentTarget.value })}
        />
        <span className={classes['tools']}>
          {!readOnly && (
            <Button component={Link} to={paths.files} variant="default" leftSection={<IconFiles size={16} aria-hidden />}>
              {t('files.title')}
            </Button>
          )}
          {isManager(role) && !readOnly && (
            <Button component={Link} to={paths.documentAccess} variant="default" leftSection={<IconHistory size={16} aria-hidden />}>
              {t('documents.accessLog')}
            </Button>
          )}
          {choices?.may_add && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
              {t('documents.add')}
            </Button>
          )}
        </span>
      </header>
      <FilterBar filters={filters} change={change} staff={staff} />
      <DocumentsList
        filters={asked}
        change={change}
        clear={() => setAddress(new URLSearchParams(), { replace: true })}
        add={choices?.may_add ? () => setAdding(true) : null}
      />
      {adding && (
        <AddDocument projectId={filters.project_id} close={() => setAdding(false)} created={(id) => void navigate(paths.document(id))} />
      )}
    </>
  );
}

interface FilterProps {
  filters: DocumentFilters;
  change: (patch: Partial<DocumentFilters>) => void;
  staff: boolean;
}

function FilterBar({ filters, change, staff }: FilterProps) {
  const { t } = useTranslation();
  const categoryName = useCategoryName();
  const { role } = useSession().person;
  const { data: choices } = useQuery(query('documents.choices'));
  const select = (label: string) => ({
    label,
    placeholder: t('documents.filter.all'),
    clearable: true,
    clearButtonProps: { 'aria-label': t('documents.clearOne', { field: label }) },
    className: classes['choice'] ?? '',
  });
  const withChosen = (values: readonly string[], chosen: string | null) => (chosen === null || values.includes(chosen) ? values : [chosen, ...values]);
  return (
    <div className={classes['filters']} role="search" aria-label={t('documents.title')}>
      {role !== 'supplier' && <ProjectSelect value={filters.project_id} change={(project_id) => change({ project_id })} />}
      <Select
        {...select(t('documents.filter.category'))}
        data={withChosen(choices?.categories ?? [], filters.category).map((value) => ({ value, label: categoryName(value) }))}
        value={filters.category}
        onChange={(category) => change({ category })}
      />
      {staff && (
        <Select
          {...select(t('documents.filter.tag'))}
          searchable
          data={[...withChosen(choices?.tags ?? [], filters.tag)]}
          value={filters.tag}
          onChange={(tag) => change({ tag })}
        />
      )}
      {staff && (
        <Select
          {...select(t('documents.filter.level'))}
          data={accessLevels.map((value) => ({ value, label: t(`documents.level.${value}`) }))}
          value={filters.access_level}
          onChange={(access_level) => change({ access_level })}
        />
      )}
      <Select
        {...select(t('documents.filter.source'))}
        data={documentSources.map((value) => ({ value, label: t(`documents.source.${value}`) }))}
        value={filters.source}
        onChange={(source) => change({ source })}
      />
      {staff && (
        <span className={classes['switches']}>
          <Switch label={t('documents.filter.mine')} checked={filters.mine} onChange={(event) => change({ mine: event.currentTarget.checked })} />
          <Switch
            label={t('documents.filter.checkedOut')}
            checked={filters.checked_out}
            onChange={(event) => change({ checked_out: event.currentTarget.checked })}
          />
        </span>
      )}
    </div>
  );
}

interface ListProps {
  filters: DocumentFilters;
  change: (patch: Partial<DocumentFilters>) => void;
  clear: () => void;
  /** Null for whoever adds none. */
  add: (() => void) | null;
}

function DocumentsList({ filters, change, clear, add }: ListProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const staff = isInternal(useSession().person.role);
  const readOnly = useReadOnly();
  const question = JSON.stringify(filters);
  // What was marked in another list is marked no more.
  const [marks, setMarks] = useState<{ question: string; ids: ReadonlySet<string> }>({ question, ids: none });
  const marked = marks.question === question ? marks.ids : none;
  const setMarked = (ids: ReadonlySet<string>) => setMarks({ question, ids });
  const { data, error, retry, page, setPage } = usePages((part) => query('documents.list', { ...filters, ...part }), PAGE_SIZE, question);
  if (error) return <LoadFailure error={error} retry={retry} />;
  if (!data) return null;
  if (data.total === 0) {
    return isFiltered(filters) ? (
      <Notice icon={IconListSearch} title={t('documents.noMatch')} text={t('documents.noMatchText')}>
        {data.incomplete && <p>{t('documents.incomplete')}</p>}
        <Button variant="default" onClick={clear}>
          {t('documents.clearFilters')}
        </Button>
      </Notice>
    ) : (
      <Notice icon={IconFiles} title={t('documents.emptyTitle')} text={t(staff ? 'documents.emptyText' : 'documents.emptyOutside')}>
        {add && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
            {t('documents.add')}
          </Button>
        )}
      </Notice>
    );
  }
  return (
    <>
      <DocumentsTable rows={data.rows} filters={filters} change={change} marked={marked} mark={staff && !readOnly ? setMarked : null} />
      {marked.size > 0 && <DocumentsBulkBar ids={marked} done={() => setMarked(none)} />}
      <footer className={classes['foot']}>
        <span role="status">
          {t('documents.count', { count: data.total, total: format.number(data.total) })}
          {data.incomplete && ` · ${t('documents.incomplete')}`}
        </span>
        <Pager list={t('documents.title')} page={page} pageSize={PAGE_SIZE} total={data.total} onChange={setPage} />
      </footer>
    </>
  );
}
