import { beforeAll, describe, expect, it } from 'vitest';
import type { MoveOption } from '../../../../shared/api/projects.ts';
import { i18n, speak } from '../../../app/i18n.ts';
import { overText } from './announcements.ts';

const place = { code: 'P-25012703', stage: 'Quoted' };
const option = (changed: Partial<MoveOption>): MoveOption => ({
  to_stage_id: 'quoted',
  kind: 'advance',
  allowed: false,
  missing: [],
  reason_helps: false,
  ...changed,
});

describe('what a screen reader says over a column', () => {
  beforeAll(() => speak('en'));

  it('tells whether the card can be dropped', () => {
    expect(overText(i18n.t, place, false, option({ allowed: true }))).toBe(
      'P-25012703 is over Quoted. It can be dropped.',
    );
    expect(overText(i18n.t, place, false, option({ reason_helps: true }))).toContain('with a written reason');
    expect(overText(i18n.t, place, true, undefined)).toContain('where it came from');
  });

  it('names every missing condition', () => {
    const missing: MoveOption['missing'] = [
      { code: 'SUB_STAGE_OPEN', detail: 'Cost Analysis' },
      { code: 'VALUE_REQUIRED', detail: '' },
    ];
    const text = overText(i18n.t, place, false, option({ missing }));
    expect(text).toContain('The sub-stage “Cost Analysis” is not done.');
    expect(text).toContain('a value above 0');
  });

  it('speaks Vietnamese as well', async () => {
    await speak('vi');
    expect(overText(i18n.t, place, false, option({ allowed: true }))).toBe('P-25012703 đang ở trên Quoted. Có thể thả.');
    await speak('en');
  });
});
