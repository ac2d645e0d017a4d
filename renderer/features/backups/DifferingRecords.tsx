import { Button, Checkbox, Select } from '@mantine/core';
import { IconArrowBackUp, IconFlask } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DifferingRecord } from '../../../shared/api/backup.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import classes from './Backups.module.css';

interface Props {
  tables: readonly string[];
  own: boolean;
  /** Where the present state is saved first; null where there is no folder. */
  folder: string | null;
  busy: boolean;
}

const keyOf = ({ table, id }: Pick<DifferingRecord, 'table' | 'id'>): string => `${table} ${id}`;

/** The records that are another here than in the backup; those that are chosen can be tried out and brought back. */
export function DifferingRecords({ tables, own, folder, busy }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [table, setTable] = useState<string | null>(null);
  const [project, setProject] = useState<string | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  // Not among the queries that changed tables invalidate: the answer is of the comparison that was made.
  const { data: records = [] } = useQuery({
    queryKey: ['backup.differences', table, project],
    queryFn: () => call('backup.differences', { table, project_id: project }),
    gcTime: 0,
  });
  const wanted = records.filter((record) => chosen.has(keyOf(record)));

  const bring = useMutation({
    mutationFn: async (dryRun: boolean) => {
      const result = await call('backup.bringBack', { records: wanted.map(({ table: name, id }) => ({ table: name, id })), dry_run: dryRun });
      return { ...result, dryRun };
    },
    onSuccess: ({ accepted, refused, dryRun }) => {
      notifyDone(t(dryRun ? 'backups.look.tried' : 'backups.look.done', { count: accepted }));
      if (refused.length > 0) notifyFailure(t('backups.look.title'), t('backups.look.refused', { count: refused.length }));
    },
    onError: (error) => notifyFailure(t('backups.look.bringBackFailed'), errorText(error)),
  });

  const toggle = (keys: readonly string[], on: boolean) =>
    setChosen((before) => {
      const after = new Set(before);
      for (const key of keys) {
        if (on) after.add(key);
        else after.delete(key);
      }
      return after;
    });
  const showProject = (id: string) => {
    setTable(null);
    setProject(id);
  };
  const allShown = records.length > 0 && wanted.length === records.length;

  return (
    <div className={classes['look']}>
      <h3 className={classes['heading']}>{t('backups.look.records')}</h3>
      <Select
        className={classes['short']}
        label={t('backups.look.table')}
        description={t('backups.look.recordsHint')}
        placeholder={t('backups.look.allTables')}
        clearable
        data={tables.map((name) => ({ value: name, label: t(`session.tables.${name}`, { defaultValue: name }) }))}
        value={table}
        onChange={(value) => {
          setTable(value);
          setProject(null);
        }}
      />
      <Checkbox
        className={classes['choice']}
        label={t('backups.look.selectAll')}
        checked={allShown}
        indeterminate={wanted.length > 0 && !allShown}
        onChange={() => toggle(records.map(keyOf), !allShown)}
      />
      <ul className={classes['records']}>
        {records.map((record) => (
          <li key={keyOf(record)}>
            <Checkbox
              label={
                <>
                  <strong>{record.name ?? t('backups.look.unnamed')}</strong>{' '}
                  <span className={classes['muted']}>
                    {t(`session.tables.${record.table}`, { defaultValue: record.table })} · {t(`backups.look.states.${record.state}`)}
                  </span>
                </>
              }
              checked={chosen.has(keyOf(record))}
              onChange={(event) => toggle([keyOf(record)], event.currentTarget.checked)}
            />
            <Changes record={record} />
            {record.table === 'projects' && project === null && (
              <Button variant="subtle" size="sm" onClick={() => showProject(record.id)}>
                {t('backups.look.wholeProject')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {own && (
        <>
          <p className={classes['muted']}>{folder === null ? t('backups.look.needsFolder') : t('backups.look.bringBackText', { folder })}</p>
          <div className={classes['actions']}>
            <Button variant="default" leftSection={<IconFlask size={16} aria-hidden />} disabled={busy || wanted.length === 0} onClick={() => bring.mutate(true)}>
              {t('backups.look.tryOut')}
            </Button>
            <Button leftSection={<IconArrowBackUp size={16} aria-hidden />} disabled={busy || wanted.length === 0 || folder === null} loading={bring.isPending} onClick={() => bring.mutate(false)}>
              {t('backups.look.bringBack', { count: wanted.length })}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

function Changes({ record }: { record: DifferingRecord }) {
  const { t } = useTranslation();
  const shown = (value: unknown): string => {
    if (value === null || value === undefined || value === '') return t('backups.look.empty');
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.length > 80 ? `${text.slice(0, 80)}…` : text;
  };
  if (record.columns.length === 0) return null;
  return (
    <ul className={classes['changes']}>
      {record.columns.map(({ name, now, then }) => (
        <li key={name}>
          {t('backups.look.change', { column: t(`values.column.${name}`, { defaultValue: name }), now: shown(now), then: shown(then) })}
        </li>
      ))}
    </ul>
  );
}
