import type { AuditFilter, ExportFormat, ExportWords } from '../../shared/api/audit.ts';
import type { ChosenBackup, SnapshotRestored } from '../../shared/api/backup.ts';
import type { AccessExport, TakenInFile } from '../../shared/api/documents.ts';
import type { DriveReference } from '../../shared/api/drive.ts';
import type { Reattached, TakenIn } from '../../shared/api/files.ts';
import type { ListExport } from '../../shared/api/lists.ts';
import type { FailedRowsWords, ImportPreview } from '../../shared/api/contact-import.ts';
import type { Past } from '../../shared/api/past.ts';
import type { OperationName, Topic, Topics } from '../../shared/api/index.ts';
import type { Credentials, KnownPerson, Removal, Session } from '../../shared/api/session.ts';
import type { Envelope, ErrorCode } from '../../shared/errors.ts';

/*
 * What main and the sync worker say to each other: requests with an id, replies with that id, and events.
 */

/** Where the centre is. `url` holds no name and no password. */
export interface ServerAddress {
  url: string;
  /** PEM text of an own certificate authority, or null for the system's. */
  ca: string | null;
}

/** 32 random bytes that the keyring of this machine gives to this system user alone. */
export type MachineSecret = Uint8Array;

/**
 * The password after scrypt, with the salt and cost of the one key file that it opens: it spares opening that file once
 * more the stretching. As secret as the password that it was made of, and of no use where the key file has another salt.
 */
export interface StretchedPassword {
  N: number;
  r: number;
  p: number;
  /** Base64, as in the key file; so is `key`. */
  salt: string;
  key: string;
}

export interface SignInRequest {
  credentials: Credentials;
  /** What the worker gave back when this password last opened the replica; only a `resume` looks at it. */
  stretchedPassword: StretchedPassword | null;
  server: ServerAddress;
  /** The present secret last; none where the machine has no keyring. */
  machine: readonly MachineSecret[];
  /**
   * True at start, with the remembered password: the replica is opened at once and the centre is asked afterwards.
   * False when a person types the password: the centre is asked first, and this machine only where it is out of reach.
   */
  resume: boolean;
}

export interface PasswordChange {
  password: string;
  newPassword: string;
}

/** A session, and which of the passwords that were entered holds from now on. */
export interface SignedIn {
  session: Session;
  /** The verifier of the person's PIN, where they have one. */
  pin: string | null;
  /** When the password was last entered on this machine. */
  full_sign_in_at: string | null;
  holds: 'password' | 'newPassword';
  /** Of the password that holds, for the next `resume`. */
  stretchedPassword: StretchedPassword | null;
  /** Where this person's data lies on this machine. */
  folder: string;
}

/** A document that links to a file in Google Drive. */
export interface LinkedDriveFile {
  file_id: string;
  document_id: string;
  title: string;
}

/** The content of a document, or of one of its versions. */
export interface ContentRequest {
  document_id: string;
  sha256: string;
}

/** How a linked file stands in Drive now. */
export interface DriveNews {
  file_id: string;
  name: string;
  trashed: boolean;
}

/** A file of Drive whose bytes are in the store, on its way to become a document. */
export interface DriveCopy {
  /** Of the document. */
  id: string;
  /** Whose it is: in another person's session it is not made. */
  person_id: string;
  title: string;
  project_id: string | null;
  file: TakenInFile;
}

export interface ExportRequest {
  /** The file that the person chose. */
  file: string;
  /** Beside it: the name under which it is written until it is whole. */
  draft: string;
  filter: AuditFilter;
  format: ExportFormat;
  words: ExportWords;
}

/** An export of the table, with its file as in `ExportRequest`. */
export type ListExportRequest = ListExport & Pick<ExportRequest, 'file' | 'draft'>;
/** An export of the access log of documents, with its file as in `ExportRequest`. */
export type AccessExportRequest = AccessExport & Pick<ExportRequest, 'file' | 'draft'>;

/** What became of a document's link that main was to open. */
export interface LinkOpened {
  id: string;
  failure: ErrorCode | null;
}

/** Where the rows go that an import could not take; `file` and `draft` as in `ExportRequest`. */
export interface FailedRowsRequest {
  file: string;
  draft: string;
  format: ExportFormat;
  words: FailedRowsWords;
}

/** Of what a request is: of what the ordinary windows show, or of the earlier state. */
export type ShownState = 'present' | 'past';

/** A content of a document that leaves the store in plain bytes. */
export interface FileHandOut {
  state: ShownState;
  document_id: string;
  sha256: string;
  /** Where the person wants it, `draft` as in `ExportRequest`; null for a copy that the system's program opens. */
  target: { file: string; draft: string } | null;
}

export interface HandedOut {
  file: string;
}

/** An archive on this machine that is to go to Drive. */
export interface WaitingBackup {
  id: string;
  name: string;
  size: number;
  file: string;
  /** Null for the root of the person's Drive. */
  folder: DriveReference | null;
  /** Why the last attempt failed. */
  error: ErrorCode | null;
}

/** A backup of this machine's that is in Drive. */
export interface SentBackup {
  id: string;
  file_id: string;
}

export interface OutgoingBackups {
  waiting: WaitingBackup[];
  sent: SentBackup[];
  /** Of those that were sent, the ones that the plan does not keep. */
  expired: SentBackup[];
}

