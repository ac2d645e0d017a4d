import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backupWarning, defaultPlan, expired, nextRun, type KeptBackup } from './backup-plan.ts';

const zone = 'Asia/Ho_Chi_Minh';
const plan = { enabled: true, time: '12:15' };
const at = (local: string): Date => new Date(`${local}+07:00`);

describe('the next backup of a plan', () => {
  it('is due at its time of the organization’s day, once a day', () => {
    expect(nextRun(plan, at('2025-09-01T12:15:03'), at('2025-09-01T13:00:00'), zone)).toEqual(at('2025-09-02T12:15:00'));
    expect(nextRun(plan, at('2025-08-31T12:15:03'), at('2025-09-01T08:00:00'), zone)).toEqual(at('2025-09-01T12:15:00'));
  });

  it('is caught up at once where the machine slept or was off, once for all days that were missed', () => {
    const now = at('2025-09-04T07:30:00');
    expect(nextRun(plan, at('2025-09-01T12:15:00'), now, zone)).toEqual(now);
    expect(nextRun(plan, null, now, zone)).toEqual(now);
    expect(nextRun(plan, now, at('2025-09-04T07:31:00'), zone)).toEqual(at('2025-09-04T12:15:00'));
  });

  it('does not wait for a clock that was set back', () => {
    const now = at('2025-09-01T13:00:00');
    expect(nextRun(plan, at('2026-09-01T12:15:00'), now, zone)).toEqual(now);
  });

  it('keeps its time where clocks are changed for the summer', () => {
    const berlin = (utc: string): Date => new Date(`${utc}Z`);
    expect(nextRun({ enabled: true, time: '03:30' }, berlin('2025-03-29T02:31:00'), berlin('2025-03-29T12:00:00'), 'Europe/Berlin')).toEqual(berlin('2025-03-30T01:30:00'));
  });

  it('is none where the plan is off', () => {
    expect(nextRun({ ...plan, enabled: false }, null, at('2025-09-01T13:00:00'), zone)).toBeNull();
  });
});

describe('retention', () => {
  const daily = (days: number, verified = true): KeptBackup[] =>
    Array.from({ length: days }, (_, day) => ({ id: `d${day}`, at: new Date(at('2025-09-01T12:15:00').getTime() - day * 86_400_000), verified }));
  const keep = { keep_last: 2, keep_daily: 3, keep_weekly: 2, keep_monthly: 2 };

  it('keeps the last ones and the newest of days, weeks and months', () => {
    const gone = new Set(expired(daily(70), keep, zone));
    const kept = daily(70).filter(({ id }) => !gone.has(id)).map(({ id }) => id);
    // Monday 1 September, the two days before it (Sunday is the newest of the week before), and of August.
    expect(kept).toEqual(['d0', 'd1', 'd2']);
    const months = expired(daily(70), { ...keep, keep_monthly: 3 }, zone);
    expect(daily(70).filter(({ id }) => !months.includes(id)).map(({ id }) => id)).toEqual(['d0', 'd1', 'd2', 'd32']);
  });

  it('never lets the last verified one go, nor anything while none is', () => {
    const backups = daily(40, false);
    expect(expired(backups, keep, zone)).toEqual([]);
    (backups[35] as KeptBackup).verified = true;
    expect(expired(backups, keep, zone)).not.toContain('d35');
    expect(expired(backups, keep, zone)).toContain('d36');
  });

  it('holds for any history: the newest stays, the newest verified stays, and what is kept is enough', () => {
    const backup = fc.record({ minutes: fc.integer({ min: 0, max: 600_000 }), verified: fc.boolean() });
    fc.assert(
      fc.property(fc.array(backup, { minLength: 1, maxLength: 60 }), (made) => {
        const backups = made.map(({ minutes, verified }, index) => ({ id: String(index), at: new Date(1_756_000_000_000 - minutes * 60_000), verified }));
        const gone = new Set(expired(backups, keep, zone));
        const newestFirst = [...backups].sort((a, b) => b.at.getTime() - a.at.getTime());
        expect(gone.has(newestFirst[0]?.id ?? '')).toBe(false);
        const good = newestFirst.find(({ verified }) => verified);
        if (good) expect(gone.has(good.id)).toBe(false);
        else expect(gone.size).toBe(0);
        if (good) expect(backups.length - gone.size).toBeLessThanOrEqual(2 + 3 + 2 + 2 + 1);
      }),
    );
  });
});

describe('the warning', () => {
  const now = at('2025-09-10T12:00:00');
  it('names what is wrong with the backups so far', () => {
    expect(backupWarning([], defaultPlan, now)).toBe('never');
    expect(backupWarning([{ at: at('2025-09-10T11:00:00'), outcome: 'done', verified: true }], defaultPlan, now)).toBeNull();
    expect(backupWarning([{ at: at('2025-09-01T11:00:00'), outcome: 'done', verified: true }], defaultPlan, now)).toBe('old');
    expect(backupWarning([{ at: at('2025-09-10T11:00:00'), outcome: 'done', verified: false }], defaultPlan, now)).toBe('unverified');
    expect(backupWarning([{ at: at('2025-09-10T11:00:00'), outcome: 'done', verified: true, waiting: true }], defaultPlan, now)).toBe('waiting');
    expect(backupWarning([{ at: at('2025-09-10T11:00:00'), outcome: 'done', verified: true, waiting: false }], defaultPlan, now)).toBeNull();
    expect(backupWarning([{ at: at('2025-09-10T11:00:00'), outcome: 'failed', verified: false }, { at: at('2025-09-10T10:00:00'), outcome: 'done', verified: true }], defaultPlan, now)).toBe('failed');
  });
});
