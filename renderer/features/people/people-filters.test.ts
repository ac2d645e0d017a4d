import { describe, expect, it } from 'vitest';
import type { PersonRow } from '../../../shared/api/people.ts';
import { matchingPeople, noFilters } from './people-filters.ts';

const person = (facts: Partial<PersonRow>): PersonRow => ({
  id: facts.name ?? '',
  name: '',
  email: 'a@xuong.vn',
  role: 'qa',
  status: 'active',
  department: null,
  phone: null,
  employee_id: null,
  direct_manager_id: null,
  direct_manager_name: null,
  contact_id: null,
  contact_name: null,
  last_login_at: null,
  ...facts,
});

const people = [
  person({ name: 'Đỗ Thị Hồng', department: 'Kiểm tra chất lượng' }),
  person({ name: 'Nguyễn Văn Đông', role: 'sales', email: 'dong@xuong.vn', employee_id: 'NV-07' }),
  person({ name: 'Lê Hòa', role: 'supplier', status: 'inactive', contact_name: 'Thép Việt' }),
];

const found = (filters: Partial<typeof noFilters>): string[] =>
  matchingPeople(people, { ...noFilters, ...filters }).map(({ name }) => name);

describe('the search for people', () => {
  it.each([
    ['do hong', ['Đỗ Thị Hồng']],
    ['HỒNG', ['Đỗ Thị Hồng']],
    ['chat luong', ['Đỗ Thị Hồng']],
    ['nv-07', ['Nguyễn Văn Đông']],
    ['thep viet', ['Lê Hòa']],
    ['dong', ['Nguyễn Văn Đông']],
    ['không ai', []],
    ['  ', ['Đỗ Thị Hồng', 'Nguyễn Văn Đông', 'Lê Hòa']],
  ])('for “%s” minds neither marks nor case nor the order of words', (search, names) => {
    expect(found({ search })).toEqual(names);
  });

  it('goes together with role and status', () => {
    expect(found({ role: 'supplier' })).toEqual(['Lê Hòa']);
    expect(found({ status: 'active', search: 'xuong' })).toEqual(['Đỗ Thị Hồng', 'Nguyễn Văn Đông']);
    expect(found({ role: 'sales', status: 'inactive' })).toEqual([]);
  });
});
