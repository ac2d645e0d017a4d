import type { LeftOutDocument } from '../../../shared/domain/backup.ts';
import { AppError } from '../../../shared/errors.ts';
import { fitsBeside } from '../files/disk-budget.ts';
import { readFileSettings } from '../files/settings.ts';
import type { Sqlite } from '../replica/database.ts';
import type { OpenSession } from '../session.ts';

/** Each content that documents and their versions name, with one document that names it. */
const named = `
  select n.content_sha256 as sha256, min(n.document_id) as document_id, n.name, coalesce(n.size, 0) as size, p.project_id as code
    from (select content_sha256, id as document_id, coalesce(file_name, title) as name, file_size as size, project_id from documents
           where content_sha256 is not null
          union all
          select v.content_sha256, v.document_id, coalesce(v.file_name, v.title, d.title), v.file_size, d.project_id
            from document_versions v join documents d on d.id = v.document_id
           where v.content_sha256 is not null) n
    left join projects p on p.id = n.project_id
   group by n.content_sha256`;

const missing = `select * from (${named}) where sha256 not in (select sha256 from stored_files)`;

export interface NamedContent extends LeftOutDocument {
  sha256: string;
  document_id: string;
}

/** Contents that are not on this machine, how many of which size together. */
export const missingFigures = (reader: Sqlite): { count: number; size: number } =>
  reader.prepare(`select count(*) as count, coalesce(sum(size), 0) as size from (${missing})`).get() as { count: number; size: number };

/** The first of those that are not on this machine, and of `unreadable` ones, by project and name. */
export function listMissing(reader: Sqlite, unreadable: readonly string[], most: number): LeftOutDocument[] {
  const of = `sha256 not in (select sha256 from stored_files) or sha256 in (select value from json_each(?))`;
  return reader.prepare(`select code, name, size from (${named}) where ${of} order by code is null, code, name, sha256 limit ?`).all(JSON.stringify(unreadable), most) as LeftOutDocument[];
}

/**
 * Fetches what is only at the centre, the smallest first, as far as it fits beside what is here: nothing that is to go into the
 * backup makes room for it. What does not come is left to the list of what the backup leaves out.
 */
export async function fetchMissing({ replica, meta, files }: OpenSession, signal: AbortSignal, progress: (done: number, total: number) => void): Promise<void> {
  const contents = replica.read.prepare(`select * from (${missing}) order by size, sha256`).all() as NamedContent[];
  for (const [done, { document_id: documentId, sha256, size }] of contents.entries()) {
    signal.throwIfAborted();
    progress(done, contents.length);
    if (!fitsBeside(replica, files.store, size ?? 0, readFileSettings(meta).budget_bytes)) return;
    try {
      await files.fetch(documentId, sha256, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof AppError)) throw error;
      // The centre is out of reach for the others, too; anything else concerns this one alone.
      if (error.code === 'FILE_NOT_HERE') return;
    }
  }
}
