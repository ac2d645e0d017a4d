import { Button, PasswordInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { DriveState } from '../../../shared/api/drive.ts';
import { clientSecretSchema } from '../../../shared/domain/google-client.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone } from '../../ui/notify.tsx';
import classes from './Drive.module.css';
import { useConnect } from './use-connect.ts';

/** The client's secret for this machine. It goes to the keyring and never comes back to a screen. */
export function ClientSecret({ state }: { state: DriveState }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { setSecret } = useConnect();
  const [typed, setTyped] = useState('');
  const [tried, setTried] = useState(false);
  const { success, data } = clientSecretSchema.safeParse(typed);

  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (!success) return;
    setSecret.mutate(data, {
      onSuccess: () => {
        setTyped('');
        setTried(false);
        notifyDone(t('drive.secret.saved'));
      },
    });
  };

  if (state.client_secret === 'environment') return <p className={classes['muted']}>{t('drive.secret.environment')}</p>;
  return (
    <form onSubmit={onSubmit} noValidate className={classes['form']}>
      <PasswordInput
        label={t('drive.secret.label')}
        description={t(state.session_only ? 'drive.secret.hintSession' : 'drive.secret.hint')}
        placeholder={state.client_secret === 'machine' ? t('drive.secret.kept') : ''}
        autoComplete="off"
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={tried && !success && t('drive.secret.wrong')}
      />
      {setSecret.error && (
        <p role="alert" className={classes['problem']}>
          {errorText(setSecret.error)}
        </p>
      )}
      <div className={classes['actions']}>
        <Button type="submit" variant="default" loading={setSecret.isPending}>
          {t('drive.secret.save')}
        </Button>
        {state.client_secret === 'machine' && (
          <Button variant="default" onClick={() => setSecret.mutate(null)}>
            {t('drive.secret.remove')}
          </Button>
        )}
      </div>
    </form>
  );
}
