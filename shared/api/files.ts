import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import { operation } from './operation.ts';

const MEGABYTE = 1_000_000;

export const contentHash = z.string().regex(/^[0-9a-f]{64}$/);

/** A file whose bytes are in this machine's store. Documents are made of it (`documents.create`, `documents.addVersion`). */
export const takenFile = z.strictObject({
  sha256: contentHash,
  size: z.int().nonnegative(),
  /** Without folders, in Unicode's composed form. */
  name: z.string().min(1).max(500),
  mime_type: z.string().max(255),
});
export type TakenFile = z.output<typeof takenFile>;

export interface TakenIn {
  taken: TakenFile[];
  /** Files of which nothing was taken. */
  refused: { name: string; code: ErrorCode }[];
}

/** The limits of this person on this machine. */
export const fileSettings = z.strictObject({
  /** So much may the store hold; what is unsent or kept offline stays whatever it says. */
  budget_bytes: z.int().min(100 * MEGABYTE).default(10_000 * MEGABYTE),
  /** Larger files are not taken in, and not fetched ahead of time. */
  max_file_bytes: z.int().min(MEGABYTE).max(16_000 * MEGABYTE).default(4_000 * MEGABYTE),
  /** Null for as fast as it goes. */
  bytes_per_second: z.int().min(50_000).nullable().default(null),
  paused: z.boolean().default(false),
});
export type FileSettings = z.output<typeof fileSettings>;

export type TransferState = 'waiting' | 'running' | 'paused' | 'failed' | 'done';

export interface TransferRow {
  id: number;
  kind: 'upload' | 'download';
  document_id: string;
  /** Null where the document is not here (any more). */
  title: string | null;
  file_name: string | null;
  size: number;
  bytes_done: number;
  state: TransferState;
  error_code: ErrorCode | null;
  /** When it is tried again by itself; null where it is not. */
  next_try_at: string | null;
  created_at: string;
}

export interface TransferList {
  /** What runs and waits first, then what has failed, then what is done; the latest hundred of these. */
  transfers: TransferRow[];
  waiting: number;
  failed: number;
  /** Contents that only this machine has. */
  unsent: { count: number; bytes: number };
  connected: boolean;
  paused: boolean;
}

/** How far what runs has come. */
export interface TransferProgress {
  id: number;
  bytes_done: number;
  size: number;
}

export const offlineKinds = ['project', 'stage', 'document'] as const;
export const offlineChoice = z.strictObject({ kind: z.enum(offlineKinds), target_id: z.uuid() });
export type OfflineChoice = z.output<typeof offlineChoice>;

export interface OfflineEntry extends OfflineChoice {
  /** Null where it is gone, or out of sight. */
  name: string | null;
  /** Of its files, how many are here. */
  files: number;
  here: number;
  bytes: number;
}

export interface FileDisk {
  used: number;
  files: number;
  /** Of what is used, so much makes room by itself. */
  evictable: number;
  /** Free on the disk. */
  free: number;
  settings: FileSettings;
}

export interface ScanFolder {
  folder: string | null;
  /** The folder is there and can be read. */
  reachable: boolean;
  /** Files in it that were not taken in yet, the latest first. */
  files: { name: string; size: number; modified_at: string }[];
}

/** What became of files that came without their bytes, after a folder was searched for them. */
export interface Reattached {
  searched: number;
  attached: { document_id: string; title: string; file_name: string }[];
  /** Of the same name, with another size. */
  different: { title: string; file_name: string }[];
  missing: number;
}

/** So many characters of base64 carry a part of a file over the bridge. */
export const INTAKE_PART_BYTES = 768 * 1024;

const documentContent = z.strictObject({ document_id: z.uuid(), sha256: contentHash });
const ids = z.strictObject({ ids: z.array(z.int().positive()).max(10_000) });

export const filesApi = {
  /** Takes bytes that are dropped or pasted, part by part in order. */
  'files.beginIntake': operation<{ id: string }>()(z.strictObject({ name: z.string().min(1).max(1_000), size: z.int().nonnegative() })),
  'files.intakeChunk': operation<null>()(
    z.strictObject({
      id: z.uuid(),
      number: z.int().nonnegative(),
      bytes: z.base64().max(Math.ceil(INTAKE_PART_BYTES / 3) * 4),
    }),
  ),
  'files.endIntake': operation<TakenFile>()(z.strictObject({ id: z.uuid() })),
  'files.cancelIntake': operation<null>()(z.strictObject({ id: z.uuid() })),

  'files.transfers': operation<TransferList>()(z.void()),
  'files.pause': operation<null>()(ids),
  'files.resume': operation<null>()(ids),
  /** All that failed, where no ids are given. */
  'files.retry': operation<null>()(z.strictObject({ ids: z.array(z.int().positive()).max(10_000).nullable().default(null) })),
  /** Makes sure that the bytes are here. Fails with FILE_NOT_HERE where there is no connection. */
  'files.fetch': operation<null>()(documentContent),
  'files.keepOffline': operation<null>()(offlineChoice.extend({ kept: z.boolean() })),
  'files.offline': operation<OfflineEntry[]>()(z.void()),
  'files.disk': operation<FileDisk>()(z.void()),
  'files.setSettings': operation<FileSettings>()(
    z.strictObject({
      budget_bytes: fileSettings.shape.budget_bytes.unwrap().optional(),
      max_file_bytes: fileSettings.shape.max_file_bytes.unwrap().optional(),
      bytes_per_second: fileSettings.shape.bytes_per_second.unwrap().optional(),
      paused: z.boolean().optional(),
    }),
  ),
  /** Removes everything that can be fetched again and is not kept offline. */
  'files.makeRoom': operation<null>()(z.void()),

  'files.scanFolder': operation<ScanFolder>()(z.void()),
  'files.forgetScanFolder': operation<null>()(z.void()),
  'files.takeScanned': operation<TakenIn>()(z.strictObject({ names: z.array(z.string().min(1).max(1_000)).min(1).max(200) })),

  /** How many documents here came without their bytes. */
  'files.missing': operation<{ documents: number; may_attach: boolean }>()(z.void()),
};

/** Operations that begin with a dialog of the system, or end in another program. */
export const filesMainApi = {
  /** Null where the person chose nothing. */
  'files.choose': operation<TakenIn | null>()(z.void(), { handledBy: 'main' }),
  'files.chooseScanFolder': operation<{ folder: string } | null>()(z.void(), { handledBy: 'main' }),
  'files.reattach': operation<Reattached | null>()(z.void(), { handledBy: 'main' }),
  /** Opens a copy in the system's program; fails with FILE_NOT_OPENED for kinds that could do something. */
  'files.open': operation<null>()(documentContent, { handledBy: 'main' }),
  'files.saveAs': operation<{ file: string } | null>()(documentContent, { handledBy: 'main' }),
};
