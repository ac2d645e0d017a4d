import { LEFT_OUT_LISTED, type LeftOut } from '../../../shared/domain/backup.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ContentStore } from '../files/store.ts';
import type { Sqlite } from '../replica/database.ts';
import { checkedParts } from './archive-reader.ts';
import { PART_BYTES } from './archive-format.ts';
import type { ArchiveWriter } from './archive-writer.ts';
import type { Manifest } from './manifest.ts';
import { listMissing, missingFigures } from './missing-contents.ts';
import type { RestoringOptions } from './restore-centre.ts';

/** Contents of documents as this machine has them. */
export interface ContentFigures {
  count: number;
  size: number;
  /** Contents that documents name and that are not here. */
  elsewhere: number;
  elsewhere_size: number;
}

export function contentFigures(reader: Sqlite): ContentFigures {
  const here = reader.prepare('select count(*) as count, coalesce(sum(size), 0) as size from stored_files').get() as Pick<ContentFigures, 'count' | 'size'>;
  const { count, size } = missingFigures(reader);
  return { ...here, elsewhere: count, elsewhere_size: size };
}

const pathOf = (sha256: string, number: number): string => `files/${sha256}.${String(number).padStart(6, '0')}`;
const hashOf = (path: string): string | null => /^files\/([0-9a-f]{64})\.\d{6}$/.exec(path)?.[1] ?? null;

/** The contents of which an archive has pieces. */
export const heldContents = ({ parts }: Manifest): ReadonlySet<string> => new Set(parts.flatMap(({ path }) => hashOf(path) ?? []));

/** How much room they take. */
export const heldBytes = ({ parts }: Manifest): number => parts.reduce((sum, { path, size }) => (hashOf(path) === null ? sum : sum + size), 0);

export const holdsContents = (manifest: Manifest): boolean => heldContents(manifest).size > 0;

/** Adds every content that is on this machine, in pieces; says of which that documents name it has not all. */
export async function addContents(writer: ArchiveWriter, reader: Sqlite, store: ContentStore, signal: AbortSignal): Promise<LeftOut[]> {
  const { elsewhere } = contentFigures(reader);
  const unreadable: string[] = [];
  for (const sha256 of reader.prepare('select sha256 from stored_files order by sha256').pluck().all() as string[]) {
    try {
      await addContent(writer, store, sha256, signal);
    } catch (error) {
      // One that is damaged here must not keep all others out of the backup; its pieces make no content at a restore.
      if (!(error instanceof AppError) || !['FILE_DAMAGED', 'FILE_NOT_HERE'].includes(error.code)) throw error;
      unreadable.push(sha256);
    }
  }
  const rows = elsewhere + unreadable.length;
  return rows === 0 ? [] : [{ what: 'files-elsewhere', rows, documents: listMissing(reader, unreadable, LEFT_OUT_LISTED) }];
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
