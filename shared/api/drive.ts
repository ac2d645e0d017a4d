import { z } from 'zod';
import { clientIdSchema, clientSecretSchema } from '../domain/google-client.ts';
import type { ErrorCode } from '../errors.ts';
import { operation } from './operation.ts';

export interface DriveState {
  /**
   * `unconfigured`: the organization has no client id yet. `inactive`: an administrator has switched Drive off.
   * `reconnect`: Google no longer accepts what the person once allowed.
   */
  status: 'unconfigured' | 'inactive' | 'disconnected' | 'connecting' | 'connected' | 'reconnect';
  account: { name: string | null; email: string | null } | null;
  /** The person has allowed looking through their Drive, not only through what this application put there. */
  browsing: boolean;
  /** Whether the organization allows that. */
  browsing_allowed: boolean;
  /** There is no keyring: the connection ends with the session. */
  session_only: boolean;
  /** Where the client's secret comes from on this machine. */
  client_secret: 'environment' | 'machine' | 'none';
  /** While connecting: this machine opened no browser, and the person has to do it themselves. */
  browser_failed: boolean;
  /** The person has disconnected here, and Google could not be told yet. */
  revocation_waits: boolean;
}

/** A file, folder or shared drive as the lists show it. */
export interface DriveItem {
  id: string;
  name: string;
  kind: 'file' | 'folder' | 'drive';
  mime_type: string;
  /** Bytes; null for what has none, such as Google's own documents. */
  size: number | null;
  modified_at: string | null;
  owner: string | null;
  /** The id stands for the target of a shortcut. */
  shortcut: boolean;
  resource_key: string | null;
  thumbnail: boolean;
  can_download: boolean;
}

export interface DrivePage {
  items: DriveItem[];
  next: string | null;
  /** Google has not looked everywhere. */
  incomplete: boolean;
}

/** Everything that a link needs to know of a file. */
export interface DriveFile {
  id: string;
  name: string;
  kind: 'file' | 'folder';
  mime_type: string;
  size: number | null;
  modified_at: string | null;
  owner: string | null;
  url: string;
  resource_key: string | null;
  md5: string | null;
  can_download: boolean;
  /** Who else may open it, as far as Google tells this person. */
  permissions: { role: string; type: string; name: string | null; email: string | null }[];
  drive_id: string | null;
}

/** Something that a linked file met with since this person last looked. */
export interface DriveTrouble {
  file_id: string;
  document_id: string;
  title: string;
  kind: 'trashed' | 'lost';
}

/** A file on its way between Drive and this machine. */
export interface DriveTransfer {
  id: string;
  direction: 'upload' | 'download';
  name: string;
  bytes: number;
  size: number | null;
  state: 'waiting' | 'running' | 'paused' | 'failed';
  /** Why it failed; of one that waits, why it is tried again a little later. */
  error_code: ErrorCode | null;
  /** It outlives the application's end; whoever began another one begins it anew. */
  can_pause: boolean;
}

/** What became of files that were to be copied. */
export interface DriveCopies {
  /** The ids in Drive of those that are documents now. */
  copied: string[];
  /** Why the first of the others was not. */
  failure: ErrorCode | null;
}

/** An id of Google's: nothing that could lead out of the path or query it is put into. */
const driveId = z.string().regex(/^[A-Za-z0-9_-]{1,200}$/);
const resourceKey = z.string().regex(/^[A-Za-z0-9_-]{1,200}$/);
export const driveReference = z.strictObject({ id: driveId, resource_key: resourceKey.nullable().default(null) });

export type DriveReference = z.infer<typeof driveReference>;

export const driveListing = z.strictObject({
  place: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('mine') }),
    z.strictObject({ kind: z.literal('shared') }),
    z.strictObject({ kind: z.literal('recent') }),
    z.strictObject({ kind: z.literal('drives') }),
    /** A folder, or a shared drive, whose own id is that of its root. */
    z.strictObject({ kind: z.literal('folder'), folder: driveReference, drive: driveId.nullable().default(null) }),
    z.strictObject({ kind: z.literal('search'), text: z.string().trim().min(1).max(200) }),
  ]),
  only_folders: z.boolean().default(false),
  page: z.string().min(1).max(4000).nullable().default(null),
});

