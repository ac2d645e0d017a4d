import { IconClockUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../../../../ui/error-text.ts';
import classes from './Edit.module.css';

interface Props {
  error: Error | null;
  saving?: boolean;
  hint?: string | null;
  problem?: string | null;
  changedMeanwhile?: string | null;
}

/** Below a field in editing: what is wrong, what happened meanwhile, or which keys end it. */
export function FieldNote({ error, saving = false, hint = null, problem = null, changedMeanwhile = null }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <span className={classes['notes']}>
      {error && (
        <span role="alert" className={classes['failure']}>
          {t('projects.edit.notSaved', { why: errorText(error) })}
        </span>
      )}
      {problem && (
        <span role="alert" className={classes['failure']}>
          {problem}
        </span>
      )}
      {changedMeanwhile !== null && (
        <span className={classes['meanwhile']}>
          {t('projects.edit.changedMeanwhile', { value: changedMeanwhile })}
        </span>
      )}
      {saving ? <span>{t('projects.edit.saving')}</span> : hint && <span>{hint}</span>}
    </span>
  );
}

/** Beside a value that this machine has changed and the centre has not confirmed. */
export function WaitingMark() {
  const { t } = useTranslation();
  return (
    <span className={classes['waiting']}>
      <IconClockUp size={14} aria-hidden />
      {t('projects.edit.waiting')}
    </span>
  );
}
