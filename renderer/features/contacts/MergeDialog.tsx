import { Alert, Button, Checkbox, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAlertTriangle, IconArrowsExchange } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { mergedKinds, type ContactPage, type MergePreview } from '../../../shared/api/contacts.ts';
import { call } from '../../app/bridge.ts';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone } from '../../ui/notify.tsx';
import { useColumnName } from '../../ui/value-text.ts';
import classes from './Contacts.module.css';

const PAUSE_MS = 100;

interface Props {
  contact: ContactPage['contact'];
  /** The other record, where it is known already. */
  other: string | null;
  close: () => void;
}

/** Two records of one company become one: which stays, and what follows from that, before anything happens. */
export function MergeDialog({ contact, other, close }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState(other);
  const [swapped, setSwapped] = useState(false);
  const [takeMissing, setTakeMissing] = useState(true);
  const [id, intoId] = swapped ? [contact.id, chosen] : [chosen, contact.id];
  const preview = useQuery({
    ...query('contacts.mergePreview', { id: id ?? contact.id, into_id: intoId ?? contact.id }),
    enabled: chosen !== null,
  });
  const merge = useMutation({
    mutationFn: (pair: { id: string; into_id: string }) => call('contacts.merge', { ...pair, take_missing: takeMissing }),
    onSuccess: (_, { into_id }) => {
      notifyDone(t('contacts.merge.done'));
      close();
      void navigate(paths.contact(into_id));
    },
  });
  const failure = merge.error ?? preview.error;

  return (
    <Dialog onClose={close} size="xl" title={t('contacts.merge.title')}>
      <div className={classes['form']}>
        <OtherContact contact={contact} chosen={chosen} choose={setChosen} />
        {failure && (
          <Alert color="red" variant="light" icon={<IconAlertTriangle />} role="alert" title={t('contacts.merge.failed')}>
            {errorText(failure)}
          </Alert>
        )}
        {chosen !== null && preview.data && (
          <>
            <Preview preview={preview.data} swap={() => setSwapped(!swapped)} />
            {preview.data.missing.length > 0 && (
              <Checkbox
                label={t('contacts.merge.takeMissing', { count: preview.data.missing.length })}
                checked={takeMissing}
                onChange={(event) => setTakeMissing(event.currentTarget.checked)}
              />
            )}
            <p className={classes['muted']}>{t('contacts.merge.final')}</p>
          </>
        )}
        <div className={classes['actions']}>
          <Button variant="default" onClick={close}>
            {t('app.actions.cancel')}
          </Button>
          <Button
            loading={merge.isPending}
            disabled={!preview.data || chosen === null}
            onClick={() => id !== null && intoId !== null && merge.mutate({ id, into_id: intoId })}
          >
            {t('contacts.merge.submit')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function OtherContact({ contact, chosen, choose }: { contact: Props['contact']; chosen: string | null; choose: (id: string | null) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, PAUSE_MS);
  const { data: found = [] } = useQuery({
    ...query('contacts.find', { search: search.slice(0, 300), types: [contact.type], limit: 20 }),
    placeholderData: keepPreviousData,
  });
  const known = useQuery({ ...query('contacts.get', { id: chosen ?? contact.id }), enabled: chosen !== null }).data?.contact;
  const options = new Map(
    [...(known ? [known] : []), ...found].filter(({ id }) => id !== contact.id).map((one) => [one.id, one] as const),
  );
  return (
    <Select
      label={t('contacts.merge.other')}
      description={t('contacts.merge.otherHint')}
      data-autofocus
      searchable
      // The worker has filtered them already, with or without diacritics.
      filter={({ options: all }) => all}
      onSearchChange={setTyped}
      nothingFoundMessage={t('contacts.noMatch')}
      data={[...options.values()].map(({ id, company_name, city, tax_id }) => ({
        value: id,
        label: [company_name, city, tax_id].filter(Boolean).join(' · '),
      }))}
      value={chosen}
      onChange={choose}
      // The dialog itself would cut the list off.
      comboboxProps={{ withinPortal: true }}
    />
  );
}

function Preview({ preview, swap }: { preview: MergePreview; swap: () => void }) {
  const { t } = useTranslation();
  const columnName = useColumnName();
  const following = mergedKinds.filter((kind) => preview.follow[kind] > 0);
  return (
    <section className={classes['preview']} aria-label={t('contacts.merge.preview')}>
      <div className={classes['pair']}>
        <div>
          <span className={classes['muted']}>{t('contacts.merge.goes')}</span>
          <strong>{preview.duplicate.company_name}</strong>
        </div>
        <Button variant="subtle" leftSection={<IconArrowsExchange size={16} aria-hidden />} onClick={swap}>
          {t('contacts.merge.swap')}
        </Button>
        <div>
          <span className={classes['muted']}>{t('contacts.merge.stays')}</span>
          <strong>{preview.stays.company_name}</strong>
        </div>
      </div>
      <p>{following.length === 0 ? t('contacts.merge.nothingFollows') : t('contacts.merge.follows')}</p>
      {following.length > 0 && (
        <ul className={classes['plain']}>
          {following.map((kind) => (
            <li key={kind}>{t(`contacts.merge.kind.${kind}`, { count: preview.follow[kind] })}</li>
          ))}
        </ul>
      )}
      {preview.missing.length > 0 && (
        <>
          <p>{t('contacts.merge.missing')}</p>
          <ul className={classes['plain']}>
            {preview.missing.map(({ column, value }) => (
              <li key={column}>
                {columnName(column)}: {value}
              </li>
            ))}
          </ul>
        </>
      )}
      {preview.differing.length > 0 && (
        <>
          <p>{t('contacts.merge.differing')}</p>
          <ul className={classes['plain']}>
            {preview.differing.map(({ column, kept, lost }) => (
              <li key={column}>
                {columnName(column)}: {kept} <del className={classes['muted']}>{lost}</del>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
