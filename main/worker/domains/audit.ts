import type { AuditKey, AuditPart, auditApi } from '../../../shared/api/audit.ts';
import type { ParsedInput } from '../../../shared/api/index.ts';
import { mayReadAudit } from '../../../shared/domain/roles.ts';
import { AppError } from '../../../shared/errors.ts';
import { users } from '../../../db/replica/schema.ts';
import type { OpenSession } from '../session.ts';
import { AuditEntries } from './audit-entries.ts';
import { cancelExport } from '../tables/table-export.ts';
import { questionOf, readDistinct, readNewest, readOldest, scan } from './audit-scan.ts';
import type { Handlers } from './context.ts';

/** So long one answer may look for entries; whoever asks hears then how far it came, and decides whether to go on. */
const PART_MS = 300;

export const auditHandlers: Handlers<keyof typeof auditApi> = {
  'audit.overview': (session) => {
    demandReader(session);
    const { replica } = session;
    return {
      newest: readNewest(replica),
      oldest: readOldest(replica),
      people: replica.db.select({ id: users.id, name: users.name }).from(users).orderBy(users.name, users.id).all(),
      kinds: readDistinct(replica, 'entity_type'),
      actions: readDistinct(replica, 'action'),
    };
  },

  'audit.list': (session, input) => {
    demandReader(session);
    return readPart(session, input);
  },

  'audit.get': (session, { id }) => {
    demandReader(session);
    const entries = new AuditEntries(session);
    const told = entries.byId(id);
    if (!told) throw new AppError('NOT_FOUND', `no entry ${id} in the audit log`, { entity: 'activity' });
    return entries.entry(told);
  },

  'audit.cancelExport': (session) => {
    demandReader(session);
    cancelExport(session);
    return null;
  },
};

/** Fails with NOT_ALLOWED. */
export function demandReader(session: OpenSession): void {
  const { role } = session.current().person;
  if (!mayReadAudit(role)) throw new AppError('NOT_ALLOWED', `the role ${role} may not read the audit log`);
}

async function readPart(session: OpenSession, { before, limit, ...filter }: ParsedInput<'audit.list'>): Promise<AuditPart> {
  const { replica } = session;
  const question = questionOf(filter, session.current().organization.timezone);
  const entries = new AuditEntries(session);
  const newest = readNewest(replica);
  const rows: AuditPart['rows'] = [];
  const end = performance.now() + PART_MS;
  let next: AuditKey | null = null;
  for await (const { fitting, rest } of scan(replica, question, before ?? question.top)) {
    for (const { created_at, position } of fitting) {
      const told = entries.find(position, question.words);
      if (!told) continue;
      rows.push(entries.row(told));
      if (rows.length === limit) return { rows, next: { created_at, position }, newest };
    }
    next = rest;
    if (performance.now() > end) break;
  }
  return { rows, next, newest };
}
