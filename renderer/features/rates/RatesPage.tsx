import { Button } from '@mantine/core';
import { IconCoins, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RateList, RateRow } from '../../../shared/api/rates.ts';
import { call } from '../../app/bridge.ts';
import { query } from '../../app/queries.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { notifyFailure } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { RateDialog } from './RateDialog.tsx';
import classes from './Rates.module.css';

interface Editing {
  rate: RateRow | null;
  currency: string | null;
}

/** What units of other currencies are worth, from which day on; kept by managers. */
export function RatesPage() {
  const { t } = useTranslation();
  const list = useQuery(query('rates.list'));
  const [editing, setEditing] = useState<Editing | null>(null);
  return (
    <>
      <header className={classes['header']}>
        <h1 className={classes['title']}>{t('rates.title')}</h1>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEditing({ rate: null, currency: null })} disabled={!list.data}>
          {t('rates.add')}
        </Button>
      </header>
      <div className={classes['scroller']}>
        {list.error && <LoadFailure error={list.error} retry={() => void list.refetch()} />}
        {list.data && (
          <>
            <p className={classes['lead']}>{t('rates.lead', { currency: list.data.currency })}</p>
            {list.data.missing.map((currency) => (
              <p key={currency} className={classes['missing']}>
                {t('rates.missing', { currency })}
                <Button variant="default" onClick={() => setEditing({ rate: null, currency })}>
                  {t('rates.addOf', { currency })}
                </Button>
              </p>
            ))}
            {list.data.rates.length === 0 ? (
              <Notice icon={IconCoins} title={t('rates.emptyTitle')} text={t('rates.emptyText')} />
            ) : (
              <RateTable list={list.data} correct={(rate) => setEditing({ rate, currency: null })} />
            )}
            {editing && <RateDialog list={list.data} rate={editing.rate} currency={editing.currency} close={() => setEditing(null)} />}
          </>
        )}
      </div>
    </>
  );
}

function RateTable({ list, correct }: { list: RateList; correct: (rate: RateRow) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const setActive = useMutation({
    mutationFn: (input: { id: string; is_active: boolean }) => call('rates.setActive', input),
    onError: (error) => notifyFailure(t('rates.notSaved'), errorText(error)),
  });
  return (
    <table className={classes['table']} aria-label={t('rates.title')}>
      <thead>
        <tr>
          <th scope="col">{t('rates.currency')}</th>
          <th scope="col">{t('rates.validFrom')}</th>
          <th scope="col" className={classes['right']}>
            {t('rates.rate', { own: list.currency })}
          </th>
          <th scope="col">{t('rates.state')}</th>
          <th scope="col">{t('rates.by')}</th>
          <th scope="col">{t('rates.change')}</th>
        </tr>
      </thead>
      <tbody>
        {list.rates.map((rate) => {
          const name = t('rates.name', { currency: rate.currency, day: format.date(rate.valid_from) });
          return (
            <tr key={rate.id} data-inactive={!rate.is_active || undefined}>
              <th scope="row">{rate.currency}</th>
              <td>{format.date(rate.valid_from)}</td>
              <td className={classes['right']}>{format.decimal(rate.rate)}</td>
              <td>
                {t(
                  !rate.is_active ? 'rates.inactive' : rate.current ? 'rates.current' : rate.valid_from > list.today ? 'rates.future' : 'rates.past',
                )}
                {rate.pending && ` · ${t('rates.pending')}`}
              </td>
              <td>
                {rate.created_by_name ?? '–'} · {format.dateTime(rate.updated_at)}
              </td>
              <td>
                <div className={classes['rowActions']}>
                  <Button variant="default" onClick={() => correct(rate)} aria-label={t('rates.correctOne', { name })}>
                    {t('rates.correct')}
                  </Button>
                  <Button
                    variant="default"
                    onClick={() => setActive.mutate({ id: rate.id, is_active: !rate.is_active })}
                    aria-label={t(rate.is_active ? 'rates.deactivateOne' : 'rates.activateOne', { name })}
                  >
                    {t(rate.is_active ? 'rates.deactivate' : 'rates.activate')}
                  </Button>
                </div>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
