import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useAppStore } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { askToConfirm } from '../../app/questions.ts';
import { applySession } from '../../app/start.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyFailure } from '../../ui/notify.tsx';

/** Signs out; with unsent changes only after the person has read what happens to them. */
export function useSignOut(): { ask: () => void; busy: boolean } {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { mutate, isPending } = useMutation({
    mutationFn: async () => {
      await call('session.signOut');
      await applySession(null);
    },
    onError: (error) => notifyFailure(t('settings.signOut'), errorText(error)),
  });

  const ask = () => {
    const pending = useAppStore.getState().syncStatus?.pending ?? 0;
    if (pending === 0) {
      mutate();
      return;
    }
    void askToConfirm({
      title: t('settings.signOutTitle'),
      children: t('settings.signOutPending', { count: pending }),
      labels: { confirm: t('settings.signOut'), cancel: t('app.actions.cancel') },
      onConfirm: () => mutate(),
    });
  };
  return { ask, busy: isPending };
}
