import { useDebouncedValue } from '@mantine/hooks';
import { IconCopyCheck } from '@tabler/icons-react';
import { skipToken, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Intake.module.css';

const PAUSE_MS = 200;

/** What the customer may have asked for already. */
export function SimilarProjects({ customerId, title }: { customerId: string | null; title: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [asked] = useDebouncedValue(title, PAUSE_MS);
  const wanted = query('intake.similar', { customer_id: customerId ?? '', title: asked });
  const { data = [] } = useQuery({ ...wanted, queryFn: customerId !== null && asked.trim() !== '' ? wanted.queryFn : skipToken });
  if (data.length === 0) return null;
  return (
    <section className={classes['similar']} aria-live="polite" aria-label={t('intake.similar.title')}>
      <h2>
        <IconCopyCheck size={18} aria-hidden />
        {t('intake.similar.title')}
      </h2>
      <p className={classes['muted']}>{t('intake.similar.text')}</p>
      <ul>
        {data.map((project) => (
          <li key={project.id}>
            <Link to={paths.project(project.id)}>{`${project.project_id} · ${project.title}`}</Link>
            <span className={classes['muted']}>{[project.stage_name, format.dateTime(project.created_at)].filter(Boolean).join(' · ')}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
