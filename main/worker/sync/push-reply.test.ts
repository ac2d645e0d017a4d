import { describe, expect, it } from 'vitest';
import type { AppError } from '../../../shared/errors.ts';
import { readPushReply } from './push-reply.ts';

const [one, two] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as const;
const applied = (id: string) => ({ id, status: 'applied', xid: '741' });
const read = (answer: unknown) => readPushReply(JSON.stringify(answer), [one, two]);

describe('the answer to a push', () => {
  it('is read as a result for each change', () => {
    const refused = { id: two, status: 'refused', xid: '741', code: 'ROW_DELETED', details: { table: 'projects' } };
    expect(read([applied(one), refused])).toEqual({ results: [applied(one), refused], faults: [] });
  });

  it.each([
    ['of an unknown status', { ...applied(two), status: 'perhaps' }, two],
    ['of a transaction id that is none', { ...applied(two), xid: '7e3' }, two],
    ['of a transaction id that JavaScript cannot hold', { ...applied(two), xid: '99999999999999999999' }, two],
    ['of a refusal without a reason', { id: two, status: 'refused', xid: '1' }, two],
    ['for a change that was not sent', applied('00000000-0000-4000-8000-000000000009'), '00000000-0000-4000-8000-000000000009'],
    ['that comes twice', applied(one), one],
    ['without an id', { status: 'applied', xid: '1' }, null],
    ['that is no object', 7, null],
  ])('counts without a result %s', (_, fault, id) => {
    const { results, faults } = read([applied(one), fault]);
    expect(results).toEqual([applied(one)]);
    expect(faults).toMatchObject([{ id }]);
  });

  it.each([['no JSON', '<html>'], ['nothing', null], ['null', 'null'], ['no list', '{}']])('is refused where it is %s', (_, text) => {
    expect(() => readPushReply(text, [one])).toThrow(expect.objectContaining({ code: 'SERVER_REPLY_INVALID' }) as AppError);
  });

  it('names the place of a fault and never a value', () => {
    expect(JSON.stringify(read([{ ...applied(one), xid: 'secret' }]).faults)).not.toContain('secret');
  });
});
