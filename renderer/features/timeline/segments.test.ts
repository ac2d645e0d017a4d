import { describe, expect, it } from 'vitest';
import { dayNumber } from '../../../shared/domain/schedule.ts';
import { segmentsOf } from './segments.ts';

const stage = (id: string, stage_order: number, estimated_duration_days: number | null, is_active = true) => ({
  id,
  name: id,
  color: '#000000',
  stage_order,
  estimated_duration_days,
  is_active,
});
const stages = [stage('a', 1, 2), stage('b', 2, 3), stage('off', 3, 9, false), stage('c', 4, null), stage('d', 5, 4)];
const first = dayNumber('2026-03-01');

const drawn = (today: string, current_stage_id: string, stage_entered_at: string, passed: { stage_id: string; entered_at: string; left_at: string }[] = []) =>
  segmentsOf({ passed, current_stage_id, stage_entered_at }, stages, dayNumber(today), (time) => time.slice(0, 10)).map(
    ({ stage: { id }, kind, from, to }) => [id, kind, from - first, to - first],
  );

describe('the bar of a project', () => {
  it('has the stages that were left as they were, and the others by their estimates', () => {
    const passed = [{ stage_id: 'a', entered_at: '2026-03-01 02:00:00+00', left_at: '2026-03-06 02:00:00+00' }];
    expect(drawn('2026-03-07', 'b', '2026-03-06 02:00:00+00', passed)).toEqual([
      ['a', 'past', 0, 5],
      ['b', 'present', 5, 8],
      ['d', 'ahead', 8, 12],
    ]);
  });

  it('stretches a stage that is late until today, and pushes what comes behind', () => {
    expect(drawn('2026-03-11', 'a', '2026-03-01 02:00:00+00')).toEqual([
      ['a', 'present', 0, 10],
      ['b', 'ahead', 10, 13],
      ['d', 'ahead', 13, 17],
    ]);
  });

  it('draws nothing where the stage is unknown', () => {
    expect(drawn('2026-03-11', 'gone', '2026-03-01 02:00:00+00')).toEqual([]);
  });
});
