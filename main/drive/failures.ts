import { AppError, type ErrorCode } from '../../shared/errors.ts';

export interface DriveFailure {
  code: ErrorCode;
  /** It may go well when it is tried again a little later. */
  passing: boolean;
  /** How long Google asks to wait. */
  retryAfterMs: number | null;
}

/** What a failed request of the client library tells, as far as it is looked at. */
interface RequestFailure {
  code?: unknown;
  name?: unknown;
  cause?: unknown;
  response?: { status?: number; data?: unknown; headers?: { get?(name: string): string | null } };
}

const reasons: Readonly<Record<string, ErrorCode>> = {
  rateLimitExceeded: 'DRIVE_BUSY',
  userRateLimitExceeded: 'DRIVE_BUSY',
  sharingRateLimitExceeded: 'DRIVE_BUSY',
  quotaExceeded: 'DRIVE_BUSY',
  dailyLimitExceeded: 'DRIVE_BUSY',
  insufficientPermissions: 'DRIVE_SCOPE_MISSING',
  insufficientScopes: 'DRIVE_SCOPE_MISSING',
  ACCESS_TOKEN_SCOPE_INSUFFICIENT: 'DRIVE_SCOPE_MISSING',
  cannotDownloadFile: 'DRIVE_NO_DOWNLOAD',
  cannotDownloadAbusiveFile: 'DRIVE_NO_DOWNLOAD',
  downloadRestrictedByAdmin: 'DRIVE_NO_DOWNLOAD',
  fileNotDownloadable: 'DRIVE_ONLY_ONLINE',
  fileNotExportable: 'DRIVE_ONLY_ONLINE',
  exportSizeLimitExceeded: 'DRIVE_EXPORT_TOO_LARGE',
  storageQuotaExceeded: 'DRIVE_FULL',
  teamDriveFileLimitExceeded: 'DRIVE_FULL',
  teamDriveHierarchyTooDeep: 'DRIVE_FULL',
  accessNotConfigured: 'DRIVE_CLIENT_REFUSED',
  domainPolicy: 'DRIVE_POLICY',
};

/** Of limits by time only the short ones pass while somebody waits. */
const passingReasons = new Set(['rateLimitExceeded', 'userRateLimitExceeded', 'sharingRateLimitExceeded']);

const oauthErrors: Readonly<Record<string, ErrorCode>> = {
  invalid_grant: 'DRIVE_RECONNECT',
  invalid_client: 'DRIVE_CLIENT_REFUSED',
  unauthorized_client: 'DRIVE_CLIENT_REFUSED',
  deleted_client: 'DRIVE_CLIENT_REFUSED',
  disabled_client: 'DRIVE_CLIENT_REFUSED',
  redirect_uri_mismatch: 'DRIVE_CLIENT_REFUSED',
  admin_policy_enforced: 'DRIVE_POLICY',
  org_internal: 'DRIVE_POLICY',
  access_denied: 'DRIVE_SIGN_IN_REFUSED',
};

const codeIn = (table: Readonly<Record<string, ErrorCode>>, name: unknown): ErrorCode | null =>
  typeof name === 'string' && Object.hasOwn(table, name) ? (table[name] ?? null) : null;

/** The words of an error of Google's sign-in. */
export const oauthFailure = (error: unknown, description: unknown = ''): ErrorCode =>
  error === 'invalid_request' && /client_secret/.test(String(description))
    ? 'DRIVE_SECRET_NEEDED'
    : (codeIn(oauthErrors, error) ?? 'DRIVE_ANSWER_INVALID');

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** An answer that was to be streamed is a text where it tells a failure. */
function parsed(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return null;
  }
}

