import { ActionIcon, Checkbox, Menu } from '@mantine/core';
import { IconBan, IconChevronDown, IconNotes } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SubStageRow } from '../../../../shared/api/projects.ts';
import { formatTimestamp } from '../../../../shared/domain/timestamps.ts';
import type { ProgressStatus } from '../../../../shared/domain/workflow.ts';
import { useReadOnly } from '../../../app/app-store.ts';
import { useRoleNames } from '../../../ui/role-names.ts';
import { shorten } from '../../../ui/shorten.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { useNow } from '../../../ui/use-now.ts';
import { SyncMarks } from '../parts/SyncMarks.tsx';
import classes from './Checklist.module.css';
import { ReasonDialog } from './ReasonDialog.tsx';
import { forgetShownStep, useShownStep } from './show-step.ts';
import { StepDialog } from './StepDialog.tsx';
import { useSetProgress } from './use-set-progress.ts';

interface Props {
  projectId: string;
  step: SubStageRow;
}

/** One step: ticked by its box, set to anything else by its menu, as far as the person may. */
export function SubStageItem({ projectId, step }: Props) {
  const { t } = useTranslation();
  const [blocking, setBlocking] = useState(false);
  const [opened, setOpened] = useState(false);
  const details = useLedTo(step.id);
  const setProgress = useSetProgress(projectId, step);
  const done = step.status === 'completed';
  const toggled: ProgressStatus = done ? 'pending' : 'completed';
  const mayToggle = step.settable.includes(toggled);
  const readOnly = useReadOnly();

  // What is pressed stays enabled meanwhile, or it would lose the focus, and the keyboard its place.
  const set = (change: { status: ProgressStatus; reason?: string }) => {
    if (!setProgress.isPending) setProgress.mutate(change);
  };
  const choose = (status: ProgressStatus) => {
    if (status === 'blocked') setBlocking(true);
    else set({ status });
  };

  return (
    <li className={classes['step']} data-status={step.status}>
      <Checkbox
        className={classes['check']}
        aria-label={t('projects.checklist.complete', { name: step.name })}
        checked={done}
        indeterminate={step.status === 'in_progress' || step.status === 'in_review'}
        disabled={!mayToggle}
        title={mayToggle || readOnly ? undefined : t('projects.checklist.notSettable')}
        onChange={() => set({ status: toggled })}
      />
      <div className={classes['text']}>
        <span className={classes['stepName']}>{step.name}</span>
        <StepNotes step={step} />
      </div>
      <SyncMarks sync={step.sync} />
      <StatusMenu step={step} choose={choose} />
      <ActionIcon ref={details} size="lg" aria-label={t('project.step.details', { name: step.name })} onClick={() => setOpened(true)}>
        <IconNotes size={16} aria-hidden />
      </ActionIcon>
      {opened && <StepDialog projectId={projectId} step={step} close={() => setOpened(false)} />}
      {blocking && (
        <ReasonDialog
          title={t('projects.checklist.blockTitle', { name: step.name })}
          label={t('projects.checklist.blockReason')}
          action={t('projects.checklist.block')}
          close={() => setBlocking(false)}
          give={(reason) => set({ status: 'blocked', reason })}
        />
      )}
    </li>
  );
}

/** A missing condition leads here: to a button, because the box of a step that the person may not set takes no focus. */
function useLedTo(stepId: string) {
  const button = useRef<HTMLButtonElement>(null);
  const led = useShownStep(({ id }) => id === stepId);
  useEffect(() => {
    if (!led) return;
    button.current?.scrollIntoView({ block: 'center' });
    button.current?.focus();
    forgetShownStep();
  }, [led]);
  return button;
}

function StepNotes({ step }: { step: SubStageRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const roleNames = useRoleNames();
  const now = useNow();
  const done = step.status === 'completed' || step.status === 'skipped';
  const overdue = !done && step.due_at !== null && step.due_at < formatTimestamp(now);
  const notes = [
    !step.is_required && t('projects.checklist.optional'),
    step.requires_approval && t('projects.checklist.approval', { roles: roleNames(step.approval_roles) }),
    step.estimated_duration_hours !== null &&
      t('projects.checklist.hours', { hours: format.number(step.estimated_duration_hours) }),
    step.assigned_name && t('project.step.assigned', { name: step.assigned_name }),
    !done && !overdue && step.due_at && t('project.step.due', { when: format.dateTime(step.due_at) }),
    step.exit_criteria && t('projects.checklist.exitCriteria', { criteria: step.exit_criteria }),
    step.status === 'completed' && completionText(),
    // All of them stand in the step's details.
    step.notes && t('project.step.noted', { notes: shorten(step.notes, 120) }),
  ].filter((note) => typeof note === 'string');

  function completionText(): string | null {
    if (!step.completed_at) return null;
    const when = format.dateTime(step.completed_at);
    return step.completed_by_name
      ? t('projects.checklist.completedBy', { name: step.completed_by_name, when })
      : t('projects.checklist.completedAt', { when });
  }

  return (
    <>
      {notes.length > 0 && <span className={classes['notes']}>{notes.join(' · ')}</span>}
      {overdue && step.due_at && (
        <span className={classes['overdue']}>{t('project.step.overdue', { when: format.dateTime(step.due_at) })}</span>
      )}
      {step.status === 'blocked' && (
        <span className={classes['blocked']}>
          <IconBan size={14} aria-hidden />
          {t('projects.checklist.blocked', { reason: step.blocked_reason ?? t('app.value.none') })}
        </span>
      )}
    </>
  );
}

interface StatusMenuProps {
  step: SubStageRow;
  choose: (status: ProgressStatus) => void;
}

function StatusMenu({ step, choose }: StatusMenuProps) {
  const { t } = useTranslation();
  const others = step.settable.filter((status) => status !== step.status);
  const name = t(`values.progress.${step.status}`);
  if (others.length === 0) {
    return (
      <span className={classes['status']} data-status={step.status}>
        {name}
      </span>
    );
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button
          type="button"
          className={classes['status']}
          data-status={step.status}
          aria-label={`${t('projects.checklist.setStatus', { name: step.name })}: ${name}`}
        >
          {name}
          <IconChevronDown size={12} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {others.map((status, index) => (
          <Menu.Item key={status} data-autofocus={index === 0 || undefined} onClick={() => choose(status)}>
            {t(`values.progress.${status}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
