import { useTranslation } from 'react-i18next';
import type { ProjectPage } from '../../../../shared/api/projects.ts';
import { useRoleNames } from '../../../ui/role-names.ts';
import { ActivityList } from './ActivityList.tsx';
import { ConflictsPanel } from './ConflictsPanel.tsx';
import { FactsPanel } from './FactsPanel.tsx';
import { GatePanel } from './GatePanel.tsx';
import classes from './Page.module.css';
import { ProjectHeader } from './ProjectHeader.tsx';
import { RefusedPanel } from './RefusedPanel.tsx';
import { StageBar } from './StageBar.tsx';
import { StageHistory } from './StageHistory.tsx';
import { SubStageChecklist } from './SubStageChecklist.tsx';
import { TextPanel } from './TextPanel.tsx';

/** One project: where it stands, what comes next, its facts, its steps and what has happened. */
export function ProjectView({ page }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const { project, stages } = page;
  return (
    <>
      <ProjectHeader page={page} />
      <div className={classes['scroller']}>
        <StageBar stages={stages} currentId={project.current_stage_id} completed={project.status === 'completed'} />
        {!page.can_edit && <ReadOnlyNote page={page} />}
        <RefusedPanel page={page} />
        <ConflictsPanel page={page} />
        <div className={classes['columns']}>
          <div className={classes['main']}>
            <GatePanel page={page} />
            <SubStageChecklist page={page} />
            <TextPanel page={page} column="description" heading={t('values.column.description')} />
            <TextPanel page={page} column="notes" heading={t('values.column.notes')} />
          </div>
          <div className={classes['side']}>
            <FactsPanel page={page} />
            <StageHistory history={page.history} />
            <ActivityList page={page} />
          </div>
        </div>
      </div>
    </>
  );
}

function ReadOnlyNote({ page: { project, stages } }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const roleNames = useRoleNames();
  const stage = stages.find(({ id }) => id === project.current_stage_id);
  return (
    <p className={classes['readOnly']}>
      {stage && stage.responsible_roles.length > 0
        ? t('projects.page.readOnly', { roles: roleNames(stage.responsible_roles) })
        : t('projects.page.readOnlyPlain')}
    </p>
  );
}
