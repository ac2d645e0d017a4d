import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTimestamp, parseTimestamp } from './timestamps.ts';

const instants = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

describe('timestamps', () => {
  it('come back as the instant that they were written from', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        expect(parseTimestamp(formatTimestamp(instant))).toEqual(instant);
      }),
    );
  });

  it('sort as text as they do in time', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 2000 }), (instant, later) => {
        const other = new Date(Math.min(instant.getTime() + later, Date.UTC(9999, 11, 31)));
        const [a, b] = [formatTimestamp(instant), formatTimestamp(other)];
        expect(Math.sign(Number(a > b) - Number(a < b))).toBe(Math.sign(instant.getTime() - other.getTime()));
      }),
    );
  });

  it('have the form in which PostgreSQL prints them in UTC', () => {
    const written = [
      '2025-01-27T08:00:00Z',
      '2025-01-27T08:00:00.120Z',
      '2025-01-27T08:00:00.001Z',
      '2025-01-27T15:00:10.5+07:00',
    ];
    expect(written.map((iso) => formatTimestamp(new Date(iso)))).toEqual([
      '2025-01-27 08:00:00+00',
      '2025-01-27 08:00:00.12+00',
      '2025-01-27 08:00:00.001+00',
      '2025-01-27 08:00:10.5+00',
    ]);
  });

  it('are read to the millisecond, of which PostgreSQL keeps a thousandth', () => {
    expect(parseTimestamp('2025-01-27 08:00:00.123999+00').toISOString()).toBe('2025-01-27T08:00:00.123Z');
    expect(parseTimestamp('2025-01-27 08:00:00.1+00').toISOString()).toBe('2025-01-27T08:00:00.100Z');
  });

  it.each([
    '',
    '2025-01-27',
    '2025-01-27T08:00:00Z',
    '2025-01-27 08:00:00',
    '2025-01-27 08:00:00+07',
    '2025-01-27 08:00:00.1234567+00',
    '2025-13-27 08:00:00+00',
    '2025-01-27 25:00:00+00',
    'infinity',
    '0044-03-15 12:00:00+00 BC',
  ])('are never made of %j', (text) => {
    expect(() => parseTimestamp(text)).toThrow(RangeError);
  });
});
