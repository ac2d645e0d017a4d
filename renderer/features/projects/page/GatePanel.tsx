import { Button } from '@mantine/core';
import { IconArrowRight, IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MoveOption, ProjectPage } from '../../../../shared/api/projects.ts';
import type { Missing } from '../../../../shared/domain/workflow.ts';
import { useReadOnly } from '../../../app/app-store.ts';
import { useMissingText } from '../moves/missing-text.ts';
import { answerOf } from '../moves/move-option.ts';
import { MoveMenu } from '../moves/MoveMenu.tsx';
import { useMove, type MoveTarget } from '../moves/use-move.ts';
import classes from './Page.module.css';
import { Panel } from './Panel.tsx';
import { showFact } from './fact-anchor.ts';
import { showStep } from './show-step.ts';

/** What is missing to move on, and the moves that can be made. */
export function GatePanel({ page }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const { project, stages } = page;
  const readOnly = useReadOnly();
  const forward = page.moves.find(({ kind }) => kind === 'advance' || kind === 'leave');
  if (project.status === 'completed' || project.status === 'cancelled') return null;
  return (
    <Panel heading={t('projects.gate.title')}>
      {forward && <Forward page={page} option={forward} />}
      {!readOnly && (
        <div className={classes['buttons']}>
          {forward && <ForwardButton page={page} option={forward} />}
          <OtherMoves project={project} stages={stages} />
        </div>
      )}
    </Panel>
  );
}

function targetOf(page: ProjectPage, option: MoveOption): MoveTarget {
  const stage = page.stages.find(({ id }) => id === option.to_stage_id);
  return { id: option.to_stage_id, name: stage?.name ?? '' };
}

function Forward({ page, option }: { page: ProjectPage; option: MoveOption }) {
  const { t } = useTranslation();
  const target = targetOf(page, option);
  const completes = target.id === null;
  if (option.allowed) {
    return (
      <p className={classes['ready']}>
        <IconCircleCheck size={18} aria-hidden />
        {completes ? t('projects.gate.readyComplete') : t('projects.gate.ready', { stage: target.name })}
      </p>
    );
  }
  return (
    <>
      <p className={classes['lead']}>
        {completes ? t('projects.gate.missingComplete') : t('projects.gate.missing', { stage: target.name })}
      </p>
      <ul className={classes['missing']}>
        {option.missing.map((missing) => (
          <MissingEntry key={missing.code + missing.detail} page={page} missing={missing} />
        ))}
      </ul>
    </>
  );
}

function MissingEntry({ page, missing }: { page: ProjectPage; missing: Missing }) {
  const { t } = useTranslation();
  const missingText = useMissingText();
  const step =
    missing.code === 'SUB_STAGE_OPEN'
      ? page.sub_stages.find(
          ({ name, workflow_stage_id }) =>
            name === missing.detail && workflow_stage_id === page.project.current_stage_id,
        )
      : undefined;
  return (
    <li>
      <IconCircleDashed size={16} aria-hidden className={classes['missingIcon']} />
      <span>{missingText(missing)}</span>
      {step && (
        <button type="button" className={classes['textButton']} onClick={() => showStep(step.id)}>
          {t('projects.gate.show')}
        </button>
      )}
      {page.can_edit && missing.code === 'VALUE_REQUIRED' && (
        <button type="button" className={classes['textButton']} onClick={() => showFact('estimated_value')}>
          {t('project.gate.enterValue')}
        </button>
      )}
      {page.can_edit && missing.code === 'CUSTOMER_REQUIRED' && (
        <button type="button" className={classes['textButton']} onClick={() => showFact('customer_id')}>
          {t('project.gate.chooseCustomer')}
        </button>
      )}
    </li>
  );
}

function ForwardButton({ page, option }: { page: ProjectPage; option: MoveOption }) {
  const { t } = useTranslation();
  const move = useMove();
  const [busy, setBusy] = useState(false);
  const target = targetOf(page, option);
  const start = async () => {
    setBusy(true);
    await move(page.project, target);
    setBusy(false);
  };
  return (
    <Button
      variant={answerOf(option) === 'ready' ? 'filled' : 'default'}
      rightSection={<IconArrowRight size={16} aria-hidden />}
      loading={busy}
      onClick={() => void start()}
    >
      {target.id === null ? t('projects.move.complete') : t('projects.move.to', { stage: target.name })}
    </Button>
  );
}

function OtherMoves({ project, stages }: Pick<ProjectPage, 'project' | 'stages'>) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <MoveMenu project={project} stages={stages} opened={opened} onChange={setOpened} position="bottom-start">
      <Button variant="subtle" color="gray">
        {t('projects.move.others')}
      </Button>
    </MoveMenu>
  );
}
