import { Menu } from '@mantine/core';
import { IconBan, IconChevronDown, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { settableStatuses, type SettableStatus } from '../../../../shared/api/project-page.ts';
import type { ProjectPage } from '../../../../shared/api/projects.ts';
import { call } from '../../../app/bridge.ts';
import { useErrorText } from '../../../ui/error-text.ts';
import { notifyFailure } from '../../../ui/notify.tsx';
import { StatusMark } from '../parts/StatusMark.tsx';
import editClasses from './edit/Edit.module.css';
import { RefusedMark, WaitingMark } from './edit/FieldNote.tsx';
import classes from './Page.module.css';
import { ReasonDialog } from './ReasonDialog.tsx';
import { statusReason } from './status-reason.ts';
import { useOfferUndo } from './undo.ts';

const icons = { active: IconPlayerPlay, on_hold: IconPlayerPause, cancelled: IconBan };

/** The status with its reason; whoever may edit the project holds it, cancels it and takes it up again. */
export function StatusFact({ page }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const offerUndo = useOfferUndo();
  const { project } = page;
  const [asked, setAsked] = useState<'on_hold' | 'cancelled' | null>(null);
  const code = project.project_id;
  const reason = statusReason(project);
  const set = useMutation({
    mutationFn: (change: { status: SettableStatus; reason: string | null }) => call('project.setStatus', { id: project.id, ...change }),
    onSuccess: () => {
      const { status } = project;
      // Of a project that was held without a reason nothing can be put back.
      if (status === 'active' || (status !== 'completed' && reason)) {
        offerUndo(t('values.column.status'), () => call('project.setStatus', { id: project.id, status, reason: status === 'active' ? null : reason }));
      }
    },
    onError: (error) => notifyFailure(t('project.status.failed', { code }), errorText(error)),
  });
  const words: Record<SettableStatus, string> = {
    active: t(project.status === 'cancelled' ? 'project.status.reopen' : 'project.status.resume'),
    on_hold: t('project.status.hold'),
    cancelled: t('project.status.cancel'),
  };
  const refused = page.attention.find(
    ({ table_name, columns }) => table_name === 'projects' && columns.some(({ name }) => name === 'status'),
  );

  return (
    <span className={editClasses['value']}>
      {page.can_edit && project.status !== 'completed' ? (
        <Menu position="bottom-start">
          <Menu.Target>
            <button
              type="button"
              className={editClasses['show']}
              disabled={set.isPending}
              aria-label={`${t('project.status.change')}: ${t(`values.status.${project.status}`)}`}
            >
              <StatusMark status={project.status} />
              <IconChevronDown size={14} aria-hidden className={editClasses['pencil']} />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {settableStatuses
              .filter((status) => status !== project.status && !(project.status === 'cancelled' && status === 'on_hold'))
              .map((status, index) => {
                const Icon = icons[status];
                return (
                  <Menu.Item
                    key={status}
                    data-autofocus={index === 0 || undefined}
                    leftSection={<Icon size={14} aria-hidden />}
                    onClick={() => (status === 'active' ? set.mutate({ status, reason: null }) : setAsked(status))}
                  >
                    {words[status]}
                  </Menu.Item>
                );
              })}
          </Menu.Dropdown>
        </Menu>
      ) : (
        <StatusMark status={project.status} />
      )}
      {page.pending_columns.includes('status') && <WaitingMark />}
      {refused && <RefusedMark item={refused} />}
      {reason && <span className={classes['reason']}>{t('project.status.reason', { reason })}</span>}
      {asked && (
        <ReasonDialog
          title={t(asked === 'on_hold' ? 'project.status.holdTitle' : 'project.status.cancelTitle', { code })}
          label={t('project.status.reasonLabel')}
          hint={t('project.status.hint')}
          action={t(asked === 'on_hold' ? 'project.status.holdAction' : 'project.status.cancelAction')}
          close={() => setAsked(null)}
          give={(given) => set.mutate({ status: asked, reason: given })}
        />
      )}
    </span>
  );
}
