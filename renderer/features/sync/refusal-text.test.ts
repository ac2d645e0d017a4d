import { beforeAll, describe, expect, it } from 'vitest';
import { errorCodes } from '../../../shared/errors.ts';
import { i18n, learn, speak } from '../../app/i18n.ts';
import { refusalText, type RefusalWords } from './refusal-text.ts';

const words: RefusalWords = {
  t: i18n.getFixedT('en'),
  columnName: (column) => `<${column}>`,
  tableName: (table) => `[${table}]`,
  valueText: (_, value) => String(value),
};
const notes = [{ name: 'notes', mine: 'a', base: 'b', theirs: 'c' }];
const say = (code: (typeof errorCodes)[number], details: Record<string, unknown> = {}) => refusalText(words, { code, details, columns: notes });

beforeAll(() => Promise.all([speak('vi'), learn('en')]));

describe('why a change was refused', () => {
  it('has words for every code, also where the details say nothing or nonsense', () => {
    const nonsense = { missing: 'x', column: 7, table: null, code: 'NO_SUCH', sub_stage: [], status: {}, sqlstate: 5 };
    for (const code of errorCodes) {
      for (const details of [{}, nonsense]) expect(say(code, details)).toEqual([i18n.getFixedT('en')(`errors.${code}`)]);
    }
  });

  it('names every missing condition of a move, and leaves out what this version does not know', () => {
    const missing = [{ code: 'SUB_STAGE_OPEN', detail: 'Kiểm tra' }, { code: 'VALUE_REQUIRED' }, { code: 'OF_A_NEWER_CENTRE' }];
    expect(say('MOVE_BLOCKED', { missing }).slice(1)).toEqual([
      'The sub-stage “Kiểm tra” is not done.',
      'From the confirmed order on, a project needs a value above 0.',
    ]);
  });

  it('names the field and the value that somebody else set first', () => {
    expect(say('STRICT_CONFLICT', { column: 'status', theirs: 'on_hold' })[0]).toContain('“<status>” first; it is “on_hold” now');
  });

  it('says of a move that somebody else was first, where the project stands and what can be done', () => {
    expect(say('STRICT_CONFLICT', { column: 'current_stage_id', theirs: 'Quoted' })).toEqual([
      'Somebody else moved the project first; it is in “Quoted” now. Send your move again to make it from there, or discard it.',
    ]);
  });

  it.each([
    ['23502', 'A required value is missing: <title>'],
    ['23505', 'Another entry has this value already: <title>'],
    ['23503', 'The change names an entry that the server does not have any more: <title>'],
    ['23514', 'The value breaks a rule of the server: <title>'],
    ['22001', 'The text is too long: <title>'],
    ['22007', 'The server can’t read the value: <title>'],
  ])('tells what PostgreSQL found wrong with a value: %s', (sqlstate, sentence) => {
    expect(say('VALUE_REFUSED', { sqlstate, column: 'title' })[0]).toContain(sentence);
  });

  it('names the changed fields where the centre named none', () => {
    expect(say('VALUE_REFUSED', { sqlstate: '23514', constraint: 'short_notes' })[0]).toContain('<notes>');
  });

  it('names the step, the kind of data, and the reason of the change before', () => {
    expect(say('SUB_STAGE_NOT_ALLOWED', { sub_stage: 'Kiểm tra', status: 'completed' })[1]).toBe(
      'Sub-stage: Kiểm tra. Wanted status: Done.',
    );
    expect(say('NOT_ALLOWED', { table: 'projects' })[1]).toBe('Kind of data: [projects].');
    expect(say('DEPENDS_ON_REFUSED', { code: 'ROW_NOT_VISIBLE' })[1]).toContain('no longer have access');
  });
});
