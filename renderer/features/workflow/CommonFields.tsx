import { Checkbox, ColorInput, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { StageDraft, SubStageDraft } from '../../../shared/api/workflow.ts';
import { internalRoles, type Role } from '../../../shared/domain/roles.ts';
import { useFormat } from '../../ui/use-format.ts';
import { faintIn, type FieldProblem } from './draft.ts';
import classes from './Workflow.module.css';

type Common = Pick<StageDraft & SubStageDraft, 'name' | 'color' | 'exit_criteria' | 'responsible_roles'>;

interface Props {
  row: Common;
  problems: ReadonlySet<FieldProblem>;
  rolesLabel: string;
  rolesHint: string;
  change: (changed: Partial<Common>) => void;
}

/** What a stage and a step of it have in common. */
export function CommonFields({ row, problems, rolesLabel, rolesHint, change }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const faint = faintIn(row.color);
  return (
    <>
      <TextInput
        label={t('workflow.name')}
        maxLength={200}
        value={row.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        error={problems.has('name') && t('workflow.nameMissing')}
      />
      <ColorInput
        label={t('workflow.color')}
        format="hex"
        value={row.color}
        onChange={(color) => change({ color })}
        popoverProps={{ withinPortal: false }}
        eyeDropperButtonProps={{ 'aria-label': t('workflow.pickColor') }}
        error={problems.has('color') && t('workflow.colorWrong')}
      />
      {faint.length > 0 && (
        <p className={classes['warning']} role="status">
          {t('workflow.faint', { themes: format.list(faint.map((theme) => t(`workflow.theme.${theme}`))) })}
        </p>
      )}
      <RoleChoice label={rolesLabel} hint={rolesHint} value={row.responsible_roles} change={(responsible_roles) => change({ responsible_roles })} />
      <Textarea
        label={t('workflow.exitCriteria')}
        description={t('workflow.exitCriteriaHint')}
        autosize
        minRows={1}
        maxRows={6}
        maxLength={20_000}
        value={row.exit_criteria ?? ''}
        onChange={(event) => change({ exit_criteria: event.currentTarget.value === '' ? null : event.currentTarget.value })}
        error={problems.has('exit_criteria') && t('errors.INPUT_INVALID')}
      />
    </>
  );
}

interface RoleProps {
  label: string;
  hint: string;
  value: readonly Role[];
  change: (roles: Role[]) => void;
  error?: string | false;
}

export function RoleChoice({ label, hint, value, change, error }: RoleProps) {
  const { t } = useTranslation();
  return (
    <Checkbox.Group label={label} description={hint} value={[...value]} onChange={(roles) => change(roles)} error={error}>
      <div className={classes['roles']}>
        {internalRoles.map((role) => (
          <Checkbox key={role} value={role} label={t(`values.role.${role}`)} />
        ))}
      </div>
    </Checkbox.Group>
  );
}
