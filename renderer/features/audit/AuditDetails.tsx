import { Drawer, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import type { AuditEntry } from '../../../shared/api/audit.ts';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import { Delayed } from '../../ui/Delayed.tsx';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { useColumnName, useValueText } from '../../ui/value-text.ts';
import { activityText } from '../projects/page/activity-text.ts';
import classes from './Audit.module.css';
import { clockDifference } from './clock-difference.ts';
import { useDeviceName } from './device-name.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** One entry beside the list; which one stands in the window's address, so that the way back closes it. */
export function AuditDetails() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const id = address.get('entry');
  const close = () =>
    setAddress((before) => {
      const next = new URLSearchParams(before);
      next.delete('entry');
      return next;
    });
  return (
    <Drawer
      opened={id !== null && UUID.test(id)}
      onClose={close}
      position="right"
      size="lg"
      title={t('audit.details.title')}
      closeButtonProps={{ 'aria-label': t('app.actions.close') }}
    >
      {id !== null && <LoadedEntry id={id} />}
    </Drawer>
  );
}

function LoadedEntry({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(query('audit.get', { id }));
  if (data) return <Entry entry={data} />;
  if (error) return <LoadFailure error={error} retry={() => void refetch()} />;
  return (
    <Delayed>
      <Skeleton height={200} />
    </Delayed>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const format = useFormat();
  const deviceName = useDeviceName();
  return (
    <>
      <h2 className={classes['what']}>{activityText(t, entry)}</h2>
      <dl className={classes['facts']}>
        <Fact label={t('audit.table.serverTime')}>{format.exactTime(entry.created_at)}</Fact>
        {entry.client_time && <Fact label={t('audit.table.clientTime')}>{format.exactTime(entry.client_time)}</Fact>}
        <Fact label={t('audit.table.person')}>{entry.user_name ?? entry.user_id ?? t('audit.system')}</Fact>
        <Fact label={t('audit.table.device')}>{deviceName(entry)}</Fact>
        {entry.project && (
          <Fact label={t('audit.filters.project')}>
            <Link to={paths.project(entry.project.id)}>{`${entry.project.code} · ${entry.project.title}`}</Link>
          </Fact>
        )}
        {!entry.project && entry.entity_type === 'projects' && <Fact label={t('audit.filters.project')}>{t('audit.details.gone')}</Fact>}
        {entry.description && <Fact label={t('audit.details.note')}>{entry.description}</Fact>}
        <Fact label={t('audit.details.number')}>
          <code className={classes['code']}>{entry.id}</code>
        </Fact>
      </dl>
      <ClockNote entry={entry} />
      <Changes entry={entry} />
    </>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={classes['fact']}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function ClockNote({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const format = useFormat();
  const difference = clockDifference(entry);
  if (!difference) return null;
  return <p className={classes['clockNote']}>{t(`audit.clock.${difference.kind}`, { span: format.span(difference.ms) })}</p>;
}

function Changes({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const columnName = useColumnName();
  const valueText = useValueText();
  if (entry.changes.length === 0) return <p className={classes['muted']}>{t('audit.details.none')}</p>;
  const context = { table: entry.entity_type, currency: entry.currency };
  return (
    <table className={classes['changes']}>
      <caption>{t('audit.details.changes')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('audit.details.field')}</th>
          <th scope="col">{t('audit.details.before')}</th>
          <th scope="col">{t('audit.details.after')}</th>
        </tr>
      </thead>
      <tbody>
        {entry.changes.map(({ column, before, after }) => (
          <tr key={column}>
            <th scope="row">{columnName(column)}</th>
            <td>{valueText(column, before, context)}</td>
            <td>{valueText(column, after, context)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
