import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectPatch } from './projects.ts';

describe('the text of a project', () => {
  it('has line breaks of one kind and no blanks around it', () => {
    expect(projectPatch.parse({ notes: '  Một\r\nHai\rBa\tBốn\n' })).toEqual({ notes: 'Một\nHai\nBa\tBốn' });
  });

  it('drops what the centre could not store, which would hold back every change behind it', () => {
    expect(projectPatch.parse({ title: 'Đồ\u0000 gá\u0007 \ud83d hàn 🔧\udfff' })).toEqual({ title: 'Đồ gá  hàn 🔧' });
    expect(projectPatch.safeParse({ title: '\u0000' }).success).toBe(false);
  });

  it('is left as it is where nothing is wrong with it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (typed) => {
        fc.pre(typed.trim() !== '' && !/\p{Cc}/u.test(typed));
        expect(projectPatch.parse({ title: typed })).toEqual({ title: typed.trim() });
      }),
    );
  });
});
