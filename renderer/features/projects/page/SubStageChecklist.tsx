import { createScopedKeydownHandler } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectPage, StageColumn } from '../../../../shared/api/projects.ts';
import { StageDot } from '../parts/StageDot.tsx';
import classes from './Checklist.module.css';
import { Panel } from './Panel.tsx';
import { useShownStep } from './show-step.ts';
import { SubStageItem } from './SubStageItem.tsx';

/** The steps of every stage; those of the present stage stand open. */
export function SubStageChecklist({ page }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const currentId = page.project.current_stage_id;
  const [opened, setOpened] = useState<{ of: string | null; ids: string[] }>({
    of: currentId,
    ids: currentId ? [currentId] : [],
  });
  const led = useShownStep(({ id }) => page.sub_stages.find((step) => step.id === id)?.workflow_stage_id ?? null);
  // The project moved: what was opened for its last stage closes, its new stage opens.
  const ids = opened.of === currentId ? opened.ids : currentId ? [currentId] : [];
  if (led !== null && !ids.includes(led)) setOpened({ of: currentId, ids: [...ids, led] });
  const toggle = (id: string) => setOpened({ of: currentId, ids: ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id] });

  return (
    <Panel heading={t('projects.checklist.title')}>
      <div data-stages>
        {page.stages.map((stage) => (
          <StageSteps key={stage.id} page={page} stage={stage} open={ids.includes(stage.id)} toggle={() => toggle(stage.id)} />
        ))}
      </div>
    </Panel>
  );
}

/** Up, down, Home and End go from stage to stage. */
const moveAmongStages = createScopedKeydownHandler({
  siblingSelector: '[data-stage]',
  parentSelector: '[data-stages]',
  activateOnFocus: false,
  loop: true,
  orientation: 'vertical',
});

interface StageProps {
  page: ProjectPage;
  stage: StageColumn;
  open: boolean;
  toggle: () => void;
}

/** Plain elements: all stages stand in the first sight of the page, and a part of Mantine's takes ten times as long to draw. */
function StageSteps({ page, stage, open, toggle }: StageProps) {
  const { t } = useTranslation();
  const id = useId();
  const steps = page.sub_stages
    .filter(({ workflow_stage_id }) => workflow_stage_id === stage.id)
    .sort((a, b) => a.sub_stage_order - b.sub_stage_order);
  const done = steps.filter(({ status }) => status === 'completed' || status === 'skipped').length;
  return (
    <div className={classes['stage']}>
      <h3>
        <button
          id={id}
          type="button"
          className={classes['control']}
          data-stage
          aria-expanded={open}
          aria-controls={`${id}-steps`}
          onClick={toggle}
          onKeyDown={moveAmongStages}
        >
          <StageDot color={stage.color} />
          <span className={classes['name']}>{stage.name}</span>
          <span className={classes['count']}>
            {t('projects.checklist.stageProgress', { done, total: steps.length })}
          </span>
          <IconChevronDown size={16} aria-hidden className={classes['chevron']} />
        </button>
      </h3>
      <div id={`${id}-steps`} role="region" aria-labelledby={id} hidden={!open} className={classes['content']}>
        {open && (
          <ul className={classes['steps']}>
            {steps.map((step) => (
              <SubStageItem key={step.id} projectId={page.project.id} step={step} />
            ))}
            {steps.length === 0 && <li className={classes['none']}>{t('projects.checklist.none')}</li>}
          </ul>
        )}
      </div>
    </div>
  );
}
