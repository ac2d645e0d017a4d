import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { receiveSyncStatus } from '../../app/sync-status.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyFailure } from '../../ui/notify.tsx';

/** Asks for a sync at once; the status bar shows what becomes of it. */
export function useSyncNow(): () => void {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { mutate } = useMutation({
    mutationFn: () => call('sync.now'),
    onSuccess: receiveSyncStatus,
    onError: (error) => notifyFailure(t('sync.title'), errorText(error)),
  });
  return mutate;
}
