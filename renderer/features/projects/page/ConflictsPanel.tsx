import { IconArrowsSplit2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ProjectPage } from '../../../../shared/api/projects.ts';
import { ConflictCard } from '../../sync/ConflictCard.tsx';
import classes from './Notices.module.css';

/** Values that lost against another person's change: both shown, the lost one can be brought back. */
export function ConflictsPanel({ page }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const open = page.conflicts.filter(({ resolved }) => !resolved);
  if (open.length === 0) return null;
  return (
    <section className={classes['panel']} data-kind="conflict" aria-labelledby="conflicts-title">
      <h2 id="conflicts-title" className={classes['title']}>
        <IconArrowsSplit2 size={18} aria-hidden />
        {t('projects.conflicts.title', { count: open.length })}
      </h2>
      <p className={classes['lead']}>{t('projects.conflicts.lead')}</p>
      <ul className={classes['list']}>
        {open.map((conflict) => (
          <ConflictCard key={conflict.id} conflict={conflict} />
        ))}
      </ul>
    </section>
  );
}
