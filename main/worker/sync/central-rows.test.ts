import { describe, expect, it } from 'vitest';
import type { AppError } from '../../../shared/errors.ts';
import type { TableMeta } from '../replica/tables.ts';
import { cellConverter, selectList, uuidList } from './central-rows.ts';

const id = '0197b1a4-0000-7000-8000-000000000001';

const table: TableMeta = {
  name: 'things',
  columns: [
    { name: 'id', kind: 'text', notNull: true },
    { name: 'size', kind: 'integer', notNull: false },
    { name: 'is_good', kind: 'boolean', notNull: true },
    { name: 'tags', kind: 'json', notNull: true },
    { name: 'note', kind: 'text', notNull: false },
  ],
  parents: [],
};

const convert = cellConverter(table);

describe('cells of a row of the centre', () => {
  it('become what the replica holds', () => {
    expect(convert([id, '42', 't', '["a"]', 'x'])).toEqual([id, 42, 1, '["a"]', 'x']);
    expect(convert([id, null, 'f', '[]', null])).toEqual([id, null, 0, '[]', null]);
  });

  it('stay the text that came where they are no such value, or none that can be held exactly', () => {
    expect(convert([id, '9007199254740992', 't', '[]', null])[1]).toBe('9007199254740992');
    expect(convert([id, '-9007199254740991', 't', '[]', null])[1]).toBe(-9007199254740991);
    expect(convert([id, 'many', 'maybe', '[]', null])).toEqual([id, 'many', 'maybe', '[]', null]);
    expect(convert([id, '', '', '[]', null])).toEqual([id, '', '', '[]', null]);
  });

  it.each([
    ['one is missing', [id, '1', 't', '[]']],
    ['one is too many', [id, '1', 't', '[]', null, null]],
    ['the id is missing', [null, '1', 't', '[]', null]],
    ['the id is none', ['1', '1', 't', '[]', null]],
  ])('are refused where %s', (_, cells) => {
    expect(() => convert(cells)).toThrow(expect.objectContaining({ code: 'SERVER_REPLY_INVALID' }) as AppError);
  });
});

it('columns that the centre does not have are read as nothing, of their kind where null is not allowed', () => {
  expect(selectList(table, new Map([['things', new Set(['id', 'note'])]]))).toBe(`t."id", null, false, '[]', t."note"`);
});

it('a list of ids holds ids alone, whatever else is given', () => {
  expect(uuidList([id, `'; drop table x; --`])).toBe(`'{${id}}'::uuid[]`);
});
