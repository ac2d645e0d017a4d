import { expect, it } from 'vitest';
import { readFilters, writeFilters } from './contacts-url.ts';

it('the filters of the list come back from its address', () => {
  for (const filters of [
    { search: 'đông', type: 'supplier', state: 'duplicates', sort: 'city', descending: true },
    { search: '', type: null, state: 'active', sort: 'company_name', descending: false },
  ] as const) {
    expect(readFilters(writeFilters(filters))).toEqual(filters);
  }
});

it('an address that was typed wrong shows the whole list', () => {
  expect(readFilters(new URLSearchParams('type=alien&sort=password&state=x'))).toMatchObject({ type: null, state: 'active', sort: 'company_name' });
});
