import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { query } from '../../../app/queries.ts';
import { StageDot } from '../parts/StageDot.tsx';
import classes from './Table.module.css';

export function StageName({ id }: { id: string | null }) {
  const { t } = useTranslation();
  const { data: stages } = useQuery({ ...query('projects.board', { search: '' }), select: (board) => board.stages });
  const stage = stages?.find((candidate) => candidate.id === id);
  if (!stage) return stages ? t('projects.noStage') : null;
  return (
    <span className={classes['stage']}>
      <StageDot color={stage.color} />
      <span className={classes['name']}>{stage.name}</span>
    </span>
  );
}
