import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ProjectPage } from '../../../../shared/api/projects.ts';
import type { AttentionItem } from '../../../../shared/api/sync.ts';
import { paths } from '../../../app/paths.ts';
import { useColumnName, useValueText } from '../../../ui/value-text.ts';
import { useRefusalText } from '../../sync/refusal-text.ts';
import classes from './Notices.module.css';

/** The person's changes of this project that the centre refused: what, why, and the way to settle them. */
export function RefusedPanel({ page }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const { attention } = page;
  if (attention.length === 0) return null;
  return (
    <section className={classes['panel']} data-kind="refused" aria-labelledby="refused-title">
      <h2 id="refused-title" className={classes['title']}>
        <IconAlertTriangle size={18} aria-hidden />
        {t('projects.refused.title', { count: attention.length })}
      </h2>
      <p className={classes['lead']}>{t('projects.refused.lead')}</p>
      <ul className={classes['list']}>
        {attention.map((item) => (
          <RefusedChange key={item.id} item={item} />
        ))}
      </ul>
    </section>
  );
}

function RefusedChange({ item }: { item: AttentionItem }) {
  const { t } = useTranslation();
  const columnName = useColumnName();
  const valueText = useValueText();
  const refusalText = useRefusalText();
  const changes = item.columns.map(({ name, mine }) => `${columnName(name)}: ${valueText(name, mine, { table: item.table_name })}`);
  const what = [item.part, ...changes].filter(Boolean).join(' · ');
  return (
    <li className={classes['refused']}>
      <div className={classes['text']}>
        <span className={classes['what']}>{what}</span>
        <span>{refusalText(item)[0]}</span>
      </div>
      <Button component={Link} to={paths.syncEntry(item.id)} variant="default" aria-label={t('projects.refused.settleOf', { what })}>
        {t('projects.refused.settle')}
      </Button>
    </li>
  );
}
