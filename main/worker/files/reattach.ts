import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Reattached } from '../../../shared/api/files.ts';
import { isManager } from '../../../shared/domain/roles.ts';
import { AppError } from '../../../shared/errors.ts';
import { nextTurn } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { OpenSession } from '../session.ts';
import { takeInFile } from './take-in.ts';

/** So many files are looked at below a folder, and so deep. */
const MOST_FILES = 200_000;
const DEPTH = 16;

interface Missing {
  id: string;
  title: string;
  file_name: string;
  file_size: number | null;
  version_id: string | null;
}

/** Documents that once had a file of which only name and size came over. */
const missingDocuments = `
  select d.id, d.title, d.file_name, d.file_size,
         (select v.id from document_versions v where v.document_id = d.id and v.is_current and v.content_sha256 is null) as version_id
    from documents d
   where d.content_sha256 is null and d.external_url is null and d.file_name is not null and d.file_name <> ''`;

export const missingCount = ({ replica }: Pick<OpenSession, 'replica'>): number =>
  prepared(replica.read, `select count(*) from (${missingDocuments})`).pluck().get() as number;

export const mayReattach = (session: Pick<OpenSession, 'current'>): boolean => isManager(session.current().person.role);

/** Looks for them below a folder, by name and size, and takes in what it finds. */
export async function reattach(session: OpenSession, folder: string, maxBytes: number): Promise<Reattached> {
  if (!mayReattach(session)) throw new AppError('NOT_ALLOWED', 'files of a backup are brought by managers');
  const { files } = session;
  const missing = prepared(session.replica.read, missingDocuments).all() as Missing[];
  const wanted = new Set(missing.map(({ file_name }) => keyOf(file_name)));
  const found = new Map<string, string[]>();
  let searched = 0;
  for await (const path of filesBelow(folder)) {
    searched += 1;
    const key = keyOf(basename(path));
    if (wanted.has(key)) found.set(key, [...(found.get(key) ?? []), path]);
  }
  const result: Reattached = { searched, attached: [], different: [], missing: 0 };
  for (const document of missing) {
    const paths = found.get(keyOf(document.file_name)) ?? [];
    const path = await firstOfSize(paths, document.file_size);
    if (path === null) {
      if (paths.length > 0) result.different.push({ title: document.title, file_name: document.file_name });
      else result.missing += 1;
      continue;
    }
    const { sha256 } = await takeInFile(files.store, path, maxBytes);
    session.accept(
      [
        {
          table_name: 'documents',
          row_id: document.id,
          op: 'update',
          patch: { content_sha256: sha256 },
          effects: document.version_id === null ? [] : [{ table_name: 'document_versions', row_id: document.version_id, op: 'update', patch: { content_sha256: sha256 } }],
        },
      ],
      () => {
        files.queueUpload(document.id, sha256);
        return ['file_transfers'];
      },
    );
    result.attached.push({ document_id: document.id, title: document.title, file_name: document.file_name });
  }
  return result;
}

/** One name in both of its Unicode forms, and in either case, as systems keep them. */
const keyOf = (name: string): string => basename(name.replaceAll('\\', '/')).normalize('NFC').toLowerCase();

/** Where the size did not come over, the name alone has to do, if it is the only one. */
async function firstOfSize(paths: readonly string[], size: number | null): Promise<string | null> {
  if (size === null) return paths.length === 1 ? (paths[0] ?? null) : null;
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (found?.size === size) return path;
  }
  return null;
}

/** Links are not followed: they could lead around in circles. */
async function* filesBelow(folder: string): AsyncGenerator<string> {
  let count = 0;
  const waiting: { folder: string; depth: number }[] = [{ folder, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const at = next;
    const entries = await readdir(at.folder, { withFileTypes: true }).catch((error: unknown) => {
      if (at.depth > 0) return [];
      throw new AppError('FILE_UNREADABLE', 'the folder cannot be read', {}, { cause: error });
    });
    for (const entry of entries) {
      if (entry.isDirectory() && at.depth < DEPTH) waiting.push({ folder: join(at.folder, entry.name), depth: at.depth + 1 });
      if (!entry.isFile()) continue;
      count += 1;
      if (count > MOST_FILES) return;
      yield join(at.folder, entry.name);
    }
    await nextTurn();
  }
}
