import type { Credentials, SessionEnd } from '../../../shared/api/session.ts';
import type { AppError, ErrorCode } from '../../../shared/errors.ts';
import { useAppStore } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { applySession } from '../../app/start.ts';

export interface ServerChoice {
  serverUrl: string;
  caFile: string;
}

/** Keeps a changed server address, then signs in; the screens of the person follow. */
export async function signIn(credentials: Credentials, server: ServerChoice): Promise<void> {
  const settings = useAppStore.getState().settings;
  if (settings?.serverUrl !== server.serverUrl || settings.caFile !== server.caFile) {
    await call('settings.set', server);
  }
  await applySession(await call('session.signIn', credentials));
}

const serverCodes: ReadonlySet<ErrorCode> = new Set([
  'SERVER_UNREACHABLE',
  'OFFLINE_FIRST_SIGN_IN',
  'SERVER_ADDRESS_INVALID',
  'SERVER_NOT_FACTORY_PULSE',
  'SERVER_OTHER_INSTANCE',
  'SERVER_TLS_INVALID',
  'SERVER_TLS_REQUIRED',
]);

const replicaCodes: ReadonlySet<ErrorCode> = new Set([
  'REPLICA_DAMAGED',
  'REPLICA_KEY_MISMATCH',
  'REPLICA_OTHER_USER',
  'REPLICA_OTHER_MACHINE',
  'SERVER_OTHER_INSTANCE',
]);

/** The address may be what is wrong: show it. */
export const concernsServer = (code: ErrorCode): boolean => serverCodes.has(code);

/** The file on this machine is in the way: it can be set aside. */
export const concernsReplica = (code: ErrorCode): boolean => replicaCodes.has(code);

/** What the refused sign-in of somebody who is shut out did to their data on this machine; null where it did nothing. */
export function erasedBy({ code, details }: AppError): SessionEnd | null {
  if (details['erased'] !== true || (code !== 'ACCOUNT_INACTIVE' && code !== 'DEVICE_REVOKED')) return null;
  return { code, handedIn: Number(details['handedIn'] ?? 0) };
}

const machineCodes: ReadonlySet<ErrorCode> = new Set([...replicaCodes, 'REPLICA_NEWER', 'DISK_FULL', 'STORAGE_FAILED']);

/**
 * What became of a one-time password when signing in failed: `open` while a new one has still to be set, `replaced`
 * where the centre has taken the new one and this machine failed afterwards, `unknown` where it is no matter any more.
 */
export function replacesPassword(code: ErrorCode, newPasswordSent: boolean): 'open' | 'replaced' | 'unknown' {
  if (code === 'PASSWORD_CHANGE_REQUIRED') return 'open';
  if (!newPasswordSent || code === 'WRONG_CREDENTIALS') return 'unknown';
  return machineCodes.has(code) ? 'replaced' : 'open';
}
