import { ActionIcon, Button, Select, Tooltip } from '@mantine/core';
import { DateInput } from '../../ui/dates.ts';
import { IconArrowLeft, IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { accessActions, type AccessEntry, type AccessFilter, type AccessKey } from '../../../shared/api/documents.ts';
import { isManager } from '../../../shared/domain/roles.ts';
import { useSession } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { NotFoundPage } from '../../app/NotFoundPage.tsx';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { AccessExport } from './AccessExport.tsx';
import { useDeviceName } from './AccessList.tsx';
import { useActionName, useResultText } from './document-words.ts';
import classes from './Documents.module.css';

const PART = 100;

/** For others there is no such page; the worker gives them their own entries only. */
export function AccessRoute() {
  return isManager(useSession().person.role) ? <AccessPage /> : <NotFoundPage />;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** The filters of the address; what makes no sense there asks for nothing. */
function filterOf(address: URLSearchParams): AccessFilter {
  const read = (name: string, form: RegExp): string | null => {
    const text = address.get(name);
    return text !== null && form.test(text) && (form !== DATE || !Number.isNaN(Date.parse(text))) ? text : null;
  };
  const result = address.get('result');
  return {
    document_id: read('document', UUID),
    user_id: read('person', UUID),
    action: read('action', /^[a-z_]{1,100}$/),
    success: result === 'success' ? true : result === 'failed' ? false : null,
    from: read('from', DATE),
    to: read('to', DATE),
  };
}

/** Every opening, download, followed link and refusal over all documents. */
function AccessPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const filter = filterOf(address);
  const filtered = Object.values(filter).some((value) => value !== null);
  const log = useInfiniteQuery({
    queryKey: ['documents.access', filter],
    queryFn: ({ pageParam }) => call('documents.access', { ...filter, before: pageParam, limit: PART }),
    initialPageParam: null as AccessKey | null,
    getNextPageParam: ({ next }) => next,
  });
  const entries = log.data?.pages.flatMap(({ rows }) => rows) ?? [];
  const change = (name: string, value: string | null) =>
    setAddress(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === null || value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return (
    <>
      <header className={classes['toolbar']}>
        <Tooltip label={t('documents.back')}>
          <ActionIcon component={Link} to={paths.documents} size="lg" aria-label={t('documents.back')}>
            <IconArrowLeft size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <h1 className={classes['title']}>{t('documents.access.title')}</h1>
        <span className={classes['tools']}>
          {filtered && (
            <Button variant="default" onClick={() => setAddress(new URLSearchParams(), { replace: true })}>
              {t('documents.clearFilters')}
            </Button>
          )}
          <AccessExport filter={filter} />
        </span>
      </header>
      <AccessFilters filter={filter} change={change} />
      {log.error && <LoadFailure error={log.error} retry={() => void log.refetch()} />}
      {log.data && entries.length === 0 && (
        <Notice
          icon={IconHistory}
          title={t(filtered ? 'documents.noMatch' : 'documents.access.emptyTitle')}
          text={filtered ? undefined : t('documents.access.emptyText')}
        />
      )}
      {entries.length > 0 && (
        <AccessTable entries={entries} more={log.hasNextPage ? () => void log.fetchNextPage() : null} />
      )}
    </>
  );
}

function AccessFilters({ filter, change }: { filter: AccessFilter; change: (name: string, value: string | null) => void }) {
  const { t } = useTranslation();
  const actionName = useActionName();
  const { data: people = [] } = useQuery(query('documents.accessPeople'));
  const { data: document } = useQuery({ ...query('documents.get', { id: filter.document_id ?? '' }), enabled: filter.document_id !== null });
  const select = (label: string) => ({
    label,
    placeholder: t('documents.filter.all'),
    clearable: true,
    clearButtonProps: { 'aria-label': t('documents.clearOne', { field: label }) },
    className: classes['choice'] ?? '',
  });
  return (
    <div className={classes['filters']} role="search" aria-label={t('documents.access.title')}>
      {filter.document_id !== null && (
        <Select
          {...select(t('documents.access.document'))}
          data={[{ value: filter.document_id, label: document?.document.title ?? filter.document_id }]}
          value={filter.document_id}
          onChange={(value) => change('document', value)}
        />
      )}
      <Select
        {...select(t('documents.access.person'))}
        searchable
        data={people.map(({ id, name }) => ({ value: id, label: name }))}
        value={filter.user_id}
        onChange={(value) => change('person', value)}
      />
      <Select
        {...select(t('documents.access.what'))}
        data={accessActions.map((value) => ({ value, label: actionName(value) }))}
        value={filter.action}
        onChange={(value) => change('action', value)}
      />
      <Select
        {...select(t('documents.access.result'))}
        data={[
          { value: 'success', label: t('documents.access.success') },
          { value: 'failed', label: t('documents.access.failed') },
        ]}
        value={filter.success === null ? null : filter.success ? 'success' : 'failed'}
        onChange={(value) => change('result', value)}
      />
      {(['from', 'to'] as const).map((end) => (
        <DateInput
          key={end}
          {...select(t(`documents.access.${end}`))}
          valueFormat="DD/MM/YYYY"
          value={filter[end]}
          onChange={(value) => change(end, value)}
        />
      ))}
    </div>
  );
}

function AccessTable({ entries, more }: { entries: readonly AccessEntry[]; more: (() => void) | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const actionName = useActionName();
  const resultText = useResultText();
  const deviceName = useDeviceName();
  return (
    <>
      <div className={classes['scroller']} role="region" aria-label={t('documents.access.title')} tabIndex={0}>
        <table className={classes['table']}>
          <thead>
            <tr>
              <th scope="col">{t('documents.access.when')}</th>
              <th scope="col">{t('documents.access.person')}</th>
              <th scope="col">{t('documents.access.what')}</th>
              <th scope="col">{t('documents.access.result')}</th>
              <th scope="col">{t('documents.access.document')}</th>
              <th scope="col">{t('documents.access.machine')}</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={entry.id} data-failed={!entry.success || undefined}>
                <td>{format.exactTime(entry.accessed_at)}</td>
                <td>{entry.user_name}</td>
                <td>{actionName(entry.action)}</td>
                <td title={resultText(entry)}>{resultText(entry)}</td>
                <td>
                  {entry.document ? <Link to={paths.document(entry.document.id)}>{entry.document.title}</Link> : t('documents.access.gone')}
                </td>
                <td>{deviceName(entry)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <footer className={classes['foot']}>
        <span role="status">{t('documents.access.shown', { count: entries.length, shown: format.number(entries.length) })}</span>
        {more && (
          <Button variant="subtle" onClick={more}>
            {t('documents.access.more')}
          </Button>
        )}
      </footer>
    </>
  );
}
