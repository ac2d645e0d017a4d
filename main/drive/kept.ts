import { z } from 'zod';
import { driveReference } from '../../shared/api/drive.ts';
import { contentHash } from '../../shared/api/files.ts';
import { errorCodes } from '../../shared/errors.ts';

/** In the person's folder, which goes with their data. */
export const KEPT_FILE = 'drive.json';

/** What this machine keeps of one person's connection, sealed. */
export const keptConnection = z.strictObject({
  /** Organization and person: a file that was moved to another person's folder opens nothing. */
  owner: z.string(),
  client_id: z.string(),
  refresh_token: z.string(),
  scopes: z.array(z.string()),
  account: z.strictObject({ name: z.string().nullable(), email: z.string().nullable() }).nullable(),
  /** How far Google's log of changes was read. */
  position: z.string().nullable(),
  /** Linked files that this person cannot open any more, or that lie in the trash. */
  troubles: z.array(z.strictObject({ file_id: z.string(), kind: z.enum(['trashed', 'lost']) })),
  /** Google no longer accepts it. */
  refused: z.boolean(),
});

export type KeptConnection = z.infer<typeof keptConnection>;

/** In the person's folder as well. */
export const TRANSFERS_FILE = 'drive-transfers.json';

const transferFacts = {
  /** A document that comes of it has this id, too. */
  id: z.uuid(),
  name: z.string(),
  size: z.number().nullable(),
  bytes: z.number(),
  /** One that runs is kept as waiting. */
  state: z.enum(['waiting', 'paused', 'failed']),
  /** Why it failed, or why it waits. */
  error_code: z.enum(errorCodes).catch('INTERNAL').nullable(),
};

const keptUpload = z.strictObject({
  ...transferFacts,
  direction: z.literal('upload'),
  document_id: z.guid(),
  sha256: contentHash,
  folder: driveReference.nullable(),
  /** The address of its session at Google is a secret: whoever has it writes to that file. */
  place: z.strictObject({ id: z.string(), address: z.string().nullable() }).nullable(),
});

const keptDownload = z.strictObject({
  ...transferFacts,
  direction: z.literal('download'),
  file: driveReference,
  project_id: z.guid().nullable(),
});

export type KeptUpload = z.infer<typeof keptUpload>;
export type KeptDownload = z.infer<typeof keptDownload>;
export type KeptTransfer = KeptUpload | KeptDownload;

/** One person's files between Drive and this machine, sealed. */
export const keptTransfers = z.strictObject({
  /** As of `keptConnection`. */
  owner: z.string(),
  transfers: z.array(z.discriminatedUnion('direction', [keptUpload, keptDownload])),
});

/** The secrets of clients on this machine, by client id. */
export const keptClientSecrets = z.strictObject({ secrets: z.record(z.string(), z.string()) });
