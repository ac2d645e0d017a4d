import { Button, Select, TextInput } from '@mantine/core';
import { DateInput } from '../../ui/dates.ts';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { RateList, RateRow } from '../../../shared/api/rates.ts';
import { useAppStore } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { readRate } from './rate-input.ts';
import classes from './Rates.module.css';

/** Most used first; the rest of the world behind. */
const common = ['USD', 'EUR', 'JPY', 'CNY', 'KRW', 'TWD', 'SGD', 'THB', 'VND'];
const currencies = [...new Set([...common, ...Intl.supportedValuesOf('currency')])];

interface Props {
  list: RateList;
  /** The rate that is corrected; null for a new one. */
  rate: RateRow | null;
  /** The currency that a new one begins with. */
  currency: string | null;
  close: () => void;
}

export function RateDialog({ list, rate, currency: first, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const language = useAppStore((state) => state.settings?.language ?? 'vi');
  const [currency, setCurrency] = useState<string | null>(rate?.currency ?? first);
  const [typed, setTyped] = useState(rate ? format.decimal(rate.rate) : '');
  const [day, setDay] = useState<string | null>(rate?.valid_from ?? list.today);
  const [tried, setTried] = useState(false);
  const value = readRate(typed) ?? (rate && typed === format.decimal(rate.rate) ? rate.rate : null);
  const names = new Intl.DisplayNames(language, { type: 'currency' });

  const save = useMutation({
    mutationFn: (facts: { currency: string; rate: string; valid_from: string }) =>
      rate ? call('rates.correct', { id: rate.id, rate: facts.rate, valid_from: facts.valid_from }) : call('rates.add', facts),
    onSuccess: () => {
      notifyDone(t('rates.saved'));
      close();
    },
  });

  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (currency && value && day) save.mutate({ currency, rate: value, valid_from: day });
  };

  return (
    <Dialog onClose={close} title={t(rate ? 'rates.correctTitle' : 'rates.addTitle')}>
      <form onSubmit={onSubmit} noValidate className={classes['form']}>
        <Select
          data-autofocus={rate === null || undefined}
          openOnFocus={false}
          label={t('rates.currency')}
          data={currencies.filter((code) => code !== list.currency).map((code) => ({ value: code, label: `${code} – ${names.of(code) ?? code}` }))}
          value={currency}
          onChange={setCurrency}
          searchable
          limit={60}
          disabled={rate !== null}
          comboboxProps={{ withinPortal: false }}
          nothingFoundMessage={t('rates.noCurrency')}
          error={tried && !currency && t('rates.currencyMissing')}
        />
        <TextInput
          data-autofocus={rate !== null || undefined}
          label={t('rates.rateLabel', { currency: currency ?? '…', own: list.currency })}
          description={t('rates.rateHint')}
          inputMode="decimal"
          maxLength={40}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={tried && !value && t('rates.rateWrong')}
        />
        {value && currency && (
          <p className={classes['muted']} role="status">
            {t('rates.reads', { currency, amount: format.decimal(value), own: list.currency })}
          </p>
        )}
        <DateInput
          label={t('rates.validFrom')}
          description={t('rates.validFromHint')}
          valueFormat="DD/MM/YYYY"
          locale={language}
          value={day}
          onChange={setDay}
          popoverProps={{ withinPortal: false }}
          error={tried && !day && t('rates.dayMissing')}
        />
        {save.error && (
          <p role="alert" className={classes['problem']}>
            {errorText(save.error)}
          </p>
        )}
        <div className={classes['actions']}>
          <Button type="submit" loading={save.isPending}>
            {t('app.actions.save')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('app.actions.cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
