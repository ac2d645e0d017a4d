import type { Connection } from './connection.ts';
import { statusOf } from './failures.ts';

/** What became of one file. */
export interface DriveChange {
  file_id: string;
  /** Null where the person cannot open it any more: it was deleted, or is not shared with them. */
  file: { name: string; trashed: boolean } | null;
}

const allDrives = { supportsAllDrives: true, includeItemsFromAllDrives: true };
const fields = 'nextPageToken,newStartPageToken,changes(changeType,fileId,removed,file(name,trashed))';

/** Where the log of changes ends now. */
export async function presentPosition(connection: Connection): Promise<string | null> {
  const { data } = await connection.request(() => connection.files.changes.getStartPageToken({ supportsAllDrives: true }));
  return data.startPageToken ?? null;
}

/** What happened since a position of the log, the last word on each file alone; null where Google's log no longer reaches back so far. */
export async function changesSince(connection: Connection, position: string): Promise<{ changes: DriveChange[]; position: string } | null> {
  const last = new Map<string, DriveChange>();
  for (let page = position; ; ) {
    const token = page;
    const answer = await connection.request(() =>
      connection.files.changes
        .list({ ...allDrives, pageToken: token, includeRemoved: true, spaces: 'drive', pageSize: 500, fields })
        .then(({ data }) => data)
        .catch((error: unknown) => {
          if ([400, 404, 410].includes(statusOf(error) ?? 0)) return null;
          throw error;
        }),
    );
    if (answer === null) return null;
    for (const { changeType, fileId, removed, file } of answer.changes ?? []) {
      if (changeType !== 'file' || !fileId) continue;
      // A file that came without its facts is one that this application may not look at.
      if (removed !== true && !file) continue;
      last.set(fileId, {
        file_id: fileId,
        file: removed === true || !file ? null : { name: (file.name ?? '').slice(0, 500), trashed: file.trashed ?? false },
      });
    }
    if (answer.newStartPageToken) return { changes: [...last.values()], position: answer.newStartPageToken };
    if (!answer.nextPageToken) return null;
    page = answer.nextPageToken;
  }
}
