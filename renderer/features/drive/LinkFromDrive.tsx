import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DriveFile } from '../../../shared/api/drive.ts';
import { AppError } from '../../../shared/errors.ts';
import { call } from '../../app/bridge.ts';
import { notifyDone } from '../../ui/notify.tsx';
import { ProjectSelect } from '../audit/ProjectSelect.tsx';
import { linkDriveFile } from './link-drive-file.ts';
import { DrivePicker } from './DrivePicker.tsx';

interface Props {
  /** Where the documents belong at first; the person may choose another. */
  projectId: string | null;
  close: () => void;
}

/** Picks files of a person's Drive and keeps each as a document that links to it. */
export function LinkFromDrive({ projectId, close }: Props) {
  const { t } = useTranslation();
  const [project, setProject] = useState(projectId);
  const { data: choices } = useQuery({ queryKey: ['documents.choices', null], queryFn: () => call('documents.choices') });
  /** What was linked before a failure is not linked twice when it is tried again. */
  const linked = useRef(new Set<string>());

  const link = async (files: DriveFile[]) => {
    if (project === null && choices?.may_add_loose === false) throw new AppError('DRIVE_PROJECT_NEEDED', 'no project is chosen');
    for (const file of files) {
      const key = `${project ?? ''} ${file.id}`;
      if (linked.current.has(key)) continue;
      await linkDriveFile(file, project);
      linked.current.add(key);
    }
    notifyDone(t('drive.linked', { count: files.length }));
  };

  return (
    <DrivePicker close={close} label={(count) => t('drive.link', { count })} onPick={link}>
      <ProjectSelect value={project} change={setProject} />
    </DrivePicker>
  );
}
