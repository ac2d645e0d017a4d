import type { DriveCopies, DriveFile } from '../../../shared/api/drive.ts';
import { call } from '../../app/bridge.ts';

/** Keeps a file of Drive as a document that links to it, with what Google says of it. */
export const linkDriveFile = (file: DriveFile, projectId: string | null): Promise<{ id: string }> =>
  call('documents.create', {
    title: file.name,
    project_id: projectId,
    source: {
      link: {
        url: file.url,
        file_name: file.name,
        file_size: file.size,
        mime_type: file.mime_type.slice(0, 255),
        metadata: {
          owner: file.owner,
          modified_at: file.modified_at,
          md5: file.md5,
          drive_id: file.drive_id,
          can_download: file.can_download,
        },
        permissions: { google_drive: file.permissions },
      },
    },
  });

/** Keeps files of Drive as documents with their contents, which go the way of every file from then on. */
export const copyDriveFiles = (files: readonly DriveFile[], projectId: string | null): Promise<DriveCopies> =>
  call('drive.download', { files: files.map(({ id, resource_key }) => ({ id, resource_key })), project_id: projectId });
