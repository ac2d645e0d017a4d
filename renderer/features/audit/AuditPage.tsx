import { Button } from '@mantine/core';
import { IconFilterOff, IconHistory, IconListSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { query } from '../../app/queries.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { useNow } from '../../ui/use-now.ts';
import classes from './Audit.module.css';
import { AuditDetails } from './AuditDetails.tsx';
import { AuditFilterBar } from './AuditFilterBar.tsx';
import { AuditProgress } from './AuditProgress.tsx';
import { AuditTable } from './AuditTable.tsx';
import { filterNames, isFiltered, questionOf, readFilters, withFilters, type AuditQuestion } from './audit-url.ts';
import { ExportMenu } from './ExportMenu.tsx';
import { ExportProgress } from './ExportProgress.tsx';
import { useAuditLog } from './use-audit-log.ts';

/** Who changed what, when and on which device, over the whole organization. */
export function AuditPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const [address, setAddress] = useSearchParams();
  const today = format.today(useNow());
  const filters = useMemo(() => readFilters(address), [address]);
  // The open entry and a passing day change the address or the clock, not the question.
  const asked = JSON.stringify(questionOf(filters, today));
  const question = useMemo(() => JSON.parse(asked) as AuditQuestion, [asked]);
  const filtered = isFiltered(filters);
  const [shown, setShown] = useState({ asked, last: 0 });
  const show = useCallback((_first: number, last: number) => setShown({ asked, last }), [asked]);
  const log = useAuditLog(question, shown.asked === asked ? shown.last : 0);
  const { data: overview } = useQuery(query('audit.overview'));
  const clear = () => setAddress(withFilters(address, Object.fromEntries(filterNames.map((name) => [name, null]))));
  const openEntry = useCallback(
    (id: string) =>
      setAddress((before) => {
        const next = new URLSearchParams(before);
        next.set('entry', id);
        return next;
      }),
    [setAddress],
  );
  const count = log.rows.length;
  const isNewer = log.newest !== undefined && overview !== undefined && overview.newest?.position !== log.newest?.position;

  return (
    <>
      <header className={classes['header']}>
        <h1 className={classes['title']}>{t('audit.title')}</h1>
        <span className={classes['count']} role="status">
          {log.complete
            ? t('audit.found', { count, total: format.number(count) })
            : count > 0 && t('audit.shown', { count, shown: format.number(count) })}
        </span>
        {filtered && (
          <Button variant="default" leftSection={<IconFilterOff size={16} aria-hidden />} onClick={clear}>
            {t('audit.filters.clear')}
          </Button>
        )}
        <ExportMenu question={question} overview={overview} />
      </header>
      <AuditFilterBar overview={overview} />
      <ExportProgress />
      <AuditProgress log={log} question={question} overview={overview} />
      {isNewer && (
        <p className={classes['newer']} role="status">
          {t('audit.newer.text')}
          <Button variant="default" onClick={log.refresh}>
            {t('audit.newer.show')}
          </Button>
        </p>
      )}
      {log.error && <LoadFailure error={log.error} retry={log.retry} />}
      {log.complete && count === 0 && <EmptyLog filtered={filtered} clear={clear} />}
      {count > 0 && <AuditTable key={asked} rows={log.rows} complete={log.complete} onShown={show} open={openEntry} />}
      <AuditDetails />
    </>
  );
}

function EmptyLog({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  const { t } = useTranslation();
  if (!filtered) return <Notice icon={IconHistory} title={t('audit.empty.title')} text={t('audit.empty.text')} />;
  return (
    <Notice icon={IconListSearch} title={t('audit.empty.noMatchTitle')} text={t('audit.empty.noMatchText')}>
      <Button variant="default" onClick={clear}>
        {t('audit.filters.clear')}
      </Button>
    </Notice>
  );
}
