import type { OpenSession } from '../session.ts';

/** Whether the session shows an earlier state, of which nobody may change anything whatever their role is. */
export const isReadOnly = (session: Pick<OpenSession, 'current'>): boolean => session.current().past !== undefined;
