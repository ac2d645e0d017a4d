import { z } from 'zod';
import { readAmount } from '../domain/decimal-input.ts';
import { operation } from './operation.ts';
import type { ActivityRow } from './projects.ts';
import type { AttentionItem, Page } from './sync.ts';
import { text } from './text.ts';

export const contactTypes = ['customer', 'supplier', 'partner', 'internal'] as const;
export type ContactType = (typeof contactTypes)[number];

/** The facts of a contact that are plain texts, with the length that the centre holds. */
export const contactTexts = {
  contact_name: 200,
  email: 320,
  phone: 50,
  tax_id: 50,
  address: 1_000,
  city: 200,
  state: 200,
  country: 200,
  postal_code: 20,
  website: 2_000,
  payment_terms: 200,
  notes: 20_000,
} as const;

export type ContactText = keyof typeof contactTexts;

export const COMPANY_NAME_LENGTH = 300;

const optional = (max: number) =>
  text(max)
    .transform((value) => (value === '' ? null : value))
    .nullable();

const amount = z
  .string()
  .max(50)
  .transform((written, context) => {
    if (written.trim() === '') return null;
    const decimal = readAmount(written);
    if (decimal === null) context.addIssue({ code: 'custom', message: 'not an amount' });
    return decimal;
  })
  .nullable();

const email = optional(contactTexts.email).refine((value) => value === null || isEmail(value));

/** What looks like an address; whether anybody reads it, only writing to it tells. */
export const isEmail = (value: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);

const facts = {
  type: z.enum(contactTypes),
  company_name: text(COMPANY_NAME_LENGTH).pipe(z.string().min(1)),
  contact_name: optional(contactTexts.contact_name),
  email,
  phone: optional(contactTexts.phone),
  tax_id: optional(contactTexts.tax_id),
  address: optional(contactTexts.address),
  city: optional(contactTexts.city),
  state: optional(contactTexts.state),
  country: optional(contactTexts.country),
  postal_code: optional(contactTexts.postal_code),
  website: optional(contactTexts.website),
  payment_terms: optional(contactTexts.payment_terms),
  credit_limit: amount,
  currency: z.string().regex(/^[A-Z]{3}$/),
  notes: optional(contactTexts.notes),
};

/** A contact that is created; what it does not name is empty. */
export const newContact = z.strictObject({ type: facts.type, company_name: facts.company_name }).extend(
  z.strictObject({ ...facts }).omit({ type: true, company_name: true }).partial().shape,
);

export const contactPatch = z.strictObject({ ...facts, is_active: z.boolean() }).partial();

export type NewContact = z.input<typeof newContact>;
export type ContactPatch = z.input<typeof contactPatch>;

export interface ContactRow {
  id: string;
  type: ContactType;
  company_name: string;
  contact_name: string | null;
  email: string | null;
  phone: string | null;
  city: string | null;
  tax_id: string | null;
  is_active: boolean;
  updated_at: string;
  /** Projects of a customer, requests and orders to a supplier. */
  projects: number;
  purchases: number;
  /** Changes of it that wait, or that were refused. */
  pending: boolean;
  refused: boolean;
}

/** A contact as it is found while somebody types. */
export type ContactChoice = Pick<ContactRow, 'id' | 'type' | 'company_name' | 'contact_name' | 'email' | 'phone' | 'tax_id' | 'city' | 'is_active'>;

/** By what two contacts may be the same. */
export const likenesses = ['tax_id', 'email', 'phone', 'name'] as const;
export type Likeness = (typeof likenesses)[number];

export interface PossibleDuplicate extends ContactChoice {
  by: Likeness[];
}

export interface RelatedRow {
  id: string;
  code: string;
  title: string;
  status: string;
  date: string | null;
  amount: string | null;
  currency: string | null;
}

export interface ContactPage {
  contact: Required<Record<ContactText, string | null>> & {
    id: string;
    type: ContactType;
    company_name: string;
    credit_limit: string | null;
    currency: string;
    is_active: boolean;
    created_at: string;
    created_by_name: string | null;
    updated_at: string;
  };
  /** The contact into which this one was merged. */
  merged_into: { id: string; company_name: string } | null;
  /** Those that were merged into this one. */
  merged: { id: string; company_name: string }[];
  may_edit: boolean;
  pending_columns: string[];
  attention: AttentionItem[];
  duplicates: PossibleDuplicate[];
  /** The newest of each kind, and how many there are. */
  projects: Page<RelatedRow & { stage_name: string | null }>;
  requests: Page<RelatedRow>;
  orders: Page<RelatedRow>;
  people: { id: string; name: string; email: string }[];
  /** Null where the person may not read the history of contacts. */
  activity: ActivityRow[] | null;
}

/** What carries the duplicate's name and would carry the other's. */
export const mergedKinds = ['projects', 'requests', 'quotes', 'orders', 'items', 'people', 'merged'] as const;
export type MergedKind = (typeof mergedKinds)[number];

export const contactColumns = ['type', 'company_name', ...Object.keys(contactTexts), 'credit_limit', 'currency'] as (
  | ContactText
  | 'type'
  | 'company_name'
  | 'credit_limit'
  | 'currency'
)[];

export interface MergePreview {
  duplicate: ContactChoice;
  stays: ContactChoice;
  follow: Record<MergedKind, number>;
  /** Facts that only the duplicate has; the one that stays can take them over. */
  missing: { column: string; value: string }[];
  /** Facts in which the two differ; those of the one that stays hold. */
  differing: { column: string; kept: string; lost: string }[];
}

const byId = z.strictObject({ id: z.uuid() });
const pair = z.strictObject({ id: z.uuid(), into_id: z.uuid() });

export const contactStates = ['active', 'inactive', 'duplicates', 'all'] as const;
export const contactSortColumns = ['company_name', 'type', 'city', 'updated_at'] as const;

export const contactsApi = {
  'contacts.list': operation<Page<ContactRow>>()(
    z.strictObject({
      search: z.string().max(200).default(''),
      type: z.enum(contactTypes).nullable().default(null),
      state: z.enum(contactStates).default('active'),
      sort: z.enum(contactSortColumns).default('company_name'),
      descending: z.boolean().default(false),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(200).default(100),
    }),
  ),
  /** The best matches for what was typed, in use and of one of the types. */
  'contacts.find': operation<ContactChoice[]>()(
    z.strictObject({
      search: z.string().max(300),
      types: z.array(z.enum(contactTypes)).max(4),
      limit: z.number().int().min(1).max(50).default(8),
    }),
  ),
  /** Contacts that may be the one that somebody is about to create. */
  'contacts.like': operation<PossibleDuplicate[]>()(
    z.strictObject({
      company_name: z.string().max(5_000),
      email: z.string().max(5_000).default(''),
      phone: z.string().max(5_000).default(''),
      tax_id: z.string().max(5_000).default(''),
    }),
  ),
  'contacts.get': operation<ContactPage>()(byId),
  'contacts.create': operation<{ id: string }>()(newContact),
  'contacts.update': operation<null>()(z.strictObject({ id: z.uuid(), patch: contactPatch })),
  'contacts.mergePreview': operation<MergePreview>()(pair),
  /** Merges `id` into `into_id`: all that named it follows. Fails with MERGE_NOT_POSSIBLE and `details.reason`. */
  'contacts.merge': operation<null>()(pair.extend({ take_missing: z.boolean().default(true) })),
};
