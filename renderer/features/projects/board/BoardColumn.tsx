import { useDroppable } from '@dnd-kit/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useQueries } from '@tanstack/react-query';
import { memo, useCallback, useDeferredValue, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BoardColumn as BoardColumnData, BoardFilter } from '../../../../shared/api/lists.ts';
import type { MoveOption, ProjectRow, StageColumn } from '../../../../shared/api/projects.ts';
import { query } from '../../../app/queries.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { countFilters } from '../filters.ts';
import { answerOf, type MoveAnswer } from '../moves/move-option.ts';
import { useMissingText } from '../moves/missing-text.ts';
import { StageDot } from '../parts/StageDot.tsx';
import classes from './Board.module.css';
import { DraggableCard } from './DraggableCard.tsx';

interface Props {
  stage: BoardColumnData;
  stages: readonly StageColumn[];
  filter: BoardFilter | null;
  dragged: ProjectRow | null;
  options: readonly MoveOption[] | undefined;
  /** Tells which cards have been read beyond the first. */
  onRead: (stage: string, cards: readonly ProjectRow[]) => void;
}

const CARD_HEIGHT_GUESS = 124;
const GAP = 8;
/** Cards beyond the edge of a column, so that scrolling finds them drawn. */
const AHEAD = 3;

/** Drawn anew only where something of it changes: another column's scrolling is none of its business. */
export const BoardColumn = memo(function BoardColumn({ stage, stages, filter, dragged, options, onRead }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { setNodeRef, isOver } = useDroppable({ id: stage.id, disabled: !stage.is_active });
  const scroller = useRef<HTMLDivElement>(null);
  const [last, setLast] = useState(0);
  const cardAt = useCards(stage, filter, last, onRead);
  // Another function would have the place of every card of the column computed anew.
  const keyOf = useCallback((index: number) => cardAt(index)?.id ?? index, [cardAt]);
  // What nobody sees yet is drawn when the window shows what they do.
  const ahead = useDeferredValue(AHEAD, 0);
  // Each of ten thousand cards is given its place: that comes after the first of them stand there.
  const placed = Math.min(stage.count, useDeferredValue(stage.count, stage.cards.length));
  // Only the cards in sight are read and drawn, so that a column of a thousand projects costs as much as one of ten.
  const rows = useVirtualizer({
    count: placed,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_HEIGHT_GUESS,
    getItemKey: keyOf,
    gap: GAP,
    overscan: ahead,
  });
  const items = rows.getVirtualItems();
  const lastItem = items.at(-1)?.index ?? 0;
  useEffect(() => setLast(lastItem), [lastItem]);
  const isOrigin = dragged?.current_stage_id === stage.id;
  const option = options?.find(({ to_stage_id }) => to_stage_id === stage.id);
  const answer: MoveAnswer | 'checking' = option ? answerOf(option) : 'checking';
  const headingId = `stage-${stage.id}`;
  const filtered = filter !== null && countFilters(filter) > 0;

  return (
    <section
      ref={setNodeRef}
      className={classes['column']}
      data-answer={dragged && !isOrigin ? (stage.is_active ? answer : 'blocked') : undefined}
      data-over={(isOver && !isOrigin) || undefined}
      aria-labelledby={headingId}
    >
      <header className={classes['head']}>
        <StageDot color={stage.color} />
        <h2
          id={headingId}
          className={classes['name']}
          title={stage.name}
          aria-label={t('projects.board.column', { stage: stage.name, count: stage.count })}
        >
          {stage.name}
        </h2>
        <span className={classes['count']} aria-hidden>
          {format.number(stage.count)}
        </span>
      </header>
      {!stage.is_active && (
        <p className={classes['switchedOff']} title={t('lists.board.switchedOffHint')}>
          {t('lists.board.switchedOff')}
        </p>
      )}
      {dragged && !isOrigin && stage.is_active && <DropNote answer={answer} option={option} />}
      <div ref={scroller} className={classes['scroller']}>
        {stage.count === 0 && <p className={classes['empty']}>{t(filtered ? 'projects.board.noMatchTitle' : 'projects.board.empty')}</p>}
        {stage.count > 0 && (
          <ul className={classes['cards']} style={{ height: rows.getTotalSize() }}>
            {items.map(({ index, key, start }) => {
              const project = cardAt(index);
              return (
                <li
                  key={key}
                  ref={rows.measureElement}
                  data-index={index}
                  className={classes['row']}
                  style={{ transform: `translateY(${start}px)` }}
                  aria-setsize={stage.count}
                  aria-posinset={index + 1}
                >
                  {project ? <DraggableCard project={project} stages={stages} /> : <div className={classes['awaited']} />}
                </li>
              );
            })}
          </ul>
        )}
      </div>
    </section>
  );
});

const PAGE = 50;

/** The cards of a column by their place: the first come with the board, the others page by page as they come into sight. */
function useCards(
  { id, cards, count }: BoardColumnData,
  filter: BoardFilter | null,
  last: number,
  onRead: Props['onRead'],
): (index: number) => ProjectRow | undefined {
  const beyond = Math.max(0, Math.min(last, count - 1) + 1 - cards.length);
  const pages = filter ? Array.from({ length: Math.ceil(beyond / PAGE) }, (_, page) => cards.length + page * PAGE) : [];
  const read = useQueries({
    queries: pages.map((offset) => ({
      ...query('lists.cards', { filter: filter ?? {}, stage_id: id, offset, limit: PAGE }),
      gcTime: 60_000,
    })),
    combine: joined,
  });
  useEffect(() => onRead(id, read), [onRead, id, read]);
  return useCallback((index) => cards[index] ?? read[index - cards.length] ?? undefined, [cards, read]);
}

/** The pages one behind the other; what has not come yet leaves its places empty. */
const joined = (results: readonly { data?: ProjectRow[] | undefined }[]): ProjectRow[] => {
  const all: ProjectRow[] = [];
  for (const { data } of results) {
    // Cards behind a page that is still to come have no place yet.
    if (!data) break;
    all.push(...data);
  }
  return all;
};

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
