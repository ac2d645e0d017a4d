import { DndContext, DragOverlay, type UniqueIdentifier } from '@dnd-kit/core';
import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconLayoutKanban, IconSearchOff } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { memo, useCallback, useMemo, useRef } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { BoardColumn as BoardColumnData, BoardFilter } from '../../../../shared/api/lists.ts';
import type { ProjectRow } from '../../../../shared/api/projects.ts';
import { query } from '../../../app/queries.ts';
import { LoadFailure } from '../../../ui/LoadFailure.tsx';
import { Notice } from '../../../ui/Notice.tsx';
import { useFormat } from '../../../ui/use-format.ts';
import { FilterBar } from '../filter/FilterBar.tsx';
import { boardPart, clearFilters, countFilters, useProjectList } from '../filters.ts';
import { TakeInButton } from '../TakeInButton.tsx';
import { Toolbar } from '../Toolbar.tsx';
import { useFiltersInUrl } from '../use-filters-in-url.ts';
import { BoardColumn } from './BoardColumn.tsx';
import { BoardSkeleton } from './BoardSkeleton.tsx';
import classes from './Board.module.css';
import { ProjectCard } from './ProjectCard.tsx';
import { useBoardDrag } from './use-board-drag.ts';

const FILTER_PAUSE_MS = 120;

export function BoardPage() {
  const { t } = useTranslation();
  const format = useFormat();
  useFiltersInUrl();
  const whole = useProjectList((state) => state.filter);
  const filter = useMemo(() => boardPart(whole), [whole]);
  const filters = countFilters(filter);
  const [settled] = useDebouncedValue(filter, FILTER_PAUSE_MS);
  const board = useQuery({ ...query('lists.board', { filter: settled }), placeholderData: keepPreviousData });
  const total = board.data?.total;

  return (
    <>
      <Toolbar
        title={t('projects.board.title')}
        count={total === undefined ? null : t('projects.count', { count: total, total: format.number(total) })}
      />
      <FilterBar filter={filter} count={filters} />
      {board.error && <LoadFailure error={board.error} retry={() => void board.refetch()} />}
      {board.isPending && <BoardSkeleton />}
      {board.data && board.data.total === 0 && <EmptyBoard searching={filters > 0} />}
      {board.data && board.data.total > 0 && <Board stages={board.data.stages} filter={board.isPlaceholderData ? null : settled} />}
    </>
  );
}

function EmptyBoard({ searching }: { searching: boolean }) {
  const { t } = useTranslation();
  if (!searching) {
    return (
      <Notice
        icon={IconLayoutKanban}
        title={t('projects.board.emptyTitle')}
        text={t('projects.board.emptyText')}
      >
        <TakeInButton />
      </Notice>
    );
  }
  return (
    <Notice icon={IconSearchOff} title={t('projects.board.noMatchTitle')} text={t('projects.board.noMatchText')}>
      <Button variant="default" onClick={clearFilters}>
        {t('projects.table.clearFilters')}
      </Button>
    </Notice>
  );
}

interface BoardProps {
  stages: readonly BoardColumnData[];
  /** What the cards were looked for with; null while another answer is awaited. */
  filter: BoardFilter | null;
}

/** Typing in the search draws the page anew with each letter, but not its cards. */
const Board = memo(function Board({ stages, filter }: BoardProps) {
  const { t } = useTranslation();
  // Cards that a column has read beyond the first: only a drag asks for them, so nothing is drawn anew for them.
  const further = useRef(new Map<string, readonly ProjectRow[]>());
  const read = useCallback((stage: string, cards: readonly ProjectRow[]) => void further.current.set(stage, cards), []);
  const find = useCallback(
    (id: UniqueIdentifier) =>
      stages.flatMap(({ cards }) => cards).find((card) => card.id === id) ?? [...further.current.values()].flat().find((card) => card.id === id),
    [stages],
  );
  const { context, dragged, options } = useBoardDrag(stages, find);

  return (
    <DndContext {...context}>
      <div className={classes['board']} role="region" aria-label={t('projects.board.region')}>
        {stages.map((stage) => (
          <BoardColumn key={stage.id} stage={stage} stages={stages} filter={filter} dragged={dragged} options={options} onRead={read} />
        ))}
      </div>
      {createPortal(
        // The dropped card does not fly anywhere: it appears where the worker says that it now stands.
        <DragOverlay dropAnimation={null}>{dragged && <ProjectCard project={dragged} lifted />}</DragOverlay>,
        document.body,
      )}
    </DndContext>
  );
});
