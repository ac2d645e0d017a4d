import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { SubStageRow } from '../../../../shared/api/projects.ts';
import type { ProgressStatus } from '../../../../shared/domain/workflow.ts';
import { call } from '../../../app/bridge.ts';
import { useErrorText } from '../../../ui/error-text.ts';
import { notifyFailure } from '../../../ui/notify.tsx';
import { useOfferUndo } from './undo.ts';

interface Change {
  status: ProgressStatus;
  reason?: string;
}

type Step = Pick<SubStageRow, 'id' | 'name' | 'status' | 'blocked_reason'>;

/** Sets the status of one step; a failure is told with the step's name. */
export function useSetProgress(projectId: string, step: Step) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const offerUndo = useOfferUndo();
  const set = ({ status, reason }: Change) =>
    call('projects.setProgress', { id: projectId, sub_stage_id: step.id, status, blocked_reason: reason ?? null });
  return useMutation({
    mutationFn: set,
    onSuccess: (_, { status }) => {
      const what = `${step.name} · ${t(`values.progress.${status}`)}`;
      const { status: before, blocked_reason } = step;
      offerUndo(what, () => set({ status: before, ...(blocked_reason ? { reason: blocked_reason } : {}) }));
    },
    onError: (error) => notifyFailure(t('projects.checklist.failed', { name: step.name }), errorText(error)),
  });
}
