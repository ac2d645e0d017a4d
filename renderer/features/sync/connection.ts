import type { Icon } from '@tabler/icons-react';
import { IconCheck, IconCloudOff, IconKey, IconPlugConnected, IconRefresh, IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ConnectionState, SyncStatus } from '../../../shared/api/sync.ts';

export type Tone = 'calm' | 'working' | 'warning' | 'danger';

export const connectionLooks: Record<ConnectionState, { Icon: Icon; tone: Tone }> = {
  online: { Icon: IconCheck, tone: 'calm' },
  syncing: { Icon: IconRefresh, tone: 'working' },
  connecting: { Icon: IconPlugConnected, tone: 'working' },
  offline: { Icon: IconCloudOff, tone: 'warning' },
  'auth-required': { Icon: IconKey, tone: 'danger' },
  'update-required': { Icon: IconDownload, tone: 'danger' },
};

/** "Offline, 3 changes waiting": the state, and what this machine still holds. */
export function useConnectionText(): (status: Pick<SyncStatus, 'state' | 'pending'>) => string {
  const { t } = useTranslation();
  return ({ state, pending }) => {
    const text = t(`sync.state.${state}`);
    return pending > 0 ? t('sync.withWaiting', { state: text, waiting: t('sync.waiting', { count: pending }) }) : text;
  };
}

/** What the state means for the person: why there is no connection and what to do, or that there is nothing to do. */
export function useConnectionAdvice(): (status: Pick<SyncStatus, 'state' | 'error'>) => string[] {
  const { t } = useTranslation();
  return ({ state, error }) => {
    const meaning = t(`sync.meaning.${state}`);
    if (!error) return [meaning];
    const reason = t(`errors.${error.code}`);
    // Whoever stopped the sync has to start it: nothing goes by itself then.
    return error.code === 'SYNC_CANCELLED' ? [reason] : [reason, meaning];
  };
}
