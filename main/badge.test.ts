import { describe, expect, it } from 'vitest';
import { drawBadge } from './badge-image.ts';
import { badgeOf } from './badge.ts';
import { textsIn } from './texts.ts';

const texts = textsIn('en').badge;

describe('the badge on the application icon', () => {
  it('counts what waits to be sent and what waits for the person', () => {
    expect(badgeOf({ pending: 3, attention: 2 }, texts)).toEqual({
      count: 5,
      overlay: { label: '5', description: 'Refused changes to settle: 2, waiting to be sent: 3', urgent: true },
    });
  });

  it('is calm while changes only wait to be sent', () => {
    expect(badgeOf({ pending: 1, attention: 0 }, texts).overlay).toEqual({
      label: '1',
      description: 'Changes waiting to be sent: 1',
      urgent: false,
    });
  });

  it('goes when nothing waits, and when nobody is signed in', () => {
    expect(badgeOf({ pending: 0, attention: 0 }, texts)).toEqual({ count: 0, overlay: null });
    expect(badgeOf(null, texts)).toEqual({ count: 0, overlay: null });
  });

  it('says "more" where the number has no room', () => {
    expect(badgeOf({ pending: 10_000, attention: 0 }, texts)).toMatchObject({ count: 10_000, overlay: { label: '9+' } });
  });
});

describe('the picture of the badge', () => {
  const pixel = ({ pixels, size }: ReturnType<typeof drawBadge>, x: number, y: number) => [
    ...pixels.subarray((y * size + x) * 4, (y * size + x) * 4 + 4),
  ];

  it('is a disc with a transparent corner, red where the person has to act', () => {
    expect(pixel(drawBadge('1', false), 0, 0)).toEqual([0, 0, 0, 0]);
    expect(pixel(drawBadge('1', false), 16, 1)).toEqual([132, 110, 11, 255]);
    expect(pixel(drawBadge('1', true), 16, 1)).toEqual([24, 35, 180, 255]);
  });

  it('shows every label differently', () => {
    const labels = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '9+'];
    const drawn = labels.map((label) => drawBadge(label, true).pixels.toString('hex'));
    expect(new Set(drawn).size).toBe(labels.length);
  });
});
