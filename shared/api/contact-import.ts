import { z } from 'zod';
import { exportFormats } from './audit.ts';
import { contactColumns, contactTypes } from './contacts.ts';
import { operation } from './operation.ts';

type ContactColumn = (typeof contactColumns)[number];

/** A file that was opened for import. */
export interface ImportPreview {
  file: string;
  /** `xlsx`, or the encoding of a text file. */
  form: 'xlsx' | 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1258';
  headings: string[];
  /** What the headings, and earlier imports, say of each column. */
  mapping: (ContactColumn | null)[];
  /** The first rows below the headings. */
  sample: string[][];
  rows: number;
}

export const importProblems = [
  'required',
  'tooLong',
  'email',
  'amount',
  'currency',
  'kind',
  'kindNotAllowed',
  'repeated',
] as const;
export type ImportProblem = (typeof importProblems)[number];

/** A row that cannot be imported. */
export interface BadRow {
  /** Its number in the file, as a spreadsheet counts. */
  row: number;
  problem: ImportProblem;
  column: ContactColumn | null;
  value: string;
  /** The row that says the same. */
  other: number | null;
}

export interface ImportChange {
  row: number;
  company_name: string;
  /** The columns that change; none where the contact is new. */
  columns: { name: ContactColumn; before: string | null; after: string }[];
}

/** What an import would do, or did. */
export interface ImportResult {
  created: number;
  changed: number;
  same: number;
  bad: number;
  /** The first of each. */
  bad_rows: BadRow[];
  new_rows: ImportChange[];
  changed_rows: ImportChange[];
}

export interface ImportProgress {
  step: 'read' | 'check' | 'write';
  rows: number;
  total: number | null;
}

const columns = contactColumns as [ContactColumn, ...ContactColumn[]];

const importPlan = z.strictObject({
  /** What each column of the file is; null is left out. */
  mapping: z.array(z.enum(columns).nullable()).max(200),
  /** The kind of rows that name none. */
  type: z.enum(contactTypes),
});

const word = z.string().max(500);

export const failedRowsRequest = z.strictObject({
  format: z.enum(exportFormats),
  words: z.strictObject({
    sheet: z.string().min(1).max(31),
    reason: word,
    /** With `{column}`, `{value}` and `{other}`. */
    problems: z.record(z.enum(importProblems), word),
    columns: z.record(z.string().max(100), word),
  }),
});

export type FailedRowsWords = z.output<typeof failedRowsRequest>['words'];

export const contactImportApi = {
  /** What an import would do. Fails with IMPORT_NOT_OPEN, IMPORT_NO_NAME or IMPORT_CANCELLED. */
  'contacts.checkImport': operation<ImportResult>()(importPlan),
  /**
   * Imports all rows, or with `skip_bad` those that are right, in one transaction. Fails with IMPORT_BAD_ROWS where rows are
   * bad and none may be skipped; then, and when it is cancelled, nothing is imported.
   */
  'contacts.runImport': operation<ImportResult>()(importPlan.extend({ skip_bad: z.boolean() })),
  /** How far what runs has come; null where nothing does. */
  'contacts.importProgress': operation<ImportProgress | null>()(z.void()),
  'contacts.cancelImport': operation<null>()(z.void()),
  /** Forgets the file that was opened. */
  'contacts.closeImport': operation<null>()(z.void()),
};

/** Operations that need the system's dialogs. */
export const contactImportFileApi = {
  /** Asks for a file and reads it; null where the person chose none. */
  'contacts.openImport': operation<ImportPreview | null>()(z.void(), { handledBy: 'main' }),
  /** Asks for a file and writes the rows into it that could not be imported, each with the reason. */
  'contacts.saveFailedRows': operation<{ rows: number; file: string } | null>()(failedRowsRequest, { handledBy: 'main' }),
};
