import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { DriveState } from '../../../shared/api/drive.ts';
import { call } from '../../app/bridge.ts';
import { query } from '../../app/queries.ts';
import { notifyDone } from '../../ui/notify.tsx';

/** What a person can do about their connection; the answer of each is how it stands then. */
export function useConnect() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const show = (state: DriveState) => {
    client.setQueryData(query('drive.state').queryKey, state);
    // What was shown of another account, or with another right, is not shown again; a list that is open is asked for anew.
    void client.resetQueries({ queryKey: ['drive.list'] });
    void client.invalidateQueries({ queryKey: ['drive.troubles'] });
  };
  const connect = useMutation({
    mutationFn: (browse: boolean) => call('drive.connect', { browse }),
    onSuccess: (state) => {
      show(state);
      notifyDone(t('drive.connectedNow'));
    },
  });
  const disconnect = useMutation({ mutationFn: () => call('drive.disconnect'), onSuccess: show });
  const setSecret = useMutation({ mutationFn: (secret: string | null) => call('drive.setClientSecret', { secret }), onSuccess: show });
  return { connect, disconnect, setSecret };
}
