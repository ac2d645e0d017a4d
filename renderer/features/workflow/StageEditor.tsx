import { Button, NumberInput, Switch } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { StageDraft } from '../../../shared/api/workflow.ts';
import { CommonFields } from './CommonFields.tsx';
import { moved, newStep, problemsOf } from './draft.ts';
import { SortableList } from './SortableList.tsx';
import { StepEditor } from './StepEditor.tsx';
import classes from './Workflow.module.css';

interface Props {
  stage: StageDraft;
  /** The stage as it is stored; undefined for a new one. */
  old: StageDraft | undefined;
  projects: number;
  change: (changed: Partial<StageDraft>) => void;
  remove: () => void;
}

export function StageEditor({ stage, old, projects, change, remove }: Props) {
  const { t } = useTranslation();
  const problems = problemsOf(stage);
  const steps = stage.sub_stages;
  return (
    <section className={classes['editor']} aria-label={t('workflow.editorOf', { name: stage.name || t('workflow.unnamed') })}>
      <p className={classes['muted']}>{t('workflow.standHere', { count: projects })}</p>
      <div className={classes['fields']}>
        <CommonFields row={stage} problems={problems} rolesLabel={t('workflow.stageRoles')} rolesHint={t('workflow.stageRolesHint')} change={change} />
        <NumberInput
          label={t('workflow.days')}
          min={0}
          allowDecimal={false}
          value={stage.estimated_duration_days ?? ''}
          onChange={(value) => change({ estimated_duration_days: value === '' ? null : Number(value) })}
          error={problems.has('estimated_duration_days') && t('workflow.numberWrong')}
        />
        <Switch
          label={t('workflow.isActive')}
          description={t('workflow.stageActiveHint')}
          checked={stage.is_active}
          onChange={(event) => change({ is_active: event.currentTarget.checked })}
        />
        {!old && (
          <Button variant="default" onClick={remove}>
            {t('workflow.removeNew')}
          </Button>
        )}
      </div>
      <h2 className={classes['subtitle']}>{t('workflow.steps')}</h2>
      {steps.length === 0 && <p className={classes['muted']}>{t('workflow.noSteps')}</p>}
      <SortableList label={t('workflow.steps')} rows={steps} move={(from, to) => change({ sub_stages: moved(steps, from, to) })}>
        {(step) => (
          <StepEditor
            step={step}
            isNew={!old?.sub_stages.some(({ id }) => id === step.id)}
            change={(changed) => change({ sub_stages: steps.map((other) => (other.id === step.id ? { ...other, ...changed } : other)) })}
            remove={() => change({ sub_stages: steps.filter(({ id }) => id !== step.id) })}
          />
        )}
      </SortableList>
      <Button
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => change({ sub_stages: [...steps, newStep('', stage.color)] })}
      >
        {t('workflow.addStep')}
      </Button>
    </section>
  );
}