/** Requests that are not operations of the contract: main alone sends them. */
export interface ControlRequests {
  'worker.signIn': { input: SignInRequest; output: SignedIn };
  'worker.signOut': { input: undefined; output: null };
  /** Sets another password at the centre and wraps the replica's key with it. */
  'worker.changePassword': { input: PasswordChange; output: Pick<SignedIn, 'stretchedPassword'> };
  /** Keeps the verifier of the person's PIN in the open replica; null removes it. */
  'worker.storePin': { input: string | null; output: null };
  'worker.people': { input: undefined; output: KnownPerson[] };
  /** Returns whose data was deleted. */
  'worker.removePerson': { input: Removal; output: KnownPerson };
  'worker.exportAudit': { input: ExportRequest; output: { rows: number } };
  'worker.exportList': { input: ListExportRequest; output: { rows: number } };
  'worker.exportAccess': { input: AccessExportRequest; output: { rows: number } };
  /** The address behind a document's link; a refusal stands in the access log. */
  'worker.linkToOpen': { input: string; output: string };
  'worker.linkOpened': { input: LinkOpened; output: null };
  /** Reads a table of contacts that the person chose. */
  'worker.openImport': { input: string; output: ImportPreview };
  /** Takes in files that the person chose. */
  'worker.takeIn': { input: string[]; output: TakenIn };
  'worker.setScanFolder': { input: string; output: null };
  'worker.reattach': { input: string; output: Reattached };
  'worker.proposeName': { input: Omit<FileHandOut, 'target'>; output: string };
  'worker.handOut': { input: FileHandOut; output: HandedOut };
  'worker.saveFailedRows': { input: FailedRowsRequest; output: { rows: number } };
  /** How the organization signs in at Google; null where it says nothing. */
  'worker.driveConfig': { input: undefined; output: { client_id: string; scopes: string[]; is_active: boolean } | null };
  'worker.driveLinks': { input: undefined; output: LinkedDriveFile[] };
  /** Says what leaves this machine for Drive, fetches it first where it is not here, and notes it in the access log. */
  'worker.sendContent': { input: ContentRequest; output: { name: string; mime_type: string; size: number } };
  'worker.readPiece': { input: ContentRequest & { number: number }; output: Uint8Array };
  /** Before a copy of a file in Drive is taken in. Fails with FILE_BUDGET_FULL or DISK_FULL. */
  'worker.makeRoomForCopy': { input: { bytes: number }; output: null };
  /** Makes the document of a copy, once for an id however often it is asked. Fails with SESSION_REQUIRED in another's session. */
  'worker.keepDriveCopy': { input: DriveCopy; output: null };
  'worker.noteDriveNews': { input: DriveNews[]; output: null };
  /** Adds the folder that the person chose to the destinations of backups. */
  'worker.addBackupDestination': { input: string; output: { folder: string } };
  /** Looks at the backup that the person chose; a copy that was fetched for that is removed afterwards. */
  'worker.openBackup': { input: { file: string; fetched: boolean }; output: ChosenBackup };
  /** Backups on their way to Drive, and in it. */
  'worker.outgoingBackups': { input: undefined; output: OutgoingBackups };
  'worker.backupSent': { input: SentBackup; output: null };
  'worker.backupNotSent': { input: { id: string; code: ErrorCode }; output: null };
  /** It is not in Drive any more. */
  'worker.backupGone': { input: string; output: null };
  /** Puts the snapshot that is open in the replica's place; the session is closed then. */
  'worker.restoreSnapshot': { input: { passphrase: string | null }; output: SnapshotRestored };
  /** Restores the backup that is open to look at; its operations are asked apart from the session's. */
  'worker.openPast': { input: { passphrase: string | null }; output: Past };
  'worker.askPast': { input: { name: OperationName; input: unknown }; output: unknown };
  'worker.pastSession': { input: undefined; output: Session | null };
  'worker.closePast': { input: undefined; output: null };
  /** The machine woke from sleep or its network came back: try again at once. */
  'worker.wake': { input: undefined; output: null };
  /** Ends all work and closes the replica; the worker exits afterwards. */
  'worker.stop': { input: undefined; output: null };
}

export type ControlName = keyof ControlRequests;

export interface WorkerRequest {
  kind: 'request';
  id: number;
  name: OperationName | ControlName;
  input: unknown;
}

export interface WorkerReply {
  kind: 'reply';
  id: number;
  envelope: Envelope<unknown>;
}

export type WorkerEvent = { [Name in Topic]: { kind: 'event'; topic: Name; payload: Topics[Name] } }[Topic];

export interface WorkerLog {
  kind: 'log';
  level: 'debug' | 'info' | 'warn' | 'error';
  event: string;
  details: Record<string, unknown>;
}

export type WorkerMessage = WorkerReply | WorkerEvent | WorkerLog;

/** Below a person's folder: copies of backups in Drive that are looked at, each in a folder of its own. */
export const FETCHED_FOLDER = 'backup-from-drive';

/** What main hands the worker when it starts it. */
export interface WorkerData {
  /** Folder of this installation's data; each person's replica has a folder of its own below it. */
  userDataDir: string;
  appVersion: string;
}

/** What the worker reads in passing is collected early, so that a first load of any size takes little memory. */
export const workerLimits = { maxYoungGenerationSizeMb: 16 };
