import { expect, it } from 'vitest';
import { isFiltered, readFilters, writeFilters } from './documents-url.ts';

const project = '0190b3c2-0000-7000-8000-000000000001';

it.each([
  '',
  `search=b%E1%BA%A3n+v%E1%BA%BD&project=${project}&category=drawing&tag=3D&level=customer&source=google_drive&mine=1&out=1&sort=title&order=descending`,
  'sort=category',
  'order=ascending',
])('the filters of the address %j are read and written as they stand', (address) => {
  const filters = readFilters(new URLSearchParams(address));
  expect(writeFilters(filters).toString()).toBe(address);
  expect(isFiltered(filters)).toBe(address.includes('search'));
});

it.each(['project=x', 'level=secret', 'source=ftp', 'sort=size', `search=${'x'.repeat(201)}`, 'mine=yes'])(
  'what makes no sense in an address asks for nothing: %s',
  (address) => {
    expect(readFilters(new URLSearchParams(address))).toEqual(readFilters(new URLSearchParams()));
  },
);
