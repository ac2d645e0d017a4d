import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { SubStageRow } from '../../../../shared/api/projects.ts';
import type { ProgressStatus } from '../../../../shared/domain/workflow.ts';
import { call } from '../../../app/bridge.ts';
import { useErrorText } from '../../../ui/error-text.ts';
import { notifyFailure } from '../../../ui/notify.tsx';

interface Change {
  status: ProgressStatus;
  reason?: string;
}

/** Sets the status of one step; a failure is told with the step's name. */
export function useSetProgress(projectId: string, step: Pick<SubStageRow, 'id' | 'name'>) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return useMutation({
    mutationFn: ({ status, reason }: Change) =>
      call('projects.setProgress', {
        id: projectId,
        sub_stage_id: step.id,
        status,
        blocked_reason: reason ?? null,
      }),
    onError: (error) => notifyFailure(t('projects.checklist.failed', { name: step.name }), errorText(error)),
  });
}
