import { Alert, Button, Checkbox } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KnownPerson } from '../../../shared/api/session.ts';
import { call } from '../../app/bridge.ts';
import { query } from '../../app/queries.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import classes from './SignIn.module.css';

/** Says what would be deleted, and lets nobody delete unsent work without having been told of it. */
export function RemovePersonDialog({ person, close }: { person: KnownPerson; close: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const queries = useQueryClient();
  const [accepted, setAccepted] = useState(false);
  const name = person.name ?? person.email;
  const { unsent } = person;
  const waiting = unsent !== null && unsent > 0;

  const removal = useMutation({
    mutationFn: () => call('session.removePerson', { profile: person.profile, unsent_may_be_lost: accepted }),
    onSuccess: () => notifyDone(t('session.people.removed', { name })),
    onError: (error) => notifyFailure(t('session.people.notRemoved'), errorText(error)),
    onSettled: async () => {
      close();
      await queries.invalidateQueries({ queryKey: query('session.people').queryKey });
    },
  });

  return (
    <Dialog onClose={close} title={t('session.people.removeTitle')}>
      <div className={classes['problem']}>
        <p>{t('session.people.removeText', { name, email: person.email })}</p>
        {waiting && (
          <Alert color="red" variant="light" icon={<IconAlertTriangle />} title={t('session.people.removeUnsent', { count: unsent })}>
            <p>{t('errors.REPLICA_UNSENT')}</p>
          </Alert>
        )}
        {unsent === null && (
          <>
            <Alert color="yellow" variant="light" icon={<IconAlertTriangle />}>
              <p>{t('session.people.removeUnknown')}</p>
            </Alert>
            <Checkbox
              label={t('session.people.removeAccept')}
              checked={accepted}
              onChange={(event) => setAccepted(event.currentTarget.checked)}
            />
          </>
        )}
        <div className={classes['dialogActions']}>
          <Button variant="default" data-autofocus onClick={close}>
            {t(waiting ? 'app.actions.close' : 'app.actions.cancel')}
          </Button>
          {!waiting && (
            <Button color="red.9" disabled={unsent === null && !accepted} loading={removal.isPending} onClick={() => removal.mutate()}>
              {t('session.people.removeConfirm')}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}
