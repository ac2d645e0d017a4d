import { useTranslation } from 'react-i18next';
import type { ProjectStatus } from '../../../../shared/domain/workflow.ts';
import classes from './parts.module.css';

export function StatusMark({ status }: { status: ProjectStatus }) {
  const { t } = useTranslation();
  return (
    <span className={classes['status']} data-status={status}>
      {t(`values.status.${status}`)}
    </span>
  );
}
