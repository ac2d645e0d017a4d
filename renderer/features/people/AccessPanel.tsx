import { Button } from '@mantine/core';
import { IconKey, IconUserCheck, IconUserOff } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { PersonRow } from '../../../shared/api/people.ts';
import { call } from '../../app/bridge.ts';
import { query, queryClient } from '../../app/queries.ts';
import { askToConfirm } from '../../app/questions.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { useOnline } from '../sync/use-online.ts';
import { DevicesPanel } from './DevicesPanel.tsx';
import { OneTimePassword } from './OneTimePassword.tsx';
import classes from './People.module.css';
import { useToldSettled } from './use-told-settled.ts';

/** Nobody tells what happens on other people's machines, so the centre is asked now and then. */
const LOOK_AGAIN_MS = 30_000;

export function AccessPanel({ person, own }: { person: PersonRow; own: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const online = useOnline();
  const told = useToldSettled();
  const { name } = person;
  const question = query('people.access', { id: person.id });
  const { data: access, error, refetch } = useQuery({ ...question, enabled: online, refetchOnMount: 'always', refetchInterval: LOOK_AGAIN_MS });
  const again = () => queryClient.invalidateQueries({ queryKey: question.queryKey });
  const active = person.status === 'active';

  const setStatus = useMutation({
    mutationFn: (status: 'active' | 'inactive') => call('people.setStatus', { id: person.id, status }),
    onSuccess: (settled, status) => {
      notifyDone(t(status === 'active' ? 'people.access.activated' : 'people.access.deactivated', { name }));
      told(settled);
      void again();
    },
    onError: (failure) => notifyFailure(t('people.notSaved'), errorText(failure)),
  });
  const reset = useMutation({
    mutationFn: () => call('people.resetPassword', { id: person.id }),
    onSuccess: (settled) => {
      told(settled);
      void again();
    },
    onError: (failure) => notifyFailure(t('people.notSaved'), errorText(failure)),
  });

  const askDeactivate = () =>
    void askToConfirm({
      title: t('people.access.deactivateTitle', { name }),
      children: t('people.access.deactivateText'),
      labels: { confirm: t('people.access.deactivate'), cancel: t('app.actions.cancel') },
      confirmProps: { color: 'red' },
      onConfirm: () => setStatus.mutate('inactive'),
    });
  const askReset = () =>
    void askToConfirm({
      title: t('people.access.resetTitle', { name }),
      children: t('people.access.resetText'),
      labels: { confirm: t('people.access.reset'), cancel: t('app.actions.cancel') },
      onConfirm: () => reset.mutate(),
    });

  return (
    <>
      <section className={classes['panel']} aria-labelledby="person-access">
        <h3 id="person-access" className={classes['heading']}>
          {t('people.access.title')}
        </h3>
        <dl className={classes['facts']}>
          <dt>{t('people.access.lastSignIn')}</dt>
          <dd>{person.last_login_at ? format.dateTime(person.last_login_at) : t('people.access.never')}</dd>
        </dl>
        {access && !access.can_sign_in && <p className={classes['warning']}>{t('people.access.cannotSignIn')}</p>}
        {access?.must_change_password && <p className={classes['warning']}>{t('people.access.mustChange')}</p>}
        {access?.valid_until && <p>{t('people.access.validUntil', { when: format.dateTime(access.valid_until) })}</p>}
        {!own && (
          <div className={classes['actions']} data-align="start">
            <Button variant="default" leftSection={<IconKey size={16} aria-hidden />} disabled={!online} loading={reset.isPending} onClick={askReset}>
              {t('people.access.reset')}
            </Button>
            {active ? (
              <Button
                variant="default"
                leftSection={<IconUserOff size={16} aria-hidden />}
                disabled={!online}
                loading={setStatus.isPending}
                onClick={askDeactivate}
              >
                {t('people.access.deactivate')}
              </Button>
            ) : (
              <Button
                variant="default"
                leftSection={<IconUserCheck size={16} aria-hidden />}
                disabled={!online}
                loading={setStatus.isPending}
                onClick={() => setStatus.mutate('active')}
              >
                {t('people.access.activate')}
              </Button>
            )}
          </div>
        )}
      </section>
      <DevicesPanel devices={access?.devices} error={error} retry={() => void refetch()} changed={() => void again()} />
      {reset.data && (
        <OneTimePassword name={name} email={person.email} password={reset.data.one_time_password} close={() => reset.reset()} />
      )}
    </>
  );
}
