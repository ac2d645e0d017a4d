import { DndContext, DragOverlay } from '@dnd-kit/core';
import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconLayoutKanban, IconSearchOff } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../../shared/api/index.ts';
import type { ProjectRow } from '../../../../shared/api/projects.ts';
import { query } from '../../../app/queries.ts';
import { LoadFailure } from '../../../ui/LoadFailure.tsx';
import { Notice } from '../../../ui/Notice.tsx';
import { useFormat } from '../../../ui/use-format.ts';
import { setSearch, useProjectFilters } from '../filters.ts';
import { Toolbar } from '../Toolbar.tsx';
import { BoardColumn } from './BoardColumn.tsx';
import { BoardSkeleton } from './BoardSkeleton.tsx';
import classes from './Board.module.css';
import { ProjectCard } from './ProjectCard.tsx';
import { useBoardDrag } from './use-board-drag.ts';

const SEARCH_PAUSE_MS = 120;

export function BoardPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const typed = useProjectFilters((state) => state.search);
  const [search] = useDebouncedValue(typed, SEARCH_PAUSE_MS);
  const board = useQuery({ ...query('projects.board', { search }), placeholderData: keepPreviousData });
  const total = board.data?.projects.length;

  return (
    <>
      <Toolbar
        title={t('projects.board.title')}
        count={total === undefined ? null : t('projects.count', { count: total, total: format.number(total) })}
      />
      {board.error && <LoadFailure error={board.error} retry={() => void board.refetch()} />}
      {board.isPending && <BoardSkeleton />}
      {board.data && board.data.projects.length === 0 && <EmptyBoard searching={search !== ''} />}
      {board.data && board.data.projects.length > 0 && <Board {...board.data} />}
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
      />
    );
  }
  return (
    <Notice icon={IconSearchOff} title={t('projects.board.noMatchTitle')} text={t('projects.board.noMatchText')}>
      <Button variant="default" onClick={() => setSearch('')}>
        {t('projects.clearSearch')}
      </Button>
    </Notice>
  );
}

function Board({ stages, projects }: Output<'projects.board'>) {
  const { t } = useTranslation();
  const { context, dragged, options } = useBoardDrag(stages, projects);
  const byStage = useMemo(() => groupByStage(projects), [projects]);

  return (
    <DndContext {...context}>
      <div className={classes['board']} role="region" aria-label={t('projects.board.region')}>
        {stages.map((stage) => (
          <BoardColumn
            key={stage.id}
            stage={stage}
            stages={stages}
            projects={byStage.get(stage.id) ?? noProjects}
            dragged={dragged}
            options={options}
          />
        ))}
      </div>
      {createPortal(
        // The dropped card does not fly anywhere: it appears where the worker says that it now stands.
        <DragOverlay dropAnimation={null}>{dragged && <ProjectCard project={dragged} lifted />}</DragOverlay>,
        document.body,
      )}
    </DndContext>
  );
}

const noProjects: ProjectRow[] = [];

function groupByStage(projects: readonly ProjectRow[]): Map<string | null, ProjectRow[]> {
  const groups = new Map<string | null, ProjectRow[]>();
  for (const project of projects) {
    const group = groups.get(project.current_stage_id);
    if (group) group.push(project);
    else groups.set(project.current_stage_id, [project]);
  }
  return groups;
}
