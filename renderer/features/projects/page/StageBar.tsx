import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { StageColumn } from '../../../../shared/api/projects.ts';
import classes from './StageBar.module.css';

interface Props {
  stages: readonly StageColumn[];
  currentId: string | null;
  completed: boolean;
}

/** All stages in order with the present one marked. */
export function StageBar({ stages, currentId, completed }: Props) {
  const { t } = useTranslation();
  const current = stages.findIndex(({ id }) => id === currentId);
  return (
    <ol className={classes['bar']} aria-label={t('projects.page.stages')}>
      {stages.map((stage, index) => {
        const state = completed || index < current ? 'past' : index === current ? 'current' : 'future';
        return (
          <li
            key={stage.id}
            className={classes['stage']}
            data-state={state}
            aria-current={state === 'current' ? 'step' : undefined}
            style={{ borderTopColor: state === 'future' ? undefined : stage.color }}
          >
            {state === 'past' ? (
              <IconCheck size={14} aria-hidden className={classes['icon']} />
            ) : (
              <span className={classes['number']} aria-hidden>
                {index + 1}
              </span>
            )}
            <span className={classes['name']} title={stage.name}>
              {stage.name}
            </span>
            <span className={classes['spoken']}>{t(`projects.page.stageState.${state}`)}</span>
          </li>
        );
      })}
    </ol>
  );
}
