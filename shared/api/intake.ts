import { z } from 'zod';
import { readAmount, readDecimal } from '../domain/decimal-input.ts';
import { intakeTypes, type IntakeType } from '../domain/intake.ts';
import { newContact } from './contacts.ts';
import { takenFile } from './files.ts';
import { operation } from './operation.ts';
import type { PriorityLevel, StageColumn } from './projects.ts';
import { text } from './text.ts';

export const MOST_ATTACHMENTS = 50;

/** What stands in the form, as it was typed; nothing of it is checked before it is saved. */
export const intakeDraft = z.strictObject({
  customer_id: z.uuid().nullable(),
  /** What was typed into the field of the customer. */
  customer: z.string().max(5_000),
  /** The facts of a customer who is to be created with the inquiry; null where none is. */
  new_customer: z
    .strictObject({
      company_name: z.string().max(5_000),
      contact_name: z.string().max(5_000),
      phone: z.string().max(5_000),
      email: z.string().max(5_000),
      tax_id: z.string().max(5_000),
    })
    .nullable(),
  title: z.string().max(20_000),
  quantity: z.string().max(5_000),
  material: z.string().max(5_000),
  price: z.string().max(5_000),
  currency: z.string().max(10),
  delivery_date: z.iso.date().nullable(),
  tags: z.array(z.string().max(5_000)).max(100),
  notes: z.string().max(50_000),
  source: z.string().max(5_000),
  links: z.string().max(50_000),
  files: z.string().max(50_000),
  /** Files that are in this machine's store already. */
  attachments: z.array(takenFile).max(MOST_ATTACHMENTS).default([]),
});

export type IntakeDraft = z.output<typeof intakeDraft>;

/** The drafts of the signed-in person on this machine, one for each type, and the type that was worked on last. */
export interface IntakeDrafts {
  drafts: Partial<Record<IntakeType, IntakeDraft>>;
  last: IntakeType | null;
}

/** Where an inquiry of a type begins. */
export interface IntakeBeginning {
  type: IntakeType;
  /** Null where no stage is in use in which it could begin. */
  stage: Pick<StageColumn, 'id' | 'name' | 'color'> | null;
  /** The usual stage is not in use; this is the nearest. */
  instead: boolean;
  priority: PriorityLevel;
  /** The order's conditions hold there: a value and a customer. */
  needs_order: boolean;
  /** The person may add documents to a project that begins there. */
  may_attach: boolean;
}

export interface IntakeForm {
  beginnings: IntakeBeginning[];
  /** The person may create customers along with inquiries. */
  may_create_customer: boolean;
  default_currency: string;
  /** Tags and sources in use, the most frequent first. */
  tags: string[];
  sources: string[];
}

/** A project that the same inquiry may have led to already. */
export interface SimilarProject {
  id: string;
  project_id: string;
  title: string;
  stage_name: string | null;
  created_at: string;
}

const optional = (max: number) =>
  text(max)
    .transform((value) => (value === '' ? null : value))
    .nullable()
    .default(null);

const lines = (max: number) => z.array(text(max)).max(50).default([]);

const number = (read: (written: string) => string | null) =>
  z
    .string()
    .max(50)
    .transform((written, context) => {
      if (written.trim() === '') return null;
      const decimal = read(written);
      if (decimal === null || decimal.startsWith('-')) context.addIssue({ code: 'custom', message: 'not a number of this kind' });
      return decimal;
    })
    .nullable()
    .default(null);

/** A project as it is taken in; numbers and amounts in either language's form. */
export const newProject = z.strictObject({
  intake_type: z.enum(intakeTypes),
  /** One that is there, or one to be created along with the project. */
  customer: z.union([z.strictObject({ id: z.uuid() }), z.strictObject({ create: newContact })]).nullable().default(null),
  title: text(500).pipe(z.string().min(1)),
  quantity: number(readDecimal),
  material: optional(500),
  price: number(readAmount),
  currency: z.string().regex(/^[A-Z]{3}$/),
  delivery_date: z.iso.date().nullable().default(null),
  tags: z.array(text(100).pipe(z.string().min(1))).max(50).default([]),
  notes: optional(20_000),
  source: optional(100),
  links: lines(2_000),
  /** Names alone; the files themselves stay where they are. */
  files: lines(500),
  /** Become documents of the project, and are sent after it. Fails with DOCUMENT_NOT_ALLOWED where the person may add none there. */
  attachments: z.array(takenFile).max(MOST_ATTACHMENTS).default([]),
});

const draftOf = z.strictObject({ intake_type: z.enum(intakeTypes) });

export const intakeApi = {
  /** Fails with NOT_ALLOWED where the person's role takes in no inquiries. */
  'intake.form': operation<IntakeForm>()(z.void()),
  'intake.drafts': operation<IntakeDrafts>()(z.void()),
  'intake.saveDraft': operation<null>()(draftOf.extend({ draft: intakeDraft })),
  'intake.discardDraft': operation<null>()(draftOf),
  /** Projects of the customer from the last 90 days with a title like this one. */
  'intake.similar': operation<SimilarProject[]>()(z.strictObject({ customer_id: z.uuid(), title: z.string().max(20_000) })),
  /**
   * Creates a project, and its customer where that is new, and forgets the draft. Fails with NOT_ALLOWED, STAGE_MISSING, or
   * MOVE_BLOCKED with what the order needs in `details.missing`.
   */
  'projects.create': operation<{ id: string; project_id: string; stage: string; instead: boolean }>()(newProject),
};
