import { useDroppable } from '@dnd-kit/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { MoveOption, ProjectRow, StageColumn } from '../../../../shared/api/projects.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { answerOf, type MoveAnswer } from '../moves/move-option.ts';
import { useMissingText } from '../moves/missing-text.ts';
import { StageDot } from '../parts/StageDot.tsx';
import classes from './Board.module.css';
import { DraggableCard } from './DraggableCard.tsx';

interface Props {
  stage: StageColumn;
  stages: readonly StageColumn[];
  projects: readonly ProjectRow[];
  dragged: ProjectRow | null;
  options: readonly MoveOption[] | undefined;
}

const CARD_HEIGHT_GUESS = 124;
const GAP = 8;

export function BoardColumn({ stage, stages, projects, dragged, options }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { setNodeRef, isOver } = useDroppable({ id: stage.id });
  const scroller = useRef<HTMLDivElement>(null);
  // Only the cards in sight are drawn, so that a column of a thousand projects costs as much as one of ten.
  const rows = useVirtualizer({
    count: projects.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_HEIGHT_GUESS,
    getItemKey: (index) => projects[index]?.id ?? index,
    gap: GAP,
    overscan: 6,
  });
  const isOrigin = dragged?.current_stage_id === stage.id;
  const option = options?.find(({ to_stage_id }) => to_stage_id === stage.id);
  const answer: MoveAnswer | 'checking' = option ? answerOf(option) : 'checking';
  const headingId = `stage-${stage.id}`;

  return (
    <section
      ref={setNodeRef}
      className={classes['column']}
      data-answer={dragged && !isOrigin ? answer : undefined}
      data-over={(isOver && !isOrigin) || undefined}
      aria-labelledby={headingId}
    >
      <header className={classes['head']}>
        <StageDot color={stage.color} />
        <h2
          id={headingId}
          className={classes['name']}
          title={stage.name}
          aria-label={t('projects.board.column', { stage: stage.name, count: projects.length })}
        >
          {stage.name}
        </h2>
        <span className={classes['count']} aria-hidden>
          {format.number(projects.length)}
        </span>
      </header>
      {dragged && !isOrigin && <DropNote answer={answer} option={option} />}
      <div ref={scroller} className={classes['scroller']}>
        {projects.length === 0 && <p className={classes['empty']}>{t('projects.board.empty')}</p>}
        {projects.length > 0 && (
          <ul className={classes['cards']} style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map(({ index, key, start }) => {
              const project = projects[index];
              return (
                project && (
                  <li
                    key={key}
                    ref={rows.measureElement}
                    data-index={index}
                    className={classes['row']}
                    style={{ transform: `translateY(${start}px)` }}
                    aria-setsize={projects.length}
                    aria-posinset={index + 1}
                  >
                    <DraggableCard project={project} stages={stages} />
                  </li>
                )
              );
            })}
          </ul>
        )}
      </div>
    </section>
  );
}

function DropNote({ answer, option }: { answer: MoveAnswer | 'checking'; option: MoveOption | undefined }) {
  const { t } = useTranslation();
  const missingText = useMissingText();
  return (
    <div className={classes['note']} aria-hidden>
      {answer === 'checking' && t('projects.board.checking')}
      {answer === 'ready' && t('projects.board.dropHere')}
      {answer === 'reason' && t('projects.board.needsReason')}
      {answer === 'blocked' && option?.missing.map((missing) => <p key={missing.code + missing.detail}>{missingText(missing)}</p>)}
    </div>
  );
}
