import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectRow } from '../../../../shared/api/projects.ts';
import { PersonAvatar } from '../../../ui/PersonAvatar.tsx';
import { DueDate } from '../parts/DueDate.tsx';
import { PriorityMark } from '../parts/PriorityMark.tsx';
import { StatusMark } from '../parts/StatusMark.tsx';
import { StepProgress } from '../parts/StepProgress.tsx';
import { SyncMarks } from '../parts/SyncMarks.tsx';
import classes from './Board.module.css';

interface Props {
  project: ProjectRow;
  /** The title as a link; plain text while the card is carried. */
  title?: ReactNode;
  menu?: ReactNode;
  lifted?: boolean;
}

/** What a person needs to know of a project at a glance. */
export const ProjectCard = memo(function ProjectCard({ project, title, menu, lifted }: Props) {
  const { t } = useTranslation();
  const owner = project.assigned_name
    ? t('projects.board.card.owner', { name: project.assigned_name })
    : t('projects.board.card.noOwner');
  return (
    <article className={classes['card']} data-lifted={lifted || undefined}>
      <div className={classes['top']}>
        <span className={classes['code']}>{project.project_id}</span>
        <SyncMarks sync={project.sync} />
        <span className={classes['menu']}>{menu}</span>
      </div>
      <h3 className={classes['title']}>{title ?? project.title}</h3>
      {project.customer_name && <p className={classes['customer']}>{project.customer_name}</p>}
      <div className={classes['facts']}>
        {project.status === 'on_hold' ? <StatusMark status="on_hold" /> : <PriorityMark level={project.priority_level} />}
        <DueDate project={project} />
      </div>
      <div className={classes['foot']}>
        <StepProgress done={project.sub_stages_done} total={project.sub_stages_total} />
        {project.assigned_name && (
          <span role="img" aria-label={owner} title={owner}>
            <PersonAvatar name={project.assigned_name} />
          </span>
        )}
      </div>
    </article>
  );
});
