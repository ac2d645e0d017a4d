import { expect, it } from 'vitest';
import { emailKey, nameKey, phoneKey, taxKey } from './contact-keys.ts';

it.each([
  [nameKey, 'Công ty TNHH Toyota Việt Nam', 'TOYOTA VIETNAM CO., LTD.'],
  [nameKey, 'Công ty Cổ phần Thép Hòa Phát', 'thep hoa phat JSC'],
  [taxKey, '0312345678', '312345678'],
  [taxKey, '0312345678-001', '0312345678001'],
  [emailKey, ' Mua.Hang@Toyota.vn ', 'mua.hang@toyota.vn'],
  [phoneKey, '+84 28 3822 1234', '(028) 3822.1234'],
  [phoneKey, '+84 912 345 678', '0912345678'],
])('one company is known however it is written (%#)', (key, one, other) => {
  expect(key(one)).toBe(key(other));
  expect(key(one)).not.toBeNull();
});

it.each([
  [nameKey, 'Công ty TNHH Honda Việt Nam', 'Công ty TNHH Toyota Việt Nam'],
  [taxKey, '0312345678', '0312345678-001'],
  [phoneKey, '0912345678', '0912345679'],
])('two companies are told apart (%#)', (key, one, other) => {
  expect(key(one)).not.toBe(key(other));
});

it('a name of common words alone is known by those', () => {
  expect(nameKey('Công ty TNHH')).toBe('congtytnhh');
});

it.each([
  [taxKey, '12'],
  [emailKey, 'không có'],
  [phoneKey, 'ext. 12'],
  [nameKey, ' – '],
])('nobody is known by what says too little (%#)', (key, text) => {
  expect(key(text)).toBeNull();
});
