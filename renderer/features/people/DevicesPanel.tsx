import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { DeviceRow } from '../../../shared/api/people.ts';
import { call } from '../../app/bridge.ts';
import { askToConfirm } from '../../app/questions.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { useOnline } from '../sync/use-online.ts';
import classes from './People.module.css';

interface Props {
  /** Undefined until the centre has told them. */
  devices: readonly DeviceRow[] | undefined;
  error: Error | null;
  retry: () => void;
  changed: () => void;
}

export function DevicesPanel({ devices, error, retry, changed }: Props) {
  const { t } = useTranslation();
  const online = useOnline();
  return (
    <section className={classes['panel']} aria-labelledby="person-devices">
      <h3 id="person-devices" className={classes['heading']}>
        {t('people.devices.title')}
      </h3>
      {!devices && error && <LoadFailure error={error} retry={retry} />}
      {!devices && !online && <p className={classes['muted']}>{t('people.devices.needsConnection')}</p>}
      {devices?.length === 0 && <p className={classes['muted']}>{t('people.devices.empty')}</p>}
      <ul className={classes['devices']}>
        {devices?.map((device) => (
          <Device key={device.id} device={device} changed={changed} />
        ))}
      </ul>
    </section>
  );
}

function Device({ device, changed }: { device: DeviceRow; changed: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const online = useOnline();
  const { id, name } = device;
  const failed = (error: unknown) => notifyFailure(t('people.devices.failed'), errorText(error));
  const done = (message: string) => {
    notifyDone(message);
    changed();
  };
  const revoke = useMutation({
    mutationFn: () => call('people.revokeDevice', { id }),
    onSuccess: () => done(t('people.devices.revoked', { device: name })),
    onError: failed,
  });
  const readmit = useMutation({
    mutationFn: () => call('people.readmitDevice', { id }),
    onSuccess: () => done(t('people.devices.readmitted', { device: name })),
    onError: failed,
  });
  const askRevoke = () =>
    void askToConfirm({
      title: t('people.devices.revokeTitle', { device: name }),
      children: t('people.devices.revokeText'),
      labels: { confirm: t('people.devices.revoke'), cancel: t('app.actions.cancel') },
      confirmProps: { color: 'red' },
      onConfirm: () => revoke.mutate(),
    });

  return (
    <li className={classes['device']}>
      <div>
        <span className={classes['name']}>{name}</span>
        {device.own && <span className={classes['mark']}>{t('people.devices.own')}</span>}
        {device.connected && <span className={classes['mark']} data-status="active">{t('people.devices.connected')}</span>}
        {device.revoked_at && (
          <span className={classes['mark']} data-status="inactive">
            {t('people.devices.revokedAt', { when: format.dateTime(device.revoked_at) })}
          </span>
        )}
      </div>
      <p className={classes['muted']}>
        {[
          device.platform,
          device.app_version && t('people.devices.version', { version: device.app_version }),
          device.last_sync_at ? t('people.devices.lastSync', { when: format.dateTime(device.last_sync_at) }) : t('people.devices.neverSynced'),
          t('people.devices.lastSeen', { when: format.dateTime(device.last_seen_at) }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {device.revoked_at ? (
        <Button
          variant="default"
          disabled={!online}
          loading={readmit.isPending}
          aria-label={t('people.devices.readmitOf', { device: name })}
          onClick={() => readmit.mutate()}
        >
          {t('people.devices.readmit')}
        </Button>
      ) : (
        !device.own && (
          <Button
            variant="default"
            disabled={!online}
            loading={revoke.isPending}
            aria-label={t('people.devices.revokeOf', { device: name })}
            onClick={askRevoke}
          >
            {t('people.devices.revoke')}
          </Button>
        )
      )}
    </li>
  );
}
