import { createHash } from 'node:crypto';
import { Client, type ClientConfig } from 'pg';
import { AppError, isErrorCode, type ErrorCode, type ErrorDetails } from '../../../shared/errors.ts';
import { loginRoleName } from '../../../shared/domain/login-role.ts';
import type { ServerEndpoint } from './server-address.ts';

/** A link without any traffic for this long while an answer is due counts as dead. */
export const SILENCE_LIMIT_MS = 16_000;
const CONNECT_LIMIT_MS = 8_000;

/**
 * Opens the person's own connection: SCRAM, TLS with the host's name verified unless the host is this machine.
 * Cells arrive as the text that PostgreSQL prints (ISO dates, UTC). Fails with an AppError.
 */
export async function connect(endpoint: ServerEndpoint, email: string, password: string): Promise<Client> {
  const config: ClientConfig = {
    host: endpoint.host,
    port: endpoint.port,
    database: endpoint.database,
    user: loginRoleName(endpoint.database, email, sha256Hex),
    // The verifier was made of the normalized password (db/central/scram.ts).
    password: password.normalize('NFKC'),
    ssl: endpoint.loopback ? false : { rejectUnauthorized: true, ca: endpoint.ca ?? undefined },
    application_name: 'Factory Pulse',
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    // Every cell stays the text that the centre prints; the replica stores just that.
    types: { getTypeParser: () => (value: string) => value },
    options: '-c timezone=UTC -c datestyle=ISO,YMD -c idle_in_transaction_session_timeout=60s',
  };
  const client = new Client(config);
  // An 'error' event that nobody hears would end the whole worker; the request that is under way fails with it anyway.
  client.on('error', ignore);
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(ignore);
    throw toConnectionError(error);
  }
  return client;
}

const ignore = (): void => undefined;

export const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

const unreachable = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH',
  'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL',
]);

/** SQLSTATE → what it means for a person. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const bySqlState: Record<string, ErrorCode> = {
  '28P01': 'WRONG_CREDENTIALS',
  '28000': 'ACCOUNT_INACTIVE',
  '3D000': 'SERVER_NOT_FACTORY_PULSE',
  '3F000': 'SERVER_NOT_FACTORY_PULSE',
  '42883': 'SERVER_NOT_FACTORY_PULSE',
  '42P01': 'SERVER_NOT_FACTORY_PULSE',
};

/** Puts whatever the connection throws into the application's terms. */
export function toConnectionError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const failure = error instanceof Error ? error : new Error(String(error));
  const code = (failure as { code?: unknown }).code;
  const details = { reason: typeof code === 'string' ? code : failure.message };
  const as = (known: ErrorCode, more: ErrorDetails = details): AppError =>
    new AppError(known, failure.message, more, { cause: error });

  if (typeof code === 'string') {
    if (code === 'FP001' && isErrorCode(failure.message)) return as(failure.message, {});
    if (bySqlState[code]) return as(bySqlState[code]);
    // 08 connection, 53 resources, 57 operator: passing states of a server that is there.
    if (/^(08|53|57)/.test(code)) return as('SERVER_UNREACHABLE');
    if (unreachable.has(code)) return as('SERVER_UNREACHABLE');
    if (/CERT|TLS|SSL|UNABLE_TO_|SELF_SIGNED/.test(code)) return as('SERVER_TLS_INVALID');
    if (/^[0-9A-Z]{5}$/.test(code)) return as('SERVER_ERROR');
  }
  if (/does not support SSL/i.test(failure.message)) return as('SERVER_TLS_REQUIRED');
  if (/timeout|terminated|closed|ended|not queryable/i.test(failure.message)) return as('SERVER_UNREACHABLE');
  if (/SASL|SCRAM|authentication|message|protocol|parse/i.test(failure.message)) return as('SERVER_NOT_FACTORY_PULSE');
  return as('SERVER_UNREACHABLE');
}
