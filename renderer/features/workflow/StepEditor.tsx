import { Button, Checkbox, Collapse, NumberInput } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SubStageDraft } from '../../../shared/api/workflow.ts';
import { StageDot } from '../projects/parts/StageDot.tsx';
import { CommonFields, RoleChoice } from './CommonFields.tsx';
import { problemsOf } from './draft.ts';
import classes from './Workflow.module.css';

interface Props {
  step: SubStageDraft;
  isNew: boolean;
  change: (changed: Partial<SubStageDraft>) => void;
  /** Takes back a step that was never saved. */
  remove: () => void;
}

/** One step of a stage: a line that opens into its fields. */
export function StepEditor({ step, isNew, change, remove }: Props) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(isNew && step.name === '');
  const id = useId();
  const problems = problemsOf(step);
  const marks = [
    !step.is_active && t('workflow.off'),
    step.is_required ? t('workflow.required') : t('workflow.optional'),
    step.can_skip && t('workflow.skippable'),
    step.requires_approval && t('workflow.approval'),
  ].filter((mark) => mark !== false);
  return (
    <>
      <button type="button" className={classes['stepHead']} aria-expanded={opened} aria-controls={id} onClick={() => setOpened(!opened)}>
        {opened ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
        <StageDot color={step.color} />
        <span className={classes['rowName']}>{step.name || t('workflow.unnamed')}</span>
        <span className={classes['rowNote']}>{marks.join(' · ')}</span>
        {problems.size > 0 && <span className={classes['problem']}>{t('workflow.incomplete')}</span>}
      </button>
      <Collapse expanded={opened} id={id}>
        {opened && (
          <div className={classes['fields']}>
            <CommonFields
              row={step}
              problems={problems}
              rolesLabel={t('workflow.stepRoles')}
              rolesHint={t('workflow.stepRolesHint')}
              change={change}
            />
            <NumberInput
              label={t('workflow.hours')}
              min={0}
              allowDecimal={false}
              value={step.estimated_duration_hours ?? ''}
              onChange={(value) => change({ estimated_duration_hours: value === '' ? null : Number(value) })}
              error={problems.has('estimated_duration_hours') && t('workflow.numberWrong')}
            />
            <Checkbox
              label={t('workflow.isRequired')}
              description={t('workflow.isRequiredHint')}
              checked={step.is_required}
              onChange={(event) => change({ is_required: event.currentTarget.checked })}
            />
            <Checkbox
              label={t('workflow.canSkip')}
              description={t('workflow.canSkipHint')}
              checked={step.can_skip}
              onChange={(event) => change({ can_skip: event.currentTarget.checked })}
            />
            <Checkbox
              label={t('workflow.requiresApproval')}
              description={t('workflow.requiresApprovalHint')}
              checked={step.requires_approval}
              onChange={(event) => change({ requires_approval: event.currentTarget.checked })}
            />
            {step.requires_approval && (
              <RoleChoice
                label={t('workflow.approvalRoles')}
                hint={t('workflow.approvalRolesHint')}
                value={step.approval_roles}
                change={(approval_roles) => change({ approval_roles })}
                error={problems.has('approval_roles') && t('workflow.approvalRolesMissing')}
              />
            )}
            <Checkbox
              label={t('workflow.isActive')}
              description={t('workflow.stepActiveHint')}
              checked={step.is_active}
              onChange={(event) => change({ is_active: event.currentTarget.checked })}
            />
            {isNew && (
              <Button variant="default" onClick={remove}>
                {t('workflow.removeNew')}
              </Button>
            )}
          </div>
        )}
      </Collapse>
    </>
  );
}
