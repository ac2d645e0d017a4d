import { useDraggable } from '@dnd-kit/core';
import { memo, useEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ProjectRow, StageColumn } from '../../../../shared/api/projects.ts';
import { useReadOnly } from '../../../app/app-store.ts';
import { paths } from '../../../app/paths.ts';
import { takeFocusWish } from '../moves/follow-focus.ts';
import { useMove } from '../moves/use-move.ts';
import classes from './Board.module.css';
import { CardMenu } from './CardMenu.tsx';
import { ProjectCard } from './ProjectCard.tsx';

const steps: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowLeft: -1 };

/** A card that can be carried: the whole card by mouse and touch, its link by keyboard. Of an earlier state it stays where it was. */
export const DraggableCard = memo(function DraggableCard({ project, stages }: { project: ProjectRow; stages: readonly StageColumn[] }) {
  const { t } = useTranslation();
  const move = useMove();
  const readOnly = useReadOnly();
  const link = useRef<HTMLAnchorElement>(null);
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, isDragging } = useDraggable({ id: project.id, disabled: readOnly });

  useEffect(() => {
    if (takeFocusWish(project.id)) link.current?.focus();
  }, [project.id]);

  const moveBeside = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (readOnly || !event.shiftKey || !step) return;
    event.preventDefault();
    const index = stages.findIndex((stage) => stage.id === project.current_stage_id);
    const target = stages[index + step];
    if (index >= 0 && target) void move(project, target);
  };

  const describedBy = readOnly ? undefined : attributes['aria-describedby'];
  // Whatever happens to any card or column reaches all cards through the context of dragging; what they show stays as it is.
  const title = useMemo(
    () => (
      <Link
        ref={(element) => {
          link.current = element;
          setActivatorNodeRef(element);
        }}
        to={paths.project(project.id)}
        className={classes['link']}
        draggable={false}
        aria-roledescription={readOnly ? undefined : t('projects.board.cardRole')}
        aria-describedby={describedBy}
      >
        {project.title}
      </Link>
    ),
    [t, project.id, project.title, readOnly, describedBy, setActivatorNodeRef],
  );
  const menu = useMemo(() => (readOnly ? null : <CardMenu project={project} stages={stages} />), [readOnly, project, stages]);

  return (
    <div
      ref={setNodeRef}
      {...listeners}
      onKeyDown={(event) => {
        listeners?.['onKeyDown']?.(event);
        if (!isDragging) moveBeside(event);
      }}
      className={classes['draggable']}
      data-dragging={isDragging || undefined}
    >
      <ProjectCard project={project} title={title} menu={menu} />
    </div>
  );
});
