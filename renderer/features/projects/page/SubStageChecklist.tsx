import { Accordion } from '@mantine/core';
import { useState } from 'react';
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

  return (
    <Panel heading={t('projects.checklist.title')}>
      <Accordion
        multiple
        // A step that the person is led to takes the focus as soon as its stage is open.
        transitionDuration={0}
        order={3}
        value={ids}
        onChange={(changed) => setOpened({ of: currentId, ids: changed })}
        classNames={{
          item: classes['stage'] ?? '',
          control: classes['control'] ?? '',
          content: classes['content'] ?? '',
          label: classes['label'] ?? '',
        }}
      >
        {page.stages.map((stage) => (
          <StageSteps key={stage.id} page={page} stage={stage} open={ids.includes(stage.id)} />
        ))}
      </Accordion>
    </Panel>
  );
}

function StageSteps({ page, stage, open }: { page: ProjectPage; stage: StageColumn; open: boolean }) {
  const { t } = useTranslation();
  const steps = page.sub_stages
    .filter(({ workflow_stage_id }) => workflow_stage_id === stage.id)
    .sort((a, b) => a.sub_stage_order - b.sub_stage_order);
  const done = steps.filter(({ status }) => status === 'completed' || status === 'skipped').length;
  return (
    <Accordion.Item value={stage.id}>
      <Accordion.Control>
        <StageDot color={stage.color} />
        <span className={classes['name']}>{stage.name}</span>
        <span className={classes['count']}>
          {t('projects.checklist.stageProgress', { done, total: steps.length })}
        </span>
      </Accordion.Control>
      <Accordion.Panel>
        {open && (
          <ul className={classes['steps']}>
            {steps.map((step) => (
              <SubStageItem key={step.id} projectId={page.project.id} step={step} />
            ))}
            {steps.length === 0 && <li className={classes['none']}>{t('projects.checklist.none')}</li>}
          </ul>
        )}
      </Accordion.Panel>
    </Accordion.Item>
  );
}
