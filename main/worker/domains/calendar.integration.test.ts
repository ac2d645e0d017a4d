import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { calendarApi, COUNTED, LISTED, type CalendarDay, type Delivery } from '../../../shared/api/calendar.ts';
import type { Role } from '../../../shared/domain/roles.ts';
import { openReplica, type Replica } from '../replica/database.ts';
import type { OpenSession } from '../session.ts';
import { calendarHandlers, ofDay } from './calendar.ts';

const me = randomUUID();
const stage = randomUUID();
const at = '2026-01-01 00:00:00+00';

let folder: string;
let replica: Replica;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'factory-pulse-calendar-'));
  replica = openReplica(join(folder, 'replica.db'), randomBytes(32));
  replica.write.pragma('foreign_keys = OFF');
  replica.write
    .prepare(
      `insert into workflow_stages (id, organization_id, created_at, updated_at, sync_xid, name, slug, color, stage_order, is_active, responsible_roles)
       values (?, 'o', '${at}', '${at}', 1, 'Sản xuất', 'in_production', '#84CC16', 1, 1, '["production"]')`,
    )
    .run(stage);
});

beforeEach(() => {
  replica.write.exec('delete from projects');
});

afterAll(() => {
  replica.close();
  rmSync(folder, { recursive: true, force: true });
});

function add(code: string, due: string | null, more: { status?: string; priority?: string; owner?: string } = {}): void {
  replica.write
    .prepare(
      `insert into projects (id, organization_id, created_at, updated_at, sync_xid, project_id, title, current_stage_id, status, priority_level,
         currency, estimated_delivery_date, tags, metadata, stage_entered_at, assigned_to)
       values (?, 'o', '${at}', '${at}', 1, ?, ?, '${stage}', ?, ?, 'VND', ?, '[]', '{}', '${at}', ?)`,
    )
    .run(randomUUID(), code, code, more.status ?? 'active', more.priority ?? 'medium', due, more.owner ?? null);
}

const session = (role: Role) =>
  ({ replica, current: () => ({ person: { id: me, role } }) }) as unknown as OpenSession;

const sheet = async (role: Role = 'management'): Promise<CalendarDay[]> =>
  (await calendarHandlers['calendar.sheet'](session(role), { from: '2026-02-23', to: '2026-04-05' })).days;

const codes = (deliveries: readonly Delivery[]): string[] => deliveries.map(({ project_id }) => project_id);

describe('the calendar', () => {
  it('has the deliveries of its days alone, the open and urgent ones first, and none that was cancelled', async () => {
    add('P-1', '2026-03-02', { status: 'completed', priority: 'critical' });
    add('P-2', '2026-03-02');
    add('P-3', '2026-03-02', { priority: 'critical', status: 'on_hold' });
    add('P-4', '2026-03-02', { status: 'cancelled' });
    add('P-5', '2026-02-22');
    add('P-6', null);
    add('P-7', '2026-04-05');
    const days = await sheet();
    expect(days.map(({ day, total, deliveries }) => [day, total, codes(deliveries)])).toEqual([
      ['2026-03-02', 3, ['P-3', 'P-2', 'P-1']],
      ['2026-04-05', 1, ['P-7']],
    ]);
  });

  it('shows some of a full day and all of it when the day is opened, as far as anybody reads', async () => {
    for (let number = 0; number < LISTED + 20; number++) add(`P-${String(number).padStart(3, '0')}`, '2026-03-02');
    const [day] = await sheet();
    expect([day?.total, day?.deliveries.length]).toEqual([COUNTED, 4]);
    const all = await calendarHandlers['calendar.day'](session('management'), { day: '2026-03-02' });
    expect(all).toHaveLength(LISTED);
  });

  it('says of each who may move it', async () => {
    add('P-1', '2026-03-02');
    add('P-2', '2026-03-03', { owner: me });
    const movable = async (role: Role) => (await sheet(role)).map(({ deliveries }) => deliveries[0]?.can_edit);
    expect(await movable('management')).toEqual([true, true]);
    expect(await movable('production')).toEqual([true, true]);
    expect(await movable('engineering')).toEqual([false, true]);
    expect(await movable('customer')).toEqual([false, false]);
  });

  it('finds a day by the index of delivery dates', () => {
    const plan = replica.read.prepare(`explain query plan ${ofDay}`).all('2026-03-02', COUNTED) as { detail: string }[];
    expect(plan.map(({ detail }) => detail)).toEqual([
      'SEARCH projects USING INDEX projects_estimated_delivery_date (estimated_delivery_date=?)',
    ]);
  });

  it('asks for no more than a sheet of six weeks', () => {
    const { input } = calendarApi['calendar.sheet'];
    expect(input.safeParse({ from: '2026-03-01', to: '2026-04-11' }).success).toBe(true);
    expect(input.safeParse({ from: '2026-03-01', to: '2026-04-12' }).success).toBe(false);
    expect(input.safeParse({ from: '2026-03-02', to: '2026-03-01' }).success).toBe(false);
  });
});
