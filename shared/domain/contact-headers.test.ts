import { expect, it } from 'vitest';
import { guessMapping, kindOf } from './contact-headers.ts';

it('columns are known by Vietnamese and English headings, each once', () => {
  expect(guessMapping(['STT', 'Tên công ty (*)', 'MST', 'Điện thoại', 'E-mail', 'Ghi chú', 'Phone'], {})).toEqual([
    null,
    'company_name',
    'tax_id',
    'phone',
    'email',
    'notes',
    null,
  ]);
  expect(guessMapping(['Company', 'Tax code', 'CREDIT LIMIT (VND)', 'Contact person'], {})).toEqual(['company_name', 'tax_id', 'credit_limit', 'contact_name']);
});

it('what somebody decided about a heading before counts more than the guess', () => {
  expect(guessMapping(['Mã KH', 'Ghi chú'], { 'ma kh': 'tax_id', 'ghi chu': '' })).toEqual(['tax_id', null]);
});

it.each([
  ['Nhà cung cấp', 'supplier'],
  ['KH', 'customer'],
  ['Partner', 'partner'],
  ['người quen', null],
])('%s is the kind %s', (written, kind) => {
  expect(kindOf(written)).toBe(kind);
});
