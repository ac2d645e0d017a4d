import { Button } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ApplyResult, HandedInChange } from '../../../shared/api/people.ts';
import { call } from '../../app/bridge.ts';
import { queryClient } from '../../app/queries.ts';
import { askToConfirm } from '../../app/questions.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { ChangedValues } from '../sync/ChangedValues.tsx';
import { RecordLink } from '../sync/RecordLink.tsx';
import { useRecordName } from '../sync/record-name.ts';
import { useRefusalText } from '../sync/refusal-text.ts';
import { useOnline } from '../sync/use-online.ts';
import classes from './People.module.css';
import { handedInQuery, useHandedIn } from './use-handed-in.ts';

/** What people who were shut out had not sent; there only where there is something to decide. */
export function HandedInSection() {
  const { t } = useTranslation();
  const format = useFormat();
  const online = useOnline();
  const { data, error, refetch } = useHandedIn();
  if (error && online) return <LoadFailure error={error} retry={() => void refetch()} />;
  if (!data || data.length === 0) return null;
  return (
    <section className={classes['handedIn']} aria-labelledby="handed-in">
      <h2 id="handed-in" className={classes['heading']}>
        <IconInbox size={18} aria-hidden />
        {t('people.handedIn.title')}
        <span className={classes['number']}>{format.number(data.length)}</span>
      </h2>
      <p className={classes['muted']}>{t('people.handedIn.lead')}</p>
      <ul className={classes['changes']}>
        {data.map((change) => (
          <Change key={change.id} change={change} />
        ))}
      </ul>
    </section>
  );
}

function Change({ change }: { change: HandedInChange }) {
  const { t } = useTranslation();
  const format = useFormat();
  const online = useOnline();
  const errorText = useErrorText();
  const refusalText = useRefusalText();
  const what = useRecordName()(change);
  const again = () => void queryClient.invalidateQueries({ queryKey: handedInQuery.queryKey });
  const failed = (error: unknown) => notifyFailure(t('people.handedIn.failed'), errorText(error));
  const apply = useMutation({
    mutationFn: () => call('people.applyHandedIn', { id: change.id }),
    onSuccess: ({ status }) => {
      if (status === 'applied' || status === 'merged') notifyDone(t('people.handedIn.applied', { what }));
      again();
    },
    onError: failed,
  });
  const discard = useMutation({
    mutationFn: () => call('people.discardHandedIn', { id: change.id }),
    onSuccess: () => {
      notifyDone(t('people.handedIn.discarded', { what }));
      again();
    },
    onError: failed,
  });
  const askDiscard = () =>
    void askToConfirm({
      title: t('people.handedIn.discardTitle'),
      children: t('people.handedIn.discardText', { what }),
      labels: { confirm: t('people.handedIn.discard'), cancel: t('app.actions.cancel') },
      confirmProps: { color: 'red' },
      onConfirm: () => discard.mutate(),
    });
  const last = apply.data ?? change.last_result;

  return (
    <li className={classes['change']} aria-label={what}>
      <RecordLink record={change} />
      <p className={classes['muted']}>
        {t('people.handedIn.by', {
          person: change.person_name ?? t('people.handedIn.unknownPerson'),
          device: change.device_name ?? t('people.handedIn.unknownDevice'),
          when: format.dateTime(change.created_at),
        })}
      </p>
      <ChangedValues change={change} />
      {last && reasonsOf(last).length > 0 && (
        <div className={classes['warning']} role="alert">
          <p>{t('people.handedIn.refused')}</p>
          {reasonsOf(last).map((reason) => (
            <p key={reason}>{reason}</p>
          ))}
        </div>
      )}
      <div className={classes['actions']} data-align="start">
        <Button
          disabled={!online}
          loading={apply.isPending}
          aria-label={t('people.handedIn.applyOf', { what })}
          onClick={() => apply.mutate()}
        >
          {t('people.handedIn.apply')}
        </Button>
        <Button
          variant="default"
          disabled={!online}
          loading={discard.isPending}
          aria-label={t('people.handedIn.discardOf', { what })}
          onClick={askDiscard}
        >
          {t('people.handedIn.discard')}
        </Button>
      </div>
    </li>
  );

  function reasonsOf({ status, code, details }: ApplyResult): string[] {
    if (status === 'skipped') return [t('people.handedIn.busy')];
    if (status !== 'refused' || code === null) return [];
    return refusalText({ code, details, columns: [] });
  }
}
