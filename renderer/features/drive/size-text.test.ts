import { expect, it } from 'vitest';
import { createFormatter } from '../../ui/format.ts';
import { sizeText } from './size-text.ts';

it('a size is given in the largest unit of which there is at least one', () => {
  const format = createFormatter('vi', 'Asia/Ho_Chi_Minh');
  expect([0, 1023, 1024, 1536, 10_240, 2.5 * 1024 ** 3, 1024 ** 5].map((bytes) => sizeText(bytes, format))).toEqual([
    '0 B',
    '1.023 B',
    '1 KB',
    '1,5 KB',
    '10 KB',
    '2,5 GB',
    '1.024 TB',
  ]);
});
