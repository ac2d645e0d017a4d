import type { LeftOut } from '../../../shared/domain/backup.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ContentStore } from '../files/store.ts';
import type { Sqlite } from '../replica/database.ts';
import { checkedParts } from './archive-reader.ts';
import { PART_BYTES, type ArchiveWriter } from './archive-writer.ts';
import type { Manifest } from './manifest.ts';
import type { RestoringOptions } from './restore-centre.ts';

/** Contents of documents as this machine has them. */
export interface ContentFigures {
  count: number;
  size: number;
  /** Contents that documents name and that are not here. */
  elsewhere: number;
}

const named = `select content_sha256 as sha256 from documents where content_sha256 is not null
  union select content_sha256 from document_versions where content_sha256 is not null`;

export function contentFigures(reader: Sqlite): ContentFigures {
  const here = reader.prepare('select count(*) as count, coalesce(sum(size), 0) as size from stored_files').get() as Omit<ContentFigures, 'elsewhere'>;
  const elsewhere = reader.prepare(`select count(*) from (${named}) where sha256 not in (select sha256 from stored_files)`).pluck().get() as number;
  return { ...here, elsewhere };
}

const pathOf = (sha256: string, number: number): string => `files/${sha256}.${String(number).padStart(6, '0')}`;
const hashOf = (path: string): string | null => /^files\/([0-9a-f]{64})\.\d{6}$/.exec(path)?.[1] ?? null;

/** The contents of which an archive has pieces. */
export const heldContents = ({ parts }: Manifest): ReadonlySet<string> => new Set(parts.flatMap(({ path }) => hashOf(path) ?? []));

/** How much room they take. */
export const heldBytes = ({ parts }: Manifest): number => parts.reduce((sum, { path, size }) => (hashOf(path) === null ? sum : sum + size), 0);

export const holdsContents = (manifest: Manifest): boolean => heldContents(manifest).size > 0;

/** Adds every content that is on this machine, in pieces; says of how many that documents name it has not all. */
export async function addContents(writer: ArchiveWriter, reader: Sqlite, store: ContentStore, signal: AbortSignal): Promise<LeftOut[]> {
  const { elsewhere } = contentFigures(reader);
  let unreadable = 0;
  for (const sha256 of reader.prepare('select sha256 from stored_files order by sha256').pluck().all() as string[]) {
    try {
      await addContent(writer, store, sha256, signal);
    } catch (error) {
      // One that is damaged here must not keep all others out of the backup; its pieces make no content at a restore.
      if (!(error instanceof AppError) || !['FILE_DAMAGED', 'FILE_NOT_HERE'].includes(error.code)) throw error;
      unreadable += 1;
    }
  }
  const rows = elsewhere + unreadable;
  return rows === 0 ? [] : [{ what: 'files-elsewhere', rows }];
}

async function addContent(writer: ArchiveWriter, store: ContentStore, sha256: string, signal: AbortSignal): Promise<void> {
  let number = 0;
  let held: Uint8Array[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    await writer.add({ path: pathOf(sha256, (number += 1)) }, Buffer.concat(held));
    held = [];
    bytes = 0;
  };
  for await (const piece of store.read(sha256)) {
    signal.throwIfAborted();
    held.push(piece);
    bytes += piece.length;
    if (bytes >= PART_BYTES) await flush();
  }
  if (bytes > 0 || number === 0) await flush();
}

/** Puts the contents of an archive that was checked into the store, and says which; those that are there already are passed over. */
export async function bringContents(file: string, manifest: Manifest, options: RestoringOptions, store: ContentStore): Promise<string[]> {
  const parts = checkedParts(file, manifest, options);
  const brought: string[] = [];
  let next = await parts.next();
  while (!next.done) {
    const sha256 = hashOf(next.value.part.path);
    if (sha256 === null || store.has(sha256)) {
      next = await parts.next();
      continue;
    }
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      while (!next.done && hashOf(next.value.part.path) === sha256) {
        yield next.value.content;
        next = await parts.next();
      }
    };
    const stored = await store.put(pieces(), options.signal);
    if (stored.sha256 === sha256) brought.push(sha256);
    else await store.remove(stored.sha256);
  }
  return brought;
}