export type DriveListing = z.infer<typeof driveListing>;

const main = { handledBy: 'main' } as const;
const one = z.strictObject({ id: z.uuid() });

/**
 * A person's Google Drive, which main alone talks to. Without a connection they fail with DRIVE_NOT_CONNECTED, and with
 * DRIVE_RECONNECT where Google no longer accepts it.
 */
export const driveApi = {
  'drive.state': operation<DriveState>()(z.void(), main),
  /**
   * Opens Google's sign-in in the system's browser and waits until the person has finished there. Fails with
   * DRIVE_SIGN_IN_RUNNING while another one is open.
   */
  'drive.connect': operation<DriveState>()(z.strictObject({ browse: z.boolean() }), main),
  'drive.cancelConnect': operation<null>()(z.void(), main),
  /** Puts the address of the open sign-in into the clipboard, for a browser that did not open by itself. */
  'drive.copySignIn': operation<null>()(z.void(), main),
  /** Forgets the access here at once, and has Google forget it: now, or when it is in reach again. */
  'drive.disconnect': operation<DriveState>()(z.void(), main),
  /** The secret of the organization's client, for this machine and its system user; null removes it. */
  'drive.setClientSecret': operation<DriveState>()(z.strictObject({ secret: clientSecretSchema.nullable() }), main),
  'drive.list': operation<DrivePage>()(driveListing, main),
  /** A small picture as a data address; null where there is none. */
  'drive.thumbnail': operation<string | null>()(z.strictObject({ id: driveId }), main),
  'drive.describe': operation<DriveFile[]>()(z.strictObject({ files: z.array(driveReference).min(1).max(50) }), main),
  /**
   * Copies files of Drive into this machine's store and makes a document of each; answers when all have come or failed, which may be
   * long after a restart has ended the asking. Fails with DRIVE_NO_DOWNLOAD or DRIVE_ONLY_ONLINE before anything is begun.
   */
  'drive.download': operation<DriveCopies>()(z.strictObject({ files: z.array(driveReference).min(1).max(50), project_id: z.guid().nullable() }), main),
  /** Puts a document's content into a folder of Drive, or into its root; goes on after a restart as well. */
  'drive.upload': operation<DriveFile>()(
    z.strictObject({ document_id: z.guid(), sha256: z.string().regex(/^[0-9a-f]{64}$/), folder: driveReference.nullable().default(null) }),
    main,
  ),
  'drive.transfers': operation<DriveTransfer[]>()(z.void(), main),
  'drive.pauseTransfer': operation<null>()(one, main),
  /** Goes on with one that was paused, has failed, or waits for its next attempt. */
  'drive.resumeTransfer': operation<null>()(one, main),
  /** Gives one up, and has Google forget what arrived of it. */
  'drive.cancelTransfer': operation<null>()(one, main),
  /** Linked documents whose file is in the trash or out of this person's reach; `check` asks Google first. */
  'drive.troubles': operation<DriveTrouble[]>()(z.strictObject({ check: z.boolean() }), main),
  /** Opens the page on which Google lists what may use the person's account. */
  'drive.openPermissions': operation<null>()(z.void(), main),
};

export interface DriveConfig {
  client_id: string;
  browsing: boolean;
  is_active: boolean;
  updated_at: string;
  pending: boolean;
}

/** How the organization signs in at Google: read by the staff, set by administrators. */
export const driveConfigApi = {
  'drive.config': operation<{ config: DriveConfig | null }>()(z.void()),
  /** Fails with NOT_ALLOWED. */
  'drive.saveConfig': operation<null>()(z.strictObject({ client_id: clientIdSchema, browsing: z.boolean(), is_active: z.boolean() })),
};
