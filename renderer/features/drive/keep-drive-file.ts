import type { DriveFile } from '../../../shared/api/drive.ts';
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

/** Keeps a file of Drive as a document with its content, which goes the way of every file from then on. */
export async function copyDriveFile({ id, name, resource_key }: DriveFile, projectId: string | null): Promise<{ id: string }> {
  const file = await call('drive.download', { file: { id, resource_key } });
  return call('documents.create', { title: name, project_id: projectId, source: { file } });
}
