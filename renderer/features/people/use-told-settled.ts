import { useTranslation } from 'react-i18next';
import type { Settled } from '../../../shared/api/people.ts';
import { notifyDone } from '../../ui/notify.tsx';

/** Says where the centre could not end the sessions that a change was to end. */
export function useToldSettled(): (settled: Settled) => void {
  const { t } = useTranslation();
  return ({ sessions_ended }) => {
    if (sessions_ended === null) notifyDone(t('people.access.sessionsGoOn'));
  };
}
