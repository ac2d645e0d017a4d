import { Tooltip, ActionIcon } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ProjectPage } from '../../../../shared/api/projects.ts';
import { paths } from '../../../app/paths.ts';
import { StatusMark } from '../parts/StatusMark.tsx';
import { SyncMarks } from '../parts/SyncMarks.tsx';
import { EditableText } from './edit/EditableText.tsx';
import { useFact } from './edit/use-fact.ts';
import classes from './Page.module.css';

export function ProjectHeader({ page }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const { project } = page;
  const title = useFact(page, 'title');
  return (
    <header className={classes['header']}>
      <Tooltip label={t('projects.page.backToBoard')}>
        <ActionIcon component={Link} to={paths.board} size="lg" aria-label={t('projects.page.backToBoard')}>
          <IconArrowLeft size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <div className={classes['heading']}>
        <div className={classes['meta']}>
          <span className={classes['code']}>{project.project_id}</span>
          <StatusMark status={project.status} />
          <SyncMarks sync={project.sync} />
        </div>
        <h1 className={classes['title']} aria-label={project.title}>
          <EditableText fact={title} label={t('values.column.title')} maxLength={500} required />
        </h1>
      </div>
    </header>
  );
}
