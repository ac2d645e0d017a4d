import { Switch } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { OfflineChoice } from '../../../shared/api/files.ts';
import { useReadOnly } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { query } from '../../app/queries.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyFailure } from '../../ui/notify.tsx';

/** Keeps the files of a project, a stage or one document on this machine, new versions included; not those of an earlier state. */
export function KeepOffline(choice: OfflineChoice) {
  return useReadOnly() ? null : <KeepSwitch {...choice} />;
}

function KeepSwitch({ kind, target_id }: OfflineChoice) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { data } = useQuery(query('files.offline'));
  const change = useMutation({
    mutationFn: (kept: boolean) => call('files.keepOffline', { kind, target_id, kept }),
    onError: (error) => notifyFailure(t('files.offline.title'), errorText(error)),
  });
  return (
    <Switch
      label={t(`files.offline.keep.${kind}`)}
      checked={data?.some((entry) => entry.kind === kind && entry.target_id === target_id) ?? false}
      disabled={!data}
      onChange={(event) => change.mutate(event.currentTarget.checked)}
    />
  );
}
