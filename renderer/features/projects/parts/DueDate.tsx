import { IconAlertCircle, IconCalendar } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ProjectRow } from '../../../../shared/api/projects.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { useNow } from '../../../ui/use-now.ts';
import { dueOf } from '../due.ts';
import classes from './parts.module.css';

interface Props {
  project: Pick<ProjectRow, 'estimated_delivery_date' | 'status'>;
  /** Beside the date itself: only what it does not say. */
  onlyWords?: boolean;
}

/** The delivery date; lateness in words beside the colour. */
export function DueDate({ project, onlyWords = false }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const due = dueOf(project, format.today(now));
  if (onlyWords && (due.kind === 'none' || due.kind === 'later')) return null;
  if (due.kind === 'none') return <span className={classes['due']}>{t('projects.due.none')}</span>;
  const date = format.date(due.date);
  if (due.kind === 'later') {
    return (
      <span className={classes['due']} title={t('projects.due.label', { date })}>
        <IconCalendar size={14} aria-hidden />
        <span className={classes['words']}>{date}</span>
      </span>
    );
  }
  const words = due.kind === 'today' ? t('projects.due.today') : t(`projects.due.${due.kind}`, { count: due.days, days: format.number(due.days) });
  return (
    <span className={classes['due']} data-kind={due.kind} title={t('projects.due.label', { date })}>
      {due.kind === 'overdue' ? <IconAlertCircle size={14} aria-hidden /> : <IconCalendar size={14} aria-hidden />}
      <span className={classes['words']}>{words}</span>
    </span>
  );
}
