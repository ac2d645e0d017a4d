import { useTranslation } from 'react-i18next';
import classes from './parts.module.css';

/** Sub-stages done of all of them, as a bar with its numbers. */
export function StepProgress({ done, total }: { done: number; total: number }) {
  const { t } = useTranslation();
  if (total === 0) return null;
  const label = t('projects.board.card.progress', { done, total });
  return (
    <span className={classes['steps']} role="img" aria-label={label} title={label}>
      <span className={classes['track']}>
        <span className={classes['fill']} style={{ width: `${(100 * done) / total}%` }} />
      </span>
      <span className={classes['numbers']}>
        {done}/{total}
      </span>
    </span>
  );
}
