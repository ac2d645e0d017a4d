/**
 * The centre is not what it was when this connection began: a migration went over its tables, or it has other things to
 * say to an introduction. Nothing is wrong with either side; a new connection meets it as it is now.
 */
export class CentreChanged extends Error {
  override readonly name = 'CentreChanged';
}

/** SQLSTATE of what a statement meets whose tables or columns have changed under it. */
const stepStates = new Set(['42703', '42P01', '42883']);

/** Whether the failure of a statement says that the centre's schema is another one by now. */
export const isCentreChange = (error: unknown): boolean =>
  error instanceof CentreChanged || stepStates.has(String((error as { code?: unknown } | null)?.code));
