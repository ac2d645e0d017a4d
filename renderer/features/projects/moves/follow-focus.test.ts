import { describe, expect, it } from 'vitest';
import { followWithFocus, forgetFocusWish, takeFocusWish } from './follow-focus.ts';

describe('focus after a move', () => {
  it('goes to the moved card once, and to no other', () => {
    followWithFocus('a');
    expect(takeFocusWish('b')).toBe(false);
    expect(takeFocusWish('a')).toBe(true);
    expect(takeFocusWish('a')).toBe(false);
  });

  it('stays where it is when the move failed', () => {
    followWithFocus('a');
    forgetFocusWish();
    expect(takeFocusWish('a')).toBe(false);
  });
});
