import type { Input } from '../../../shared/api/index.ts';
import type { IntakeDraft } from '../../../shared/api/intake.ts';
import { COMPANY_NAME_LENGTH, contactTexts, isEmail } from '../../../shared/api/contacts.ts';
import { readAmount, readDecimal } from '../../../shared/domain/decimal-input.ts';
import type { IntakeType } from '../../../shared/domain/intake.ts';

export const emptyDraft = (currency: string): IntakeDraft => ({
  customer_id: null,
  customer: '',
  new_customer: null,
  title: '',
  quantity: '',
  material: '',
  price: '',
  currency,
  delivery_date: null,
  tags: [],
  notes: '',
  source: '',
  links: '',
  files: '',
  attachments: [],
});

/** Whether anything was entered that would be missed. */
export const isEmpty = ({ currency: _, ...draft }: IntakeDraft): boolean =>
  Object.values(draft).every((value) => value === null || value === '' || (Array.isArray(value) && value.length === 0));

export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

export const lengths = { title: 500, material: 500, source: 100, notes: 20_000, link: 2_000, file: 500, tag: 100, lines: 50 } as const;

export type Problem = 'required' | 'valueRequired' | 'customerOpen' | 'customerRequired' | 'quantity' | 'price' | 'email' | 'tooLong' | 'tooMany';
export type ProblemField = keyof IntakeDraft | 'company_name' | 'contact_name' | 'phone' | 'email' | 'tax_id';
export type Problems = Partial<Record<ProblemField, Problem>>;

/** What has to be put right before the inquiry can be saved, by field. */
export function problemsOf(draft: IntakeDraft, needsOrder: boolean): Problems {
  const problems: Problems = {};
  const limit = (field: 'title' | 'material' | 'source' | 'notes') => {
    if (draft[field].trim().length > lengths[field]) problems[field] = 'tooLong';
  };
  if (draft.title.trim() === '') problems.title = 'required';
  for (const field of ['title', 'material', 'source', 'notes'] as const) limit(field);
  if (draft.quantity.trim() !== '' && !isQuantity(draft.quantity)) problems.quantity = 'quantity';
  const price = readAmount(draft.price);
  if (draft.price.trim() !== '' && price === null) problems.price = 'price';
  else if (needsOrder && !/[1-9]/.test(price ?? '')) problems.price = 'valueRequired';
  for (const [field, max] of [['links', lengths.link], ['files', lengths.file]] as const) {
    const lines = linesOf(draft[field]);
    if (lines.length > lengths.lines) problems[field] = 'tooMany';
    else if (lines.some((line) => line.length > max)) problems[field] = 'tooLong';
  }
  if (draft.tags.some((tag) => tag.trim().length > lengths.tag)) problems.tags = 'tooLong';
  return { ...problems, ...customerProblems(draft, needsOrder) };
}

function customerProblems({ customer_id, customer, new_customer }: IntakeDraft, needsOrder: boolean): Problems {
  if (!new_customer) {
    if (customer_id !== null) return {};
    if (customer.trim() !== '') return { customer: 'customerOpen' };
    return needsOrder ? { customer: 'customerRequired' } : {};
  }
  const problems: Problems = {};
  if (new_customer.company_name.trim() === '') problems.company_name = 'required';
  else if (new_customer.company_name.trim().length > COMPANY_NAME_LENGTH) problems.company_name = 'tooLong';
  for (const field of ['contact_name', 'phone', 'email', 'tax_id'] as const) {
    if (new_customer[field].trim().length > contactTexts[field]) problems[field] = 'tooLong';
  }
  const email = new_customer.email.trim();
  if (email !== '' && !isEmail(email)) problems.email = 'email';
  return problems;
}

function isQuantity(written: string): boolean {
  const decimal = readDecimal(written);
  return decimal !== null && !decimal.startsWith('-') && written.length <= 50;
}

/** The inquiry as the worker takes it; the draft has no problems any more. */
export function toInquiry(type: IntakeType, draft: IntakeDraft): Input<'projects.create'> {
  const { customer_id, new_customer } = draft;
  return {
    intake_type: type,
    customer: new_customer ? { create: { type: 'customer', ...new_customer } } : customer_id === null ? null : { id: customer_id },
    title: draft.title,
    quantity: draft.quantity,
    material: draft.material,
    price: draft.price,
    currency: draft.currency,
    delivery_date: draft.delivery_date,
    tags: draft.tags.map((tag) => tag.trim()).filter((tag) => tag !== ''),
    notes: draft.notes,
    source: draft.source,
    links: linesOf(draft.links),
    files: linesOf(draft.files),
    attachments: draft.attachments,
  };
}
