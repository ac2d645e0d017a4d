import { z } from 'zod';
import type { Role } from '../domain/roles.ts';
import { operation } from './operation.ts';
import { projectPatch } from './projects.ts';
import { text } from './text.ts';

/** Somebody who can be given a project, a step or a part in a project. */
export interface PersonChoice {
  id: string;
  name: string;
  role: Role;
}

export interface CustomerChoice {
  id: string;
  company_name: string;
  /** Tells companies of one name apart. */
  city: string | null;
}

/** A person's part in a project. */
export interface TeamMember {
  id: string;
  user_id: string;
  name: string | null;
  role: Role | null;
  /** What they do in it; `excluded` keeps them out. */
  part: string;
  assigned_at: string;
  assigned_by_name: string | null;
  pending: boolean;
}

export const relatedKinds = [
  'documents',
  'reviews',
  'supplier_rfqs',
  'supplier_quotes',
  'purchase_orders',
  'production_orders',
] as const;
export type RelatedKind = (typeof relatedKinds)[number];

/** A record that hangs on a project, as its list shows it. */
export interface RelatedRow {
  id: string;
  /** Its number, or its kind. */
  code: string | null;
  title: string | null;
  /** Null for documents, which have none. */
  status: string | null;
  /** The supplier, the reviewer, whoever put the document there. */
  who: string | null;
  /** A day or a timestamp: by when it is wanted, or until when it holds. */
  due: string | null;
  amount: string | null;
  currency: string | null;
  created_at: string;
  /** Of a document: its version, and whether that is the one that holds. */
  version: number | null;
  is_current: boolean | null;
}

/** Of each kind that the person's role reads: how many there are, and the newest of them. */
export type Related = Partial<Record<RelatedKind, { total: number; rows: RelatedRow[] }>>;

const amount = z.string().regex(/^\d{1,16}(\.\d{1,2})?$/);

/** Everything of a project's own row that a person edits on its page. */
export const projectEdit = projectPatch
  .extend({
    customer_id: z.uuid().nullable(),
    assigned_to: z.uuid().nullable(),
    estimated_value: amount.nullable(),
    currency: z.string().regex(/^[A-Z]{3}$/),
    tags: z.array(text(100).pipe(z.string().min(1))).max(50),
  })
  .partial();

export type ProjectEdit = z.input<typeof projectEdit>;

const stepEdit = z
  .strictObject({ assigned_to: z.uuid().nullable(), notes: text(20_000).nullable() })
  .partial();

export type StepEdit = z.input<typeof stepEdit>;

/** The statuses that a person gives by hand; completed is whatever left the last stage. */
export const settableStatuses = ['active', 'on_hold', 'cancelled'] as const;
export type SettableStatus = (typeof settableStatuses)[number];

export const PART_LENGTH = 100;

const member = { id: z.uuid(), user_id: z.uuid() };

export const projectPageApi = {
  /**
   * Edits a project's facts. With `expected`, which undoing sends, only where these values still stand; else fails with
   * EDIT_OVERTAKEN.
   */
  'project.edit': operation<null>()(
    z.strictObject({ id: z.uuid(), patch: projectEdit, expected: projectEdit.nullable().default(null) }),
  ),
  /** Holding and cancelling need a reason. */
  'project.setStatus': operation<null>()(
    z.strictObject({ id: z.uuid(), status: z.enum(settableStatuses), reason: text(2_000).nullable().default(null) }),
  ),
  'project.editStep': operation<null>()(
    z.strictObject({
      id: z.uuid(),
      sub_stage_id: z.uuid(),
      patch: stepEdit,
      expected: stepEdit.nullable().default(null),
    }),
  ),
  'project.team': operation<TeamMember[]>()(z.strictObject({ id: z.uuid() })),
  /** Gives a person a part in the project, or another one. */
  'project.setMember': operation<null>()(
    z.strictObject({ ...member, part: text(PART_LENGTH).pipe(z.string().min(1)) }),
  ),
  'project.removeMember': operation<null>()(z.strictObject(member)),
  'project.related': operation<Related>()(z.strictObject({ id: z.uuid() })),
  'project.people': operation<PersonChoice[]>()(z.void()),
  /** Customers in use whose name has every word, whatever the diacritics. */
  'project.customers': operation<CustomerChoice[]>()(z.strictObject({ search: z.string().max(200).default('') })),
};
