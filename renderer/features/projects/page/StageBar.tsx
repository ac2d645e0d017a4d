import { IconCheck, IconMinus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { HistoryRow, StageColumn } from '../../../../shared/api/projects.ts';
import { stageStates } from './stage-states.ts';
import classes from './StageBar.module.css';

interface Props {
  stages: readonly StageColumn[];
  history: readonly HistoryRow[];
  currentId: string | null;
  completed: boolean;
}

/** All stages in order with the present one marked, and those that the project left out. */
export function StageBar({ stages, ...course }: Props) {
  const { t } = useTranslation();
  const states = stageStates({ stages, ...course });
  return (
    <ol className={classes['bar']} aria-label={t('projects.page.stages')}>
      {stages.map((stage, index) => {
        const state = states[index] ?? 'future';
        return (
          <li
            key={stage.id}
            className={classes['stage']}
            data-state={state}
            aria-current={state === 'current' ? 'step' : undefined}
            style={{ borderTopColor: state === 'past' || state === 'current' ? stage.color : undefined }}
          >
            {state === 'past' && <IconCheck size={14} aria-hidden className={classes['icon']} />}
            {state === 'skipped' && <IconMinus size={14} aria-hidden className={classes['icon']} />}
            {(state === 'current' || state === 'future') && (
              <span className={classes['number']} aria-hidden>
                {index + 1}
              </span>
            )}
            <span className={classes['name']} title={state === 'skipped' ? `${stage.name} · ${t('projects.page.stageState.skipped')}` : stage.name}>
              {stage.name}
            </span>
            <span className={classes['spoken']}>{t(`projects.page.stageState.${state}`)}</span>
          </li>
        );
      })}
    </ol>
  );
}
