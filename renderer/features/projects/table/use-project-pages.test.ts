import { describe, expect, it } from 'vitest';
import { PAGE_SIZE, pagesOf } from './use-project-pages.ts';

describe('pages of a long list', () => {
  it('are read only where rows are in sight', () => {
    expect(pagesOf(0, 30)).toEqual([0]);
    expect(pagesOf(PAGE_SIZE - 5, PAGE_SIZE + 20)).toEqual([0, 1]);
    expect(pagesOf(99_950, 99_980)).toEqual([999]);
  });

  it('begin with the first before anything is in sight', () => {
    expect(pagesOf(0, 0)).toEqual([0]);
    expect(pagesOf(0, -1)).toEqual([0]);
  });
});
