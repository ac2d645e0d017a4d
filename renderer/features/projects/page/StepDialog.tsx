import { Button, Select, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StepEdit } from '../../../../shared/api/project-page.ts';
import type { SubStageRow } from '../../../../shared/api/projects.ts';
import { call } from '../../../app/bridge.ts';
import { Dialog } from '../../../ui/Dialog.tsx';
import { useErrorText } from '../../../ui/error-text.ts';
import { useRoleNames } from '../../../ui/role-names.ts';
import { submitOnCtrlEnter } from '../../../ui/submit-key.ts';
import { useFormat } from '../../../ui/use-format.ts';
import classes from './Checklist.module.css';
import { hasWords, usePeopleChoices } from './edit/use-people-choices.ts';
import { useOfferUndo } from './undo.ts';

interface Props {
  projectId: string;
  step: SubStageRow;
  close: () => void;
}

/** Everything about one step; whoever may edit it gives it to somebody and writes notes. */
export function StepDialog({ projectId, step, close }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog onClose={close} title={step.name} size="lg">
      <StepFacts step={step} />
      {step.can_edit ? (
        <StepForm projectId={projectId} step={step} close={close} />
      ) : (
        <p className={classes['notes']}>{t('project.step.readOnly')}</p>
      )}
    </Dialog>
  );
}

function StepFacts({ step }: { step: SubStageRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const roleNames = useRoleNames();
  const hours = step.estimated_duration_hours === null ? null : format.number(step.estimated_duration_hours);
  const facts = [
    [t('project.step.status'), t(`values.progress.${step.status}`)],
    [t('values.column.description'), step.description],
    [t('values.column.exit_criteria'), step.exit_criteria],
    [t('project.step.roles'), step.responsible_roles.length > 0 ? roleNames(step.responsible_roles) : null],
    [
      t('project.step.estimate'),
      hours &&
        (step.due_at
          ? t('project.step.estimateHours', { hours, when: format.dateTime(step.due_at) })
          : t('project.step.estimateHoursOnly', { hours })),
    ],
    [t('project.step.started'), step.started_at && format.dateTime(step.started_at)],
    [t('project.step.completed'), step.completed_at && [step.completed_by_name, format.dateTime(step.completed_at)].filter(Boolean).join(', ')],
    ...(step.can_edit
      ? []
      : [
          [t('project.step.assignee'), step.assigned_name],
          [t('project.step.notes'), step.notes],
        ]),
  ].filter(([, value]) => value);
  return (
    <dl className={classes['facts']}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function StepForm({ projectId, step, close }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const offerUndo = useOfferUndo();
  const { choices } = usePeopleChoices();
  const [draft, setDraft] = useState({ assigned_to: step.assigned_to, notes: step.notes ?? '' });
  const before = { assigned_to: step.assigned_to, notes: step.notes };
  const target = { id: projectId, sub_stage_id: step.id };
  const save = useMutation({
    mutationFn: (patch: StepEdit) => call('project.editStep', { ...target, patch }),
    onSuccess: (_, patch) => {
      const undone = Object.fromEntries(Object.keys(patch).map((column) => [column, before[column as keyof StepEdit]]));
      offerUndo(step.name, () => call('project.editStep', { ...target, patch: undone, expected: patch }));
      close();
    },
  });
  // Somebody who has left keeps the step until it is given to another.
  const present = step.assigned_to && !choices.some(({ value }) => value === step.assigned_to);
  const data = present ? [...choices, { value: step.assigned_to ?? '', label: step.assigned_name ?? t('project.team.unknown') }] : choices;
  const submit = () => {
    const notes = draft.notes.trim() || null;
    const patch: StepEdit = {
      ...(draft.assigned_to === step.assigned_to ? {} : { assigned_to: draft.assigned_to }),
      ...(notes === step.notes ? {} : { notes }),
    };
    if (Object.keys(patch).length === 0) close();
    else save.mutate(patch);
  };
  return (
    <form
      className={classes['dialog']}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Select
        label={t('project.step.assignee')}
        placeholder={t('project.choice.none')}
        searchable
        allowDeselect={false}
        clearable
        clearButtonProps={{ 'aria-label': t('projects.edit.clear', { field: t('project.step.assignee') }) }}
        data={data}
        // Everybody stays in the data: where the person shown leaves it or is named otherwise, the field takes back what is typed.
        filter={({ options, search }) => options.filter((option) => 'label' in option && hasWords(option.label, search))}
        nothingFoundMessage={t('project.choice.nothing')}
        // What is typed takes the place of the present name.
        onClick={(event) => event.currentTarget.select()}
        // Enter chooses a person; it does not close the dialog where none fits.
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.preventDefault();
        }}
        value={draft.assigned_to}
        onChange={(assigned_to) => setDraft({ ...draft, assigned_to })}
      />
      <Textarea
        label={t('project.step.notes')}
        autosize
        minRows={3}
        maxRows={14}
        maxLength={20_000}
        value={draft.notes}
        onChange={(event) => setDraft({ ...draft, notes: event.currentTarget.value })}
        onKeyDown={submitOnCtrlEnter}
      />
      {save.error && (
        <p role="alert" className={classes['blocked']}>
          {errorText(save.error)}
        </p>
      )}
      <div className={classes['actions']}>
        <Button variant="default" onClick={close}>
          {t('app.actions.cancel')}
        </Button>
        <Button type="submit" loading={save.isPending}>
          {t('project.step.save')}
        </Button>
      </div>
    </form>
  );
}
