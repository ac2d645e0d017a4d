import { IconAlertTriangle, IconClockUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { AttentionItem } from '../../../../../shared/api/sync.ts';
import { paths } from '../../../../app/paths.ts';
import { useErrorText } from '../../../../ui/error-text.ts';
import { useRefusalText } from '../../../sync/refusal-text.ts';
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

/** Beside a value that the person wanted otherwise and the centre refused: leads to where that is settled. */
export function RefusedMark({ item }: { item: AttentionItem }) {
  const { t } = useTranslation();
  const refusalText = useRefusalText();
  return (
    <Link to={paths.syncEntry(item.id)} className={classes['refused']} title={refusalText(item).join(' ')}>
      <IconAlertTriangle size={14} aria-hidden />
      {t('projects.edit.refused')}
    </Link>
  );
}
