import type { DriveFile } from '../../shared/api/drive.ts';
import { exportFormOf } from '../../shared/domain/drive.ts';
import { AppError } from '../../shared/errors.ts';
import type { Connection } from './connection.ts';
import { bytesOf, exportOf, type TransferOptions } from './download.ts';
import { describe } from './drive-items.ts';
import type { KeptDownload, KeptUpload } from './kept.ts';
import type { ContentStore } from './transfers.ts';
import { upload, type UploadPlace, type UploadSource } from './upload.ts';

export interface Course extends TransferOptions {
  /** Told where an upload has come to. */
  keep(place: UploadPlace): Promise<void>;
}

/** Sends a content, from where an earlier attempt came to. */
export async function send(connection: Connection, source: UploadSource, { folder, place }: KeptUpload, course: Course): Promise<DriveFile> {
  const id = await upload(connection, source, folder, { ...course, place });
  return describe(connection, { id, resource_key: null });
}

/** Makes a document of a file, from its first byte on. It is described anew, so that bytes and sums are of one state of it. */
export async function fetchCopy(connection: Connection, store: ContentStore, kept: KeptDownload, personId: string, course: Course): Promise<null> {
  course.onProgress(0);
  const described = await describe(connection, kept.file);
  const file = await takeIn(connection, store, described, course);
  if (course.signal.aborted) throw new AppError('DRIVE_CANCELLED', 'cancelled');
  await store.keepCopy({ id: kept.id, person_id: personId, title: described.name, project_id: kept.project_id, file });
  return null;
}

async function takeIn(connection: Connection, store: ContentStore, file: DriveFile, course: Course): ReturnType<ContentStore['takeIn']> {
  const form = exportFormOf(file.mime_type);
  if (form) {
    const content = await exportOf(connection, file, course);
    return store.takeIn(file.name.endsWith(form.ending) ? file.name : file.name + form.ending, content.length, inOne(content));
  }
  const bytes = bytesOf(connection, file, course);
  try {
    // Asked first, so that what may not be downloaded is told before anything is taken in.
    const first = await bytes.next();
    return await store.takeIn(file.name, file.size ?? 0, onwards(first, bytes));
  } finally {
    // Whatever was not asked for any more is not fetched either.
    await bytes.return(undefined);
  }
}

async function* inOne(content: Buffer): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(content);
}

async function* onwards(first: IteratorResult<Uint8Array>, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}
