import {
  KeyboardCode,
  KeyboardSensor,
  MouseSensor,
  TouchSensor,
  useSensor,
  useSensors,
  type DndContextProps,
  type UniqueIdentifier,
} from '@dnd-kit/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MoveOption, ProjectRow, StageColumn } from '../../../../shared/api/projects.ts';
import { query, queryClient } from '../../../app/queries.ts';
import { useMove } from '../moves/use-move.ts';
import { overText } from './announcements.ts';
import { columnCollision, columnCoordinates } from './board-navigation.ts';

interface BoardDrag {
  context: DndContextProps;
  /** The card in the air. */
  dragged: ProjectRow | null;
  /** What each stage answers about that card; undefined until the worker has said so. */
  options: MoveOption[] | undefined;
}

/** Carries cards between columns by mouse, touch and keyboard, and says aloud what happens. */
export function useBoardDrag(stages: readonly StageColumn[], projects: readonly ProjectRow[]): BoardDrag {
  const { t } = useTranslation();
  const move = useMove();
  const [dragged, setDragged] = useState<ProjectRow | null>(null);
  const { data: options } = useQuery({
    ...query('projects.moves', { id: dragged?.id ?? '' }),
    enabled: dragged !== null,
  });
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    // A finger that moves at once scrolls; one that rests picks the card up.
    useSensor(TouchSensor, { activationConstraint: { delay: 220, tolerance: 8 } }),
    useSensor(KeyboardSensor, {
      coordinateGetter: columnCoordinates,
      keyboardCodes: {
        start: [KeyboardCode.Space],
        cancel: [KeyboardCode.Esc],
        end: [KeyboardCode.Space, KeyboardCode.Enter],
      },
    }),
  );

  const projectOf = (id: UniqueIdentifier) => projects.find((project) => project.id === id);
  const stageOf = (id: UniqueIdentifier | null | undefined) => stages.find((stage) => stage.id === id);
  const place = (id: UniqueIdentifier, stageId: UniqueIdentifier | null | undefined) => ({
    code: projectOf(id)?.project_id ?? '',
    stage: stageOf(stageId)?.name ?? t('projects.noStage'),
  });
  const origin = (id: UniqueIdentifier) => place(id, projectOf(id)?.current_stage_id);

  const context: DndContextProps = {
    sensors,
    collisionDetection: columnCollision,
    onDragStart: ({ active }) => setDragged(projectOf(active.id) ?? null),
    onDragCancel: () => setDragged(null),
    onDragEnd: ({ active, over }) => {
      setDragged(null);
      const project = projectOf(active.id);
      const stage = stageOf(over?.id);
      if (project && stage && stage.id !== project.current_stage_id) void move(project, stage);
    },
    accessibility: {
      screenReaderInstructions: { draggable: t('projects.board.keyboard') },
      announcements: {
        onDragStart: ({ active }) => t('projects.board.say.picked', origin(active.id)),
        onDragOver: ({ active, over }) => {
          if (!over) return undefined;
          const answers = queryClient.getQueryData(query('projects.moves', { id: String(active.id) }).queryKey);
          const option = answers?.find(({ to_stage_id }) => to_stage_id === over.id);
          const isOrigin = projectOf(active.id)?.current_stage_id === over.id;
          return overText(t, place(active.id, over.id), isOrigin, option);
        },
        onDragEnd: ({ active, over }) => {
          const stays = !over || over.id === projectOf(active.id)?.current_stage_id;
          return stays
            ? t('projects.board.say.droppedBack', origin(active.id))
            : t('projects.board.say.dropped', place(active.id, over.id));
        },
        onDragCancel: ({ active }) => t('projects.board.say.cancelled', origin(active.id)),
      },
    },
  };

  return { context, dragged, options: dragged ? options : undefined };
}
