import { Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Delayed } from '../../../ui/Delayed.tsx';
import classes from './Board.module.css';

const lanes = [3, 4, 2, 3, 2, 3];

export function BoardSkeleton() {
  const { t } = useTranslation();
  return (
    <Delayed>
      <div className={classes['board']} role="status" aria-label={t('app.loading')}>
        {lanes.map((cards, lane) => (
          <div key={lane} className={classes['column']}>
            <Skeleton height={20} width="60%" m="sm" />
            {Array.from({ length: cards }, (_, card) => (
              <Skeleton key={card} height={104} mx="xs" mb="xs" w="auto" />
            ))}
          </div>
        ))}
      </div>
    </Delayed>
  );
}
