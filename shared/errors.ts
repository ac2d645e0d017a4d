/**
 * Every failure that a person can meet has a code. The screen turns it into words (locale key `errors.<code>`),
 * the log keeps code, message and details.
 */
export const errorCodes = [
  // the request itself
  'INPUT_INVALID',
  'NOT_FOUND',
  'NOT_ALLOWED',
  'SESSION_REQUIRED',
  'SESSION_LOCKED',
  'PIN_WRONG',
  'PIN_NOT_ACCEPTED',
  'INTERNAL',
  'WORKER_STOPPED',
  // signing in and connecting
  'WRONG_CREDENTIALS',
  'ACCOUNT_EXPIRED',
  'ACCOUNT_INACTIVE',
  'DEVICE_REVOKED',
  'HAND_IN_FULL',
  'PASSWORD_CHANGE_REQUIRED',
  'PASSWORD_TOO_WEAK',
  'SERVER_UNREACHABLE',
  'SERVER_ADDRESS_INVALID',
  'SERVER_NOT_FACTORY_PULSE',
  'SERVER_TOO_OLD',
  'SERVER_TLS_INVALID',
  'SERVER_TLS_REQUIRED',
  'SERVER_ERROR',
  'SERVER_REPLY_INVALID',
  'SERVER_OTHER_INSTANCE',
  'UPDATE_REQUIRED',
  'SYNC_CANCELLED',
  'OFFLINE_FIRST_SIGN_IN',
  'OFFLINE_TOO_LONG',
  'CLOCK_WRONG',
  'SIGN_IN_THROTTLED',
  // the replica on this machine
  'REPLICA_DAMAGED',
  'REPLICA_KEY_MISMATCH',
  'REPLICA_OTHER_USER',
  'REPLICA_OTHER_MACHINE',
  'REPLICA_NEWER',
  'REPLICA_UNSENT',
  'DISK_FULL',
  'STORAGE_FAILED',
  // files that a person exports
  'FILE_IN_USE',
  'FILE_NOT_WRITABLE',
  'EXPORT_RUNNING',
  'EXPORT_CANCELLED',
  // files that a person imports
  'FILE_UNREADABLE',
  'FILE_EMPTY',
  'FILE_TOO_LARGE',
  'IMPORT_NOT_OPEN',
  'IMPORT_NO_NAME',
  'IMPORT_BAD_ROWS',
  'IMPORT_RUNNING',
  'IMPORT_CANCELLED',
  // bytes of documents
  'FILE_NOT_HERE',
  'FILE_NOT_AT_CENTRE',
  'FILE_NOT_IN_BACKUP',
  'FILE_DAMAGED',
  'FILE_CHANGED',
  'FILE_VANISHED',
  'FILE_TOO_BIG',
  'FILE_BUDGET_FULL',
  'FILE_NOT_OPENED',
  'FILE_NO_PROGRAM',
  'FILE_TRANSFER_UNKNOWN',
  'FILE_BUCKET_UNREACHABLE',
  'FILE_BUCKET_REFUSED',
  'FILE_BUCKET_CLOCK',
  'FILE_BUCKET_BUSY',
  'FILE_BUCKET_KEY_MISSING',
  'INTAKE_NOT_OPEN',
  'DOCUMENT_CHECKED_OUT',
  // files that are looked into
  'CONTENT_DAMAGED',
  'CONTENT_PROTECTED',
  'CONTENT_TOO_LARGE',
  'CONTENT_TOO_SLOW',
  // rules of the domain
  'EDIT_NOT_ALLOWED',
  'EDIT_OVERTAKEN',
  'ORDER_INCOMPLETE',
  'MOVE_BLOCKED',
  'SUB_STAGE_NOT_ALLOWED',
  'SUB_STAGE_NOT_CURRENT',
  'ASSIGN_NOT_ALLOWED',
  'SHARE_NOT_ALLOWED',
  // documents
  'DOCUMENT_NOT_ALLOWED',
  'LINK_REFUSED',
  'LINK_EXPIRED',
  'LINK_NOT_OPENED',
  'STATUS_NOT_ALLOWED',
  'RECORD_LOCKED',
  'SELF_APPROVAL',
  'WORKFLOW_EMPTY',
  'STAGE_OCCUPIED',
  'RATE_EXISTS',
  'RATE_OWN_CURRENCY',
  // rules of people administration
  'ADDRESS_TAKEN',
  'OWN_ACCOUNT',
  'LAST_ADMIN',
  'MANAGER_CIRCLE',
  'CONTACT_REQUIRED',
  // rules of intake and contacts
  'STAGE_MISSING',
  'CONTACT_NOT_ALLOWED',
  'CONTACT_MERGED',
  'MERGE_NOT_POSSIBLE',
  // Google Drive
  'DRIVE_NOT_CONFIGURED',
  'DRIVE_NOT_CONNECTED',
  'DRIVE_RECONNECT',
  'DRIVE_SIGN_IN_RUNNING',
  'DRIVE_SIGN_IN_CANCELLED',
  'DRIVE_SIGN_IN_EXPIRED',
  'DRIVE_SIGN_IN_REFUSED',
  'DRIVE_SIGN_IN_FAILED',
  'DRIVE_CLIENT_REFUSED',
  'DRIVE_SECRET_NEEDED',
  'DRIVE_SCOPE_MISSING',
  'DRIVE_POLICY',
  'DRIVE_UNREACHABLE',
  'DRIVE_BUSY',
  'DRIVE_FORBIDDEN',
  'DRIVE_NOT_FOUND',
  'DRIVE_NO_DOWNLOAD',
  'DRIVE_ONLY_ONLINE',
  'DRIVE_EXPORT_TOO_LARGE',
  'DRIVE_NOT_ALL_COPIED',
  'DRIVE_FULL',
  'DRIVE_DAMAGED',
  'DRIVE_FILE_CHANGED',
  'DRIVE_PROJECT_NEEDED',
  'DRIVE_CANCELLED',
  'DRIVE_ANSWER_INVALID',
  // answers of the centre to a mutation
  'STRICT_CONFLICT',
  'ROW_NOT_VISIBLE',
  'ROW_DELETED',
  'DEPENDS_ON_REFUSED',
  'VALUE_REFUSED',
  'TABLE_NOT_WRITABLE',
  'COLUMN_NOT_WRITABLE',
  // backups
  'BACKUP_MISSING',
  'BACKUP_FOREIGN',
  'BACKUP_OLD_DUMP',
  'PAST_READ_ONLY',
  'BACKUP_OTHER_PERSON',
  'RESTORED_TOO_OLD',
  'BACKUP_FUTURE',
  'BACKUP_TRUNCATED',
  'BACKUP_DAMAGED',
  'BACKUP_PASSPHRASE_REQUIRED',
  'BACKUP_PASSPHRASE_WRONG',
  'BACKUP_NOT_RESTORABLE',
  'BACKUP_OTHER_ORGANIZATION',
  'BACKUP_OF_OTHER_KIND',
  'BACKUP_SCHEMA_NEWER',
  'BACKUP_DESTINATION_MISSING',
  'BACKUP_NOT_OPEN',
  'BACKUP_RUNNING',
  'BACKUP_CANCELLED',
  'BACKUP_PLAIN_TO_DRIVE',
  'BACKUP_DRIVE_FOLDER',
  // a change that this machine itself cannot read any more
  'ENTRY_UNREADABLE',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What may be interpolated into the words of an error, or handed to the screen that shows it. */
export type ErrorDetails = Record<string, unknown>;

/** A failure with a code; `message` is for the log and never shown as it is. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }
}

/** The one shape of every answer that crosses a process border. */
export type Envelope<T> =
  | { ok: true; value: T }
  | { ok: false; error: { code: ErrorCode; message: string; details: ErrorDetails } };

const knownCodes: ReadonlySet<string> = new Set(errorCodes);

export const isErrorCode = (code: unknown): code is ErrorCode => typeof code === 'string' && knownCodes.has(code);

/** Turns anything thrown into the failed half of an envelope; an unknown error becomes `INTERNAL`. */
export function toFailure(error: unknown): Extract<Envelope<never>, { ok: false }> {
  if (error instanceof AppError) {
    return { ok: false, error: { code: error.code, message: error.message, details: error.details } };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { ok: false, error: { code: 'INTERNAL', message, details: {} } };
}
