import { Alert, Button, Loader } from '@mantine/core';
import { IconAlertTriangle, IconCopy, IconExternalLink } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DriveState } from '../../../shared/api/drive.ts';
import { AppError } from '../../../shared/errors.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone } from '../../ui/notify.tsx';
import { ClientSecret } from './ClientSecret.tsx';
import classes from './Drive.module.css';
import { useConnect } from './use-connect.ts';

/** How the person's connection stands, and the way on from there. */
export function Connection({ state }: { state: DriveState }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { connect, disconnect } = useConnect();
  const [asking, setAsking] = useState(false);
  const failure = connect.error ?? disconnect.error;
  const secretAsked = failure instanceof AppError && (failure.code === 'DRIVE_SECRET_NEEDED' || failure.code === 'DRIVE_CLIENT_REFUSED');
  const begin = (browse: boolean) => {
    disconnect.reset();
    connect.mutate(browse);
  };

  return (
    <section className={classes['connection']} aria-label={t('drive.connection')}>
      <p role="status" className={classes['status']} data-status={state.status}>
        {state.status === 'connecting' && <Loader size="xs" />}
        {t(`drive.status.${state.status}`, { account: state.account?.email ?? state.account?.name ?? '' })}
      </p>
      {(state.status === 'unconfigured' || state.status === 'inactive') && <p className={classes['muted']}>{t('drive.askAdmin')}</p>}
      {state.status === 'connected' && (
        <p className={classes['muted']}>{t(state.browsing ? 'drive.rights.browse' : 'drive.rights.file')}</p>
      )}
      {state.session_only && state.status !== 'unconfigured' && state.status !== 'inactive' && (
        <p className={classes['muted']}>{t('drive.sessionOnly')}</p>
      )}
      {failure && state.status !== 'connecting' && (
        <Alert color="red" variant="light" icon={<IconAlertTriangle />} title={t('drive.failed')} role="alert">
          {errorText(failure)}
        </Alert>
      )}
      {state.revocation_waits && (
        <div className={classes['warning']}>
          <p className={classes['subtitle']}>{t('drive.revocationWaits')}</p>
          <p>{t('drive.revocationWaitsText')}</p>
        </div>
      )}
      {state.browser_failed && (
        <div role="alert" className={classes['warning']}>
          <p className={classes['subtitle']}>{t('drive.browserFailed')}</p>
          <p>{t('drive.browserFailedText')}</p>
        </div>
      )}
      {secretAsked && <ClientSecret state={state} />}
      <div className={classes['actions']}>
        {(state.status === 'disconnected' || state.status === 'reconnect') && (
          <Button leftSection={<IconExternalLink size={16} aria-hidden />} onClick={() => begin(state.browsing)} data-autofocus>
            {t(state.status === 'reconnect' ? 'drive.reconnect' : 'drive.connect')}
          </Button>
        )}
        {state.status === 'connected' && state.browsing_allowed && !state.browsing && (
          <Button leftSection={<IconExternalLink size={16} aria-hidden />} onClick={() => begin(true)}>
            {t('drive.allowBrowsing')}
          </Button>
        )}
        {state.status === 'connecting' && (
          <>
            <Button variant="default" onClick={() => void call('drive.cancelConnect')}>
              {t('app.actions.cancel')}
            </Button>
            <Button
              variant="default"
              leftSection={<IconCopy size={16} aria-hidden />}
              onClick={() => void call('drive.copySignIn').then(() => notifyDone(t('drive.copied')))}
            >
              {t('drive.copyAddress')}
            </Button>
          </>
        )}
        {(state.status === 'connected' || state.status === 'reconnect') && !asking && (
          <Button variant="default" onClick={() => setAsking(true)}>
            {t('drive.disconnect')}
          </Button>
        )}
        {state.revocation_waits && (
          <Button variant="default" onClick={() => void call('drive.openPermissions')}>
            {t('drive.openPermissions')}
          </Button>
        )}
      </div>
      {asking && (state.status === 'connected' || state.status === 'reconnect') && (
        <div className={classes['asking']}>
          <p>{t('drive.disconnectQuestion')}</p>
          <div className={classes['actions']}>
            <Button
              color="red"
              loading={disconnect.isPending}
              onClick={() => {
                connect.reset();
                disconnect.mutate(undefined, { onSuccess: () => setAsking(false) });
              }}
            >
              {t('drive.disconnectYes')}
            </Button>
            <Button variant="default" onClick={() => setAsking(false)} data-autofocus>
              {t('drive.disconnectNo')}
            </Button>
          </div>
        </div>
      )}
    </section>
  );
}