function reasonOf(answer: unknown): string | null {
  const data = parsed(answer);
  const error = isRecord(data) && isRecord(data['error']) ? data['error'] : null;
  if (error === null) return null;
  const first: unknown = Array.isArray(error['errors']) ? error['errors'][0] : null;
  const details: unknown = Array.isArray(error['details']) ? error['details'].find((detail) => isRecord(detail) && typeof detail['reason'] === 'string') : null;
  if (isRecord(details) && details['reason'] === 'ACCESS_TOKEN_SCOPE_INSUFFICIENT') return 'ACCESS_TOKEN_SCOPE_INSUFFICIENT';
  return isRecord(first) && typeof first['reason'] === 'string' ? first['reason'] : null;
}

function retryAfter(value: string | null | undefined, now: number): number | null {
  if (value === null || value === undefined) return null;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

/** What went wrong at Google, in the terms of this application; null for what was no request of ours. */
export function driveFailure(error: unknown, now = Date.now()): DriveFailure | null {
  if (!isRecord(error) || error instanceof AppError) return null;
  const { response } = error as RequestFailure;
  if (response?.status === undefined) return isNetworkFailure(error) ? { code: 'DRIVE_UNREACHABLE', passing: true, retryAfterMs: null } : null;
  const { status, data } = response;
  const retryAfterMs = retryAfter(response.headers?.get?.('retry-after'), now);
  const reason = reasonOf(data);
  if (status === 429 || status === 408) return { code: 'DRIVE_BUSY', passing: true, retryAfterMs };
  if (status >= 500) return { code: 'DRIVE_BUSY', passing: true, retryAfterMs };
  if (isRecord(data) && typeof data['error'] === 'string') {
    return { code: oauthFailure(data['error'], data['error_description']), passing: false, retryAfterMs: null };
  }
  if (status === 401) return { code: 'DRIVE_RECONNECT', passing: false, retryAfterMs: null };
  if (status === 404) return { code: 'DRIVE_NOT_FOUND', passing: false, retryAfterMs: null };
  if (status === 403) return { code: codeIn(reasons, reason) ?? 'DRIVE_FORBIDDEN', passing: reason !== null && passingReasons.has(reason), retryAfterMs };
  return { code: 'DRIVE_ANSWER_INVALID', passing: false, retryAfterMs: null };
}

/** The status that Google answered with; null where it did not answer. */
export const statusOf = (error: unknown): number | null => (isRecord(error) ? ((error as RequestFailure).response?.status ?? null) : null);

const networkCodes = /^(E(AI_AGAIN|CONN\w+|HOST\w+|NET\w+|NOTFOUND|PIPE|TIMEDOUT|PROTO)|ERR_STREAM_PREMATURE_CLOSE|UND_ERR_\w+)$/;

function isNetworkFailure(error: unknown, depth = 0): boolean {
  if (!isRecord(error) || depth > 3) return false;
  const { code, name, cause } = error as RequestFailure;
  if (typeof code === 'string' && networkCodes.test(code)) return true;
  if (name === 'TimeoutError' || code === 'TimeoutError') return true;
  return isNetworkFailure(cause, depth + 1);
}

/** Certificates that are not believed look like a broken network to a person, and are told apart in the log. */
export function toDriveError(error: unknown): unknown {
  const failure = driveFailure(error);
  if (failure === null) return isTlsFailure(error) ? new AppError('DRIVE_UNREACHABLE', 'the certificate of Google was not accepted') : error;
  // The library's own error holds addresses and headers; nothing of it goes on.
  const status = statusOf(error);
  const reason = reasonOf((error as RequestFailure).response?.data);
  return new AppError(failure.code, `Google answered ${status ?? 'nothing'}${reason === null ? '' : ` (${reason})`}`, {
    ...(failure.retryAfterMs === null ? {} : { seconds: Math.ceil(failure.retryAfterMs / 1000) }),
  });
}

function isTlsFailure(error: unknown, depth = 0): boolean {
  if (!isRecord(error) || depth > 3) return false;
  const code = error['code'];
  if (typeof code === 'string' && /^(CERT_|ERR_TLS_|DEPTH_ZERO_|UNABLE_TO_|SELF_SIGNED_)/.test(code)) return true;
  return isTlsFailure(error['cause'], depth + 1);
}
