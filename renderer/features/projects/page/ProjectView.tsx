import { useDeferredValue } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectPage } from '../../../../shared/api/projects.ts';
import { isInternal } from '../../../../shared/domain/roles.ts';
import { useReadOnly, useSession } from '../../../app/app-store.ts';
import { useRoleNames } from '../../../ui/role-names.ts';
import { ActivityList } from './ActivityList.tsx';
import { ConflictsPanel } from './ConflictsPanel.tsx';
import { FactsPanel } from './FactsPanel.tsx';
import { GatePanel } from './GatePanel.tsx';
import classes from './Page.module.css';
import { ProjectHeader } from './ProjectHeader.tsx';
import { RefusedPanel } from './RefusedPanel.tsx';
import { RelatedPanel } from './RelatedPanel.tsx';
import { StageBar } from './StageBar.tsx';
import { StageHistory } from './StageHistory.tsx';
import { SubStageChecklist } from './SubStageChecklist.tsx';
import { TeamPanel } from './TeamPanel.tsx';
import { TextPanel } from './TextPanel.tsx';
import { useUndoKey } from './undo.ts';

/** One project: where it stands, what comes next, its facts, its steps and what has happened. */
export function ProjectView({ page }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const { project, stages } = page;
  // People outside are shown what is theirs: no steps, no team, nothing of how the factory works inside.
  const staff = isInternal(useSession().person.role);
  const readOnly = useReadOnly();
  useUndoKey();
  // What stands at the end of both columns is drawn when their beginning has been painted.
  const rest = useDeferredValue(true, false);
  return (
    <>
      <ProjectHeader page={page} />
      <div className={classes['scroller']}>
        <StageBar
          stages={stages}
          history={page.history}
          currentId={project.current_stage_id}
          completed={project.status === 'completed'}
        />
        {!page.can_edit && !readOnly && <ReadOnlyNote page={page} />}
        <RefusedPanel page={page} />
        <ConflictsPanel page={page} />
        <div className={classes['columns']}>
          <div className={classes['main']}>
            {staff && (
              <>
                <GatePanel page={page} />
                <SubStageChecklist page={page} />
              </>
            )}
            <TextPanel page={page} column="description" heading={t('values.column.description')} />
            {staff && <TextPanel page={page} column="notes" heading={t('values.column.notes')} />}
            {rest && <RelatedPanel projectId={project.id} />}
          </div>
          <div className={classes['side']}>
            <FactsPanel page={page} />
            {rest && staff && (
              <>
                <TeamPanel projectId={project.id} />
                <StageHistory page={page} />
              </>
            )}
            {rest && <ActivityList page={page} />}
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
