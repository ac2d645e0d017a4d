import { describe, expect, it } from 'vitest';
import { newProject } from '../../../shared/api/intake.ts';
import { emptyDraft, isEmpty, problemsOf, toInquiry } from './intake-form.ts';

const draft = (more: Partial<ReturnType<typeof emptyDraft>> = {}) => ({ ...emptyDraft('VND'), title: 'Vỏ hộp số', ...more });

describe('an inquiry on the screen', () => {
  it('has nothing to lose until something is entered', () => {
    expect(isEmpty(emptyDraft('USD'))).toBe(true);
    expect(isEmpty({ ...emptyDraft('USD'), tags: ['nhôm'] })).toBe(false);
  });

  it.each([
    [{ title: '  ' }, { title: 'required' }],
    [{ title: 'x'.repeat(10_000) }, { title: 'tooLong' }],
    [{ quantity: '-5' }, { quantity: 'quantity' }],
    [{ quantity: 'một nghìn' }, { quantity: 'quantity' }],
    [{ price: '-85.000' }, { price: 'price' }],
    [{ customer: 'Toyo' }, { customer: 'customerOpen' }],
    [{ links: 'x\n'.repeat(51) }, { links: 'tooMany' }],
    [{ files: 'x'.repeat(501) }, { files: 'tooLong' }],
    [{ new_customer: { company_name: '', contact_name: '', phone: '', email: 'ai đó', tax_id: '' } }, { company_name: 'required', email: 'email' }],
  ])('says what is wrong with %j', (entered, problems) => {
    expect(problemsOf(draft(entered), false)).toEqual(problems);
  });

  it('needs a value and a customer where it is an order', () => {
    expect(problemsOf(draft({ price: '0' }), true)).toEqual({ price: 'valueRequired', customer: 'customerRequired' });
  });

  it.each([
    draft({ quantity: '1.200', price: '85.000.000', links: 'https://a.vn\n\n', tags: [' nhôm '], notes: '😀 مرحبا' }),
    draft({ new_customer: { company_name: 'Cơ khí Đông Á', contact_name: '', phone: '', email: '', tax_id: '' }, title: 'x'.repeat(500) }),
  ])('without problems is what the worker takes', (entered) => {
    expect(problemsOf(entered, false)).toEqual({});
    expect(newProject.safeParse(toInquiry('rfq', entered)).success).toBe(true);
  });
});
