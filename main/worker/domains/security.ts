import { eq } from 'drizzle-orm';
import type { securityApi } from '../../../shared/api/security.ts';
import { mayEditSecurity } from '../../../shared/domain/security-settings.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { AppError } from '../../../shared/errors.ts';
import { organizations } from '../../../db/replica/schema.ts';
import type { Handlers } from './context.ts';

export const securityHandlers: Handlers<keyof typeof securityApi> = {
  'security.update': (session, security) => {
    const { person, organization } = session.current();
    if (!mayEditSecurity(person)) throw new AppError('NOT_ALLOWED', 'the rules are set by administrators');
    const { db } = session.replica;
    const row = db.select({ settings: organizations.settings }).from(organizations).where(eq(organizations.id, organization.id)).get();
    if (!row) throw new AppError('NOT_FOUND', 'the organization is not in this replica yet', { entity: 'organization' });
    session.accept([
      {
        table_name: 'organizations',
        row_id: organization.id,
        op: 'update',
        patch: { settings: { ...row.settings, security } },
        derived: { updated_at: formatTimestamp(new Date()) },
      },
    ]);
    return null;
  },
};
