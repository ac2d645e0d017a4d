import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TIMELINE_PAGE, type TimelineFilter } from '../../../shared/api/timeline.ts';
import { openReplica, type Replica } from '../replica/database.ts';
import type { OpenSession } from '../session.ts';
import { rowsOf, timelineHandlers } from './timeline.ts';

const [design, make, anna] = [randomUUID(), randomUUID(), randomUUID()];
const at = '2026-01-01 00:00:00+00';
const everything: TimelineFilter = { stage_id: null, assigned_to: null, customer_id: null };

let folder: string;
let replica: Replica;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'factory-pulse-timeline-'));
  replica = openReplica(join(folder, 'replica.db'), randomBytes(32));
  replica.write.pragma('foreign_keys = OFF');
  add('P-1', '2026-05-01', { stage: make, owner: anna });
  add('P-2', null, { owner: anna });
  add('P-3', '2026-04-01', { status: 'on_hold' });
  add('P-4', '2026-03-01', { status: 'completed' });
  add('P-5', '2026-03-01', { status: 'cancelled' });
  for (let number = 0; number < TIMELINE_PAGE; number++) add(`Q-${number}`, '2026-06-01');
});

afterAll(() => {
  replica.close();
  rmSync(folder, { recursive: true, force: true });
});

function add(code: string, due: string | null, more: { status?: string; stage?: string; owner?: string } = {}): void {
  const id = randomUUID();
  replica.write
    .prepare(
      `insert into projects (id, organization_id, created_at, updated_at, sync_xid, project_id, title, current_stage_id, status, priority_level,
         currency, estimated_delivery_date, tags, metadata, stage_entered_at, assigned_to)
       values (?, 'o', '${at}', '${at}', 1, ?, ?, ?, ?, 'low', 'VND', ?, '[]', '{}', '${at}', ?)`,
    )
    .run(id, code, code, more.stage ?? design, more.status ?? 'active', due, more.owner ?? null);
  if (more.stage !== make) return;
  replica.write
    .prepare(
      `insert into project_stage_history (id, organization_id, created_at, updated_at, sync_xid, project_id, from_stage_id, to_stage_id, kind,
         moved_at, entered_at) values (?, 'o', '${at}', '${at}', 1, ?, ?, ?, 'advance', '2026-01-05 00:00:00+00', '${at}')`,
    )
    .run(randomUUID(), id, design, make);
}

const rows = async (filter: Partial<TimelineFilter> = {}, offset = 0) => {
  const answer = await timelineHandlers['timeline.rows']({ replica } as OpenSession, { ...everything, ...filter, offset });
  return { total: answer.total, codes: answer.rows.map(({ project_id }) => project_id), rows: answer.rows };
};

it('the timeline has the open projects by their delivery, those without a day behind all others', async () => {
  const first = await rows();
  expect([first.total, first.codes.length, first.codes.slice(0, 2)]).toEqual([TIMELINE_PAGE + 3, TIMELINE_PAGE, ['P-3', 'P-1']]);
  const behind = await rows({}, TIMELINE_PAGE);
  expect(behind.codes.toSorted().at(0)).toBe('P-2');
  expect(behind.codes.at(-1)).toBe('P-2');
  expect(new Set([...first.codes, ...behind.codes]).size).toBe(TIMELINE_PAGE + 3);
});

it('the timeline is narrowed to a stage and to an owner', async () => {
  expect(await rows({ assigned_to: anna })).toMatchObject({ total: 2, codes: ['P-1', 'P-2'] });
  expect(await rows({ assigned_to: anna, stage_id: make })).toMatchObject({ total: 1, codes: ['P-1'] });
  expect(await rows({ customer_id: anna })).toMatchObject({ total: 0, codes: [] });
});

it('a project of the timeline comes with the stages that it has left', async () => {
  const found = await rows({ stage_id: make });
  expect(found.rows[0]?.passed).toEqual([{ stage_id: design, entered_at: at, left_at: '2026-01-05 00:00:00+00' }]);
});

it('a window anywhere in the timeline begins where the one before it ended', async () => {
  const ordered = replica.read
    .prepare("select project_id from projects where status in ('active', 'on_hold') order by estimated_delivery_date is null, estimated_delivery_date, id")
    .pluck()
    .all() as string[];
  for (const offset of [0, 1, 2, 3, 50, ordered.length - 2, ordered.length - 1]) {
    expect((await rows({}, offset)).codes, String(offset)).toEqual(ordered.slice(offset, offset + TIMELINE_PAGE));
  }
  expect(await rows({}, ordered.length)).toMatchObject({ total: ordered.length, codes: [] });
});

it('the timeline walks along the days of delivery from the day of its window', () => {
  const plan = (text: string): string[] => {
    const values = { ...everything, from: '2026-01-01', limit: TIMELINE_PAGE, offset: 0 };
    return (replica.read.prepare(`explain query plan ${text}`).all(values) as { detail: string }[]).map(({ detail }) => detail);
  };
  for (const filter of [everything, { ...everything, stage_id: make }]) {
    const details = plan(rowsOf(filter, { from: '2026-01-01' }));
    expect(details[0]).toBe('SEARCH p USING INDEX projects_estimated_delivery_date (estimated_delivery_date>?)');
    expect(details.join()).not.toContain('TEMP B-TREE FOR ORDER BY');
  }
  expect(plan(rowsOf({ ...everything, assigned_to: anna }, { from: null }))[0]).toContain('projects_assigned_to');
});
