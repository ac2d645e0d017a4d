import { v7 as uuidv7 } from 'uuid';
import type { RateRow, ratesApi } from '../../../shared/api/rates.ts';
import { mayAccess, type AccessAction } from '../../../shared/domain/access-rules.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { OpenSession } from '../session.ts';
import type { Handlers } from './context.ts';
import { readRatesOfDay } from './exchange-rates.ts';

export const rateHandlers: Handlers<keyof typeof ratesApi> = {
  'rates.list': (session) => {
    demand(session, 'read');
    const today = todayOf(session);
    const currency = session.current().organization.default_currency;
    const ofToday = readRatesOfDay(session.replica, today);
    const rates = (prepared(session.replica.read, list).all() as StoredRate[]).map(
      ({ is_active, pending, ...row }): RateRow => ({
        ...row,
        is_active: is_active === 1,
        pending: pending === 1,
        current: ofToday.get(row.currency)?.id === row.id,
      }),
    );
    const used = prepared(session.replica.read, 'select distinct currency from open_project_totals order by currency').pluck().all() as string[];
    return { currency, today, rates, missing: used.filter((code) => code !== currency && !ofToday.has(code)) };
  },

  'rates.add': (session, { currency, rate, valid_from }) => {
    demand(session, 'insert');
    const { organization, person } = session.current();
    if (currency === organization.default_currency) throw new AppError('RATE_OWN_CURRENCY', 'the own currency has no rate', { currency });
    refuseSecond(session.replica, currency, valid_from, null);
    const now = formatTimestamp(new Date());
    session.accept([
      {
        table_name: 'exchange_rates',
        row_id: uuidv7(),
        op: 'insert',
        patch: { currency, rate, valid_from, is_active: true },
        derived: { organization_id: organization.id, created_by: person.id, created_at: now, updated_at: now, sync_xid: 0 },
      },
    ]);
    return null;
  },

  'rates.correct': (session, { id, rate, valid_from }) => {
    demand(session, 'update');
    const { currency, is_active } = find(session.replica, id);
    if (is_active === 1) refuseSecond(session.replica, currency, valid_from, id);
    change(session, id, { rate, valid_from });
    return null;
  },

  'rates.setActive': (session, { id, is_active }) => {
    demand(session, 'update');
    const { currency, valid_from } = find(session.replica, id);
    if (is_active) refuseSecond(session.replica, currency, valid_from, id);
    change(session, id, { is_active });
    return null;
  },
};

type StoredRate = Omit<RateRow, 'is_active' | 'current' | 'pending'> & { is_active: number; pending: number };

const list = `
  select r.id, r.currency, r.rate, r.valid_from, r.is_active, u.name as created_by_name, r.updated_at,
         exists (select 1 from outbox o where o.table_name = 'exchange_rates' and o.row_id = r.id and o.state <> 'acknowledged') as pending
    from exchange_rates r left join users u on u.id = r.created_by
   order by r.currency, r.valid_from desc, r.created_at desc, r.id desc`;

function demand(session: OpenSession, action: AccessAction): void {
  const { role } = session.current().person;
  if (!mayAccess(role, action, 'exchange_rates')) throw new AppError('NOT_ALLOWED', `role ${role} may not ${action} exchange rates`);
}

const todayOf = (session: OpenSession): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: session.current().organization.timezone, dateStyle: 'short' }).format(new Date());

function find(replica: Replica, id: string): { currency: string; valid_from: string; is_active: number } {
  const row = prepared(replica.read, 'select currency, valid_from, is_active from exchange_rates where id = ?').get(id) as
    | { currency: string; valid_from: string; is_active: number }
    | undefined;
  if (!row) throw new AppError('NOT_FOUND', `no exchange rate ${id}`, { entity: 'exchange_rate' });
  return row;
}

/** One day has one rate; another is a correction of it. */
function refuseSecond(replica: Replica, currency: string, day: string, except: string | null): void {
  const second = prepared(
    replica.read,
    'select 1 from exchange_rates where currency = ? and valid_from = ? and is_active and id is not ?',
  ).get(currency, day, except);
  if (second) throw new AppError('RATE_EXISTS', 'there is a rate of that day', { currency, day });
}

function change(session: OpenSession, id: string, patch: Record<string, unknown>): void {
  session.accept([
    { table_name: 'exchange_rates', row_id: id, op: 'update', patch, derived: { updated_at: formatTimestamp(new Date()) } },
  ]);
}
