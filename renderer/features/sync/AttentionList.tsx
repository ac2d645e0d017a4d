import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AttentionItem } from '../../../shared/api/sync.ts';
import { call } from '../../app/bridge.ts';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { useFormat } from '../../ui/use-format.ts';
import { useColumnName, useValueText } from '../../ui/value-text.ts';
import classes from './StatusBar.module.css';

/** Refused changes, each with the reason in words, both values, and the two ways to settle it. */
export function AttentionList({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { data, error } = useQuery(query('sync.attention'));
  return (
    <>
      <h3 className={classes['heading']}>{t('sync.needsAttention.title')}</h3>
      {error && <p className={classes['problem']}>{errorText(error)}</p>}
      {data?.length === 0 && <p className={classes['muted']}>{t('sync.needsAttention.empty')}</p>}
      <ul className={classes['items']}>
        {data?.map((item) => <AttentionCard key={item.id} item={item} close={close} />)}
      </ul>
    </>
  );
}

function AttentionCard({ item, close }: { item: AttentionItem; close: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const columnName = useColumnName();
  const valueText = useValueText();
  const retry = useMutation({ mutationFn: () => call('sync.retryAttention', { id: item.id }) });
  const discard = useMutation({ mutationFn: () => call('sync.discardAttention', { id: item.id }) });
  const failure = retry.error ?? discard.error;

  return (
    <li className={classes['item']}>
      <span className={classes['subject']}>{item.subject ?? t('sync.needsAttention.gone')}</span>
      <span className={classes['muted']}>
        {t('sync.needsAttention.at', {
          operation: t(`values.operation.${item.op}`),
          when: format.dateTime(item.created_at),
        })}
      </span>
      <p>{t(`errors.${item.code}`)}</p>
      <dl className={classes['columns']}>
        {item.columns.map((column) => (
          <AttentionColumn
            key={column.name}
            name={columnName(column.name)}
            mine={valueText(column.name, column.mine)}
            theirs={valueText(column.name, column.theirs)}
          />
        ))}
      </dl>
      {failure && <p className={classes['problem']}>{errorText(failure)}</p>}
      <div className={classes['actions']}>
        <Button
          title={t('sync.needsAttention.retryAdvice')}
          loading={retry.isPending}
          disabled={discard.isPending}
          onClick={() => retry.mutate()}
        >
          {t('sync.needsAttention.retry')}
        </Button>
        <Button
          variant="default"
          title={t('sync.needsAttention.discardAdvice')}
          loading={discard.isPending}
          disabled={retry.isPending}
          onClick={() => discard.mutate()}
        >
          {t('sync.needsAttention.discard')}
        </Button>
        {item.project_id && (
          <Button component="a" href={`#${paths.project(item.project_id)}`} variant="subtle" onClick={close}>
            {t('sync.needsAttention.open')}
          </Button>
        )}
      </div>
    </li>
  );
}

function AttentionColumn({ name, mine, theirs }: { name: string; mine: string; theirs: string }) {
  const { t } = useTranslation();
  return (
    <>
      <dt className={classes['column']}>{name}</dt>
      <dt>{t('sync.needsAttention.mine')}</dt>
      <dd>{mine}</dd>
      <dt>{t('sync.needsAttention.theirs')}</dt>
      <dd>{theirs}</dd>
    </>
  );
}
