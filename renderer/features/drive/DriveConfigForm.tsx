import { Switch, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { DriveConfig } from '../../../shared/api/drive.ts';
import { clientIdSchema } from '../../../shared/domain/google-client.ts';
import { call } from '../../app/bridge.ts';
import { queryClient } from '../../app/queries.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import { SaveButton } from '../../ui/SaveButton.tsx';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Drive.module.css';

const untouched = { client_id: '', browsing: false, is_active: true };

export function DriveConfigForm({ present }: { present: DriveConfig | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const stored = present ?? untouched;
  const [clientId, setClientId] = useState(stored.client_id);
  const [browsing, setBrowsing] = useState(stored.browsing);
  const [active, setActive] = useState(stored.is_active);
  const [tried, setTried] = useState(false);
  const { success, data } = clientIdSchema.safeParse(clientId);
  const changed = clientId.trim() !== stored.client_id || browsing !== stored.browsing || active !== stored.is_active;

  const save = useMutation({
    mutationFn: (input: { client_id: string; browsing: boolean; is_active: boolean }) => call('drive.saveConfig', input),
    onSuccess: () => {
      notifyDone(t('drive.admin.saved'));
      void queryClient.invalidateQueries({ queryKey: ['drive.state'] });
    },
    onError: (error) => notifyFailure(t('drive.admin.notSaved'), errorText(error)),
  });

  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (success) save.mutate({ client_id: data, browsing, is_active: active });
  };

  return (
    <form className={classes['rules']} onSubmit={onSubmit} noValidate>
      <TextInput
        className={classes['rule']}
        label={t('drive.admin.clientId')}
        description={t('drive.admin.clientIdHint')}
        placeholder="123456789012-….apps.googleusercontent.com"
        spellCheck={false}
        maxLength={200}
        value={clientId}
        onChange={(event) => setClientId(event.currentTarget.value)}
        error={tried && !success && t('drive.admin.clientIdWrong')}
      />
      <Switch
        className={classes['rule']}
        label={t('drive.admin.browsing')}
        description={t('drive.admin.browsingHint')}
        checked={browsing}
        onChange={(event) => setBrowsing(event.currentTarget.checked)}
      />
      <Switch
        className={classes['rule']}
        label={t('drive.admin.active')}
        description={t('drive.admin.activeHint')}
        checked={active}
        onChange={(event) => setActive(event.currentTarget.checked)}
      />
      <div className={classes['actions']}>
        <SaveButton changed={changed} saving={save.isPending} />
      </div>
      {present && (
        <p className={classes['muted']}>
          {t(present.pending ? 'drive.admin.pending' : 'drive.admin.updated', { time: format.dateTime(present.updated_at) })}
        </p>
      )}
    </form>
  );
}
