import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../../shared/api/app.ts';
import { useAppStore } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { applySettings } from '../../app/start.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyFailure } from '../../ui/notify.tsx';

/** The settings and the way to change some of them; a change shows at once, in every window. */
export function useSettings(): { settings: Settings | null; change: (settings: Partial<Settings>) => void } {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const settings = useAppStore((state) => state.settings);
  const { mutate } = useMutation({
    mutationFn: async (changed: Partial<Settings>) => applySettings(await call('settings.set', changed)),
    onError: (error) => notifyFailure(t('settings.notSaved'), errorText(error)),
  });
  return { settings, change: mutate };
}
