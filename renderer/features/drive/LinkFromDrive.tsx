import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DriveFile } from '../../../shared/api/drive.ts';
import { AppError } from '../../../shared/errors.ts';
import { query } from '../../app/queries.ts';
import { notifyDone } from '../../ui/notify.tsx';
import { ProjectSelect } from '../audit/ProjectSelect.tsx';
import classes from './Drive.module.css';
import { DrivePicker } from './DrivePicker.tsx';
import { copyDriveFiles, linkDriveFile } from './keep-drive-file.ts';

interface Props {
  /** Where the documents belong at first; the person may choose another. */
  projectId: string | null;
  close: () => void;
}

/** Picks files of a person's Drive and keeps each as a document: a link to it, or a copy of it. */
export function LinkFromDrive({ projectId, close }: Props) {
  const { t } = useTranslation();
  const [project, setProject] = useState(projectId);
  const [way, setWay] = useState<'link' | 'copy'>('link');
  const { data: choices } = useQuery(query('documents.choices'));
  /** What was kept before a failure is not kept twice when it is tried again. */
  const kept = useRef(new Set<string>());

  const keep = async (files: DriveFile[]) => {
    if (project === null && choices?.may_add_loose === false) throw new AppError('DRIVE_PROJECT_NEEDED', 'no project is chosen');
    const keyOf = (id: string) => `${way} ${project ?? ''} ${id}`;
    const missing = files.filter(({ id }) => !kept.current.has(keyOf(id)));
    if (way === 'copy' && missing.length > 0) {
      const { copied, failure } = await copyDriveFiles(missing, project);
      for (const id of copied) kept.current.add(keyOf(id));
      // Beside each that failed stands why; one that the person stopped is gone.
      if (failure !== null) throw new AppError(failure === 'DRIVE_CANCELLED' ? failure : 'DRIVE_NOT_ALL_COPIED', `a file was not copied: ${failure}`);
    }
    if (way === 'link') {
      for (const file of missing) {
        await linkDriveFile(file, project);
        kept.current.add(keyOf(file.id));
      }
    }
    notifyDone(t(`drive.kept.${way}`, { count: files.length }));
  };

  return (
    <DrivePicker close={close} label={(count) => t(`drive.keep.${way}`, { count })} onPick={keep}>
      <div className={classes['goal']}>
        <ProjectSelect
          value={project}
          change={setProject}
          placeholder={t(choices?.may_add_loose === false ? 'drive.projectNeeded' : 'drive.noProject')}
        />
        <SegmentedControl
          aria-label={t('drive.way.label')}
          value={way}
          onChange={setWay}
          data={[
            { value: 'link', label: t('drive.way.link') },
            { value: 'copy', label: t('drive.way.copy') },
          ]}
        />
        {way === 'copy' && <p className={classes['muted']}>{t('drive.way.forms')}</p>}
      </div>
    </DrivePicker>
  );
}
