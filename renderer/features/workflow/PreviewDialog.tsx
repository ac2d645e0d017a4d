import { Button, Checkbox } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StagePreview, WorkflowDraft } from '../../../shared/api/workflow.ts';
import { call } from '../../app/bridge.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { notifyDone } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Workflow.module.css';

interface Props {
  before: WorkflowDraft;
  after: WorkflowDraft;
  close: () => void;
  /** Shows what is stored by then; until it does, the dialog stays, so that nobody sees the old order once more. */
  saved: () => Promise<void>;
}

/** What saving changes for the projects under way, before it does. */
export function PreviewDialog({ before, after, close, saved }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [understood, setUnderstood] = useState(false);
  const preview = useQuery({
    queryKey: ['workflow.preview', before, after],
    queryFn: () => call('workflow.preview', { before, after }),
    gcTime: 0,
  });
  const occupied = preview.data?.stages.filter(({ switched, projects }) => switched === 'off' && projects > 0) ?? [];
  const save = useMutation({
    mutationFn: () => call('workflow.save', { before, after, occupied: occupied.map(({ id }) => id) }),
    onSuccess: () => {
      notifyDone(t('workflow.saved'));
      return saved();
    },
  });
  return (
    <Dialog onClose={close} size="lg" title={t('workflow.preview.title')}>
      {preview.error && <LoadFailure error={preview.error} retry={() => void preview.refetch()} />}
      {preview.data && (
        <>
          <ul className={classes['changes']}>
            {preview.data.stages.map((stage) => (
              <li key={stage.id}>
                <h3 className={classes['changeTitle']}>
                  {stage.name} <span className={classes['muted']}>{t('workflow.standHere', { count: stage.projects })}</span>
                </h3>
                <ChangeLines stage={stage} />
              </li>
            ))}
          </ul>
          {preview.data.order_stage_moved && <p className={classes['warning']}>{t('workflow.preview.orderMoved')}</p>}
          {occupied.length > 0 && (
            <Checkbox
              className={classes['confirm']}
              label={t('workflow.preview.understood')}
              checked={understood}
              onChange={(event) => setUnderstood(event.currentTarget.checked)}
            />
          )}
          {save.error && (
            <p role="alert" className={classes['problem']}>
              {errorText(save.error)}
            </p>
          )}
          <div className={classes['actions']}>
            <Button onClick={() => save.mutate()} loading={save.isPending} disabled={occupied.length > 0 && !understood}>
              {t('workflow.preview.save')}
            </Button>
            <Button variant="default" onClick={close}>
              {t('workflow.preview.back')}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

function ChangeLines({ stage }: { stage: StagePreview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const roleNames = (roles: StagePreview['roles_gaining']): string => format.list(roles.map((role) => t(`values.role.${role}`)));
  const lines = [
    stage.kind === 'new' && t('workflow.preview.new'),
    stage.old_name !== null && t('workflow.preview.renamed', { name: stage.old_name }),
    stage.moved && t('workflow.preview.moved', stage.moved),
    stage.switched === 'on' && t('workflow.preview.on'),
    stage.switched === 'off' && t('workflow.preview.off'),
    stage.roles_gaining.length > 0 && t('workflow.preview.gaining', { roles: roleNames(stage.roles_gaining), count: stage.people_gaining }),
    stage.roles_losing.length > 0 && t('workflow.preview.losing', { roles: roleNames(stage.roles_losing), count: stage.people_losing }),
    ...stage.gate_added.map(({ name }) => t('workflow.preview.gateAdded', { name, count: stage.held[name] ?? 0 })),
    ...stage.gate_removed.map(({ name }) => t('workflow.preview.gateRemoved', { name })),
    ...stage.approvals_added.map(({ name, roles }) => t('workflow.preview.approvalAdded', { name, roles: roleNames(roles) })),
    ...stage.approvals_removed.map(({ name }) => t('workflow.preview.approvalRemoved', { name })),
    stage.other && stage.kind === 'changed' && t('workflow.preview.other'),
    stage.switched === 'off' &&
      stage.projects > 0 &&
      (stage.next_stage
        ? t('workflow.preview.stay', { count: stage.projects, next: stage.next_stage })
        : t('workflow.preview.stayLast', { count: stage.projects })),
  ].filter((line) => typeof line === 'string');
  return (
    <ul className={classes['lines']}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
