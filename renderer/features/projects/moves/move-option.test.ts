import { describe, expect, it } from 'vitest';
import { answerOf, onlyReasonMissing } from './move-option.ts';

describe('the answer of a stage to a card', () => {
  it('is one of ready, with a reason, and blocked', () => {
    expect(answerOf({ allowed: true, reason_helps: false })).toBe('ready');
    expect(answerOf({ allowed: false, reason_helps: true })).toBe('reason');
    expect(answerOf({ allowed: false, reason_helps: false })).toBe('blocked');
  });

  it('tells a missing reason from missing conditions', () => {
    expect(onlyReasonMissing({ missing: [{ code: 'REASON_REQUIRED', detail: 'back' }] })).toBe(true);
    expect(onlyReasonMissing({ missing: [{ code: 'SUB_STAGE_OPEN', detail: 'BOM' }] })).toBe(false);
  });
});
