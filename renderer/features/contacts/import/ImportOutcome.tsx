import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { importProblems, type BadRow, type ImportResult } from '../../../../shared/api/contact-import.ts';
import { contactColumns } from '../../../../shared/api/contacts.ts';
import { call } from '../../../app/bridge.ts';
import { useErrorText } from '../../../ui/error-text.ts';
import { notifyDone, notifyFailure } from '../../../ui/notify.tsx';
import { useFormat } from '../../../ui/use-format.ts';
import { useColumnName } from '../../../ui/value-text.ts';
import { Panel } from '../../projects/page/Panel.tsx';
import classes from '../Contacts.module.css';

interface Props {
  result: ImportResult;
  /** Nothing has happened yet. */
  dry?: boolean;
}

/** What an import would do, or did, row by row where it matters. */
export function ImportOutcome({ result, dry = false }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const columnName = useColumnName();
  return (
    <>
      <Panel heading={t(dry ? 'contacts.import.dryRun' : 'contacts.import.result')}>
        <dl className={classes['figures']}>
          {(['created', 'changed', 'same', 'bad'] as const).map((kind) => (
            <div key={kind} data-kind={kind}>
              <dt>{t(`contacts.import.count.${kind}`)}</dt>
              <dd>{format.number(result[kind])}</dd>
            </div>
          ))}
        </dl>
        {dry && result.changed_rows.length > 0 && (
          <details className={classes['details']}>
            <summary>{t('contacts.import.changes', { shown: format.number(result.changed_rows.length) })}</summary>
            <ul className={classes['plain']}>
              {result.changed_rows.map(({ row, company_name, columns }) => (
                <li key={row}>
                  {t('contacts.import.row', { row })} {company_name}:{' '}
                  {columns.map(({ name, before, after }) => t('projects.activity.change', { column: columnName(name), before: before ?? t('app.value.none'), after })).join('; ')}
                </li>
              ))}
            </ul>
          </details>
        )}
        {dry && result.new_rows.length > 0 && (
          <details className={classes['details']}>
            <summary>{t('contacts.import.news', { shown: format.number(result.new_rows.length) })}</summary>
            <ul className={classes['plain']}>
              {result.new_rows.map(({ row, company_name }) => (
                <li key={row}>
                  {t('contacts.import.row', { row })} {company_name}
                </li>
              ))}
            </ul>
          </details>
        )}
      </Panel>
      {result.bad > 0 && <BadRows result={result} />}
    </>
  );
}

function BadRows({ result }: { result: ImportResult }) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const columnName = useColumnName();
  const reason = ({ problem, column, value, other }: BadRow): string =>
    t(`contacts.import.problem.${problem}`, { column: column === null ? '' : columnName(column), value, other: other ?? '' });
  const save = useMutation({
    mutationFn: (format_: 'csv' | 'xlsx') =>
      call('contacts.saveFailedRows', {
        format: format_,
        words: {
          sheet: t('contacts.import.sheet'),
          reason: t('contacts.import.reason'),
          problems: Object.fromEntries(
            importProblems.map((problem) => [problem, t(`contacts.import.problem.${problem}`, { column: '{column}', value: '{value}', other: '{other}' })]),
          ) as Record<(typeof importProblems)[number], string>,
          columns: Object.fromEntries(contactColumns.map((column) => [column, columnName(column)])),
        },
      }),
    onSuccess: (saved) => {
      if (saved) notifyDone(t('contacts.import.saved', { file: saved.file, count: saved.rows }));
    },
    onError: (error) => notifyFailure(t('contacts.import.notSaved'), errorText(error)),
  });
  return (
    <Panel
      heading={t('contacts.import.count.bad')}
      aside={
        <span className={classes['headActions']}>
          {(['xlsx', 'csv'] as const).map((form) => (
            <Button key={form} variant="default" loading={save.isPending} leftSection={<IconDownload size={16} aria-hidden />} onClick={() => save.mutate(form)}>
              {t('contacts.import.save', { form: form === 'xlsx' ? 'Excel' : 'CSV' })}
            </Button>
          ))}
        </span>
      }
    >
      <ul className={classes['plain']}>
        {result.bad_rows.map((bad) => (
          <li key={bad.row}>
            {t('contacts.import.row', { row: bad.row })} {reason(bad)}
          </li>
        ))}
      </ul>
      {result.bad > result.bad_rows.length && (
        <p className={classes['muted']}>{t('contacts.import.moreBad', { shown: format.number(result.bad_rows.length), total: format.number(result.bad) })}</p>
      )}
    </Panel>
  );
}
