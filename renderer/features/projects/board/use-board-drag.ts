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
import { useRef, useState } from 'react';
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
export function useBoardDrag(
  stages: readonly StageColumn[],
  projectOf: (id: UniqueIdentifier) => ProjectRow | undefined,
): BoardDrag {
  const { t } = useTranslation();
  const move = useMove();
  const [dragged, setDragged] = useState<ProjectRow | null>(null);
  const lastOver = useRef<UniqueIdentifier | null>(null);
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

  const stageOf = (id: UniqueIdentifier | null | undefined) => stages.find((stage) => stage.id === id);
  const place = (id: UniqueIdentifier, stageId: UniqueIdentifier | null | undefined) => ({
    code: projectOf(id)?.project_id ?? '',
    stage: stageOf(stageId)?.name ?? t('projects.noStage'),
  });
  const optionOf = (id: UniqueIdentifier, stageId: UniqueIdentifier) =>
    queryClient
      .getQueryData(query('projects.moves', { id: String(id) }).queryKey)
      ?.find(({ to_stage_id }) => to_stage_id === stageId);
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
        onDragStart: ({ active }) => {
          lastOver.current = projectOf(active.id)?.current_stage_id ?? null;
          return t('projects.board.say.picked', origin(active.id));
        },
        onDragOver: ({ active, over }) => {
          // A card hangs over its own stage from the start: saying so would silence that it was picked up.
          if (!over || over.id === lastOver.current) return undefined;
          lastOver.current = over.id;
          const isOrigin = projectOf(active.id)?.current_stage_id === over.id;
          return overText(t, place(active.id, over.id), isOrigin, optionOf(active.id, over.id));
        },
        onDragEnd: ({ active, over }) => {
          if (!over || over.id === projectOf(active.id)?.current_stage_id) {
            return t('projects.board.say.droppedBack', origin(active.id));
          }
          const option = optionOf(active.id, over.id);
          // Where something is missing the card has not moved: a dialog says so and takes the focus.
          return option && !option.allowed
            ? overText(t, place(active.id, over.id), false, option)
            : t('projects.board.say.dropped', place(active.id, over.id));
        },
        onDragCancel: ({ active }) => t('projects.board.say.cancelled', origin(active.id)),
      },
    },
  };

  return { context, dragged, options: dragged ? options : undefined };
}
