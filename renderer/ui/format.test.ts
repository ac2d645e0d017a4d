import { describe, expect, it } from 'vitest';
import { createFormatter } from './format.ts';

const ZONE = 'Asia/Ho_Chi_Minh';
const vi = createFormatter('vi', ZONE);
const en = createFormatter('en', ZONE);
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('formatting', () => {
  it('shows times in the zone of the organization', () => {
    expect(en.dateTime('2025-01-27 18:30:00+00')).toBe('28/01/2025, 01:30');
    expect(vi.dateTime('2025-01-27 18:30:00.123456+00')).toContain('01:30');
  });

  it('never shifts a date without a time', () => {
    const west = createFormatter('en', 'America/Los_Angeles');
    expect(west.date('2025-01-27')).toBe('27/01/2025');
  });

  it('knows which day it is where the factory stands', () => {
    expect(vi.today(new Date('2025-01-27T18:30:00Z'))).toBe('2025-01-28');
  });

  it('shows money exactly, without decimals for dong', () => {
    expect(plain(vi.money('85000000.00', 'VND'))).toBe('85.000.000 ₫');
    expect(plain(en.money('1234567890123456.78', 'USD'))).toBe('US$1,234,567,890,123,456.78');
  });

  it('says how long ago something was in its largest unit', () => {
    const now = new Date('2025-01-27T12:00:00Z');
    expect(en.relative('2025-01-27 11:59:40+00', now)).toBe('now');
    expect(en.relative('2025-01-27 11:55:00+00', now)).toBe('5 minutes ago');
    expect(en.relative('2025-01-25 11:00:00+00', now)).toBe('2 days ago');
    expect(vi.relative('2025-01-27 09:00:00+00', now)).toBe('3 giờ trước');
  });

  it('says yesterday of the day before where the factory stands, and of no other day', () => {
    // Half past five in the morning of 1 December in Vietnam.
    const now = new Date('2026-11-30T22:30:00Z');
    expect(vi.relative('2026-11-29 20:00:00+00', now)).toBe('hôm qua');
    expect(en.relative('2026-11-29 20:00:00+00', now)).toBe('yesterday');
    // The evening of 29 November: 32 hours ago, and two days.
    expect(vi.relative('2026-11-29 14:30:00+00', now)).toBe('hôm kia');
    expect(en.relative('2026-11-29 14:30:00+00', now)).toBe('2 days ago');
    expect(vi.relative('2026-12-01 23:00:00+00', now)).toBe('ngày mai');
  });

  it('counts months and years instead of naming a month or year that it may not be', () => {
    const now = new Date('2026-12-01T12:00:00Z');
    expect(en.relative('2026-10-17 12:00:00+00', now)).toBe('1 month ago');
    expect(vi.relative('2025-01-20 12:00:00+00', now)).toBe('1 năm trước');
  });

  it('says durations in at most two units, in words of the language', () => {
    expect(en.duration(93_784)).toBe('1 day 2 hours');
    expect(vi.duration(93_784)).toBe('1 ngày 2 giờ');
    expect(en.duration(20)).toBe('0 minutes');
    expect(en.span(20_400)).toBe('20 seconds');
    expect(vi.span(125_000)).toBe('2 phút');
  });

  it('counts down to the second and never below', () => {
    expect(en.countdown(272_001)).toBe('4 minutes 33 seconds');
    expect(vi.countdown(3_600_000)).toBe('1 giờ');
    expect(en.countdown(-5)).toBe('0 seconds');
  });

  it('refuses text that is no timestamp rather than showing a wrong time', () => {
    expect(() => vi.dateTime('2025-01-27T18:30:00Z')).toThrow(RangeError);
  });
});
