import { z } from 'zod';
import { operation } from './operation.ts';

/** What is looked for in the audit log; what is null or empty asks for nothing. */
export const auditFilter = z.strictObject({
  /** First and last day, in the organization's zone. */
  from: z.iso.date().nullable().default(null),
  to: z.iso.date().nullable().default(null),
  user_id: z.uuid().nullable().default(null),
  /** The table of the record. */
  entity_type: z.string().min(1).max(100).nullable().default(null),
  action: z.string().min(1).max(200).nullable().default(null),
  project_id: z.uuid().nullable().default(null),
  /** Words that all have to be found in the names and values of an entry, with or without diacritics. */
  search: z.string().max(200).default(''),
});

export type AuditFilter = z.output<typeof auditFilter>;

/** The place of an entry in the order of the log: by the server's time, then as this machine received it. */
export const auditKey = z.strictObject({
  created_at: z.string().regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?\+00$/),
  position: z.number().int().min(0),
});

export type AuditKey = z.output<typeof auditKey>;

export interface AuditRow {
  id: string;
  /** The server's clock, when the change was applied. */
  created_at: string;
  /** The desktop's clock, when the person made it; null where no desktop was part of it. */
  client_time: string | null;
  /** Null where the centre itself or an administrator's command acted. */
  user_id: string | null;
  user_name: string | null;
  device_id: string | null;
  /** Known only of this machine. */
  device_name: string | null;
  entity_type: string;
  entity_id: string | null;
  /** The record's own name, e.g. the sub-stage's; null where it has none or the project says it. */
  subject: string | null;
  /** The project that it belongs to; null where there is none, or none that is in reach. */
  project: { id: string; code: string; title: string } | null;
  action: string;
  /** What an imported log says of it. */
  description: string | null;
  /** The columns that differ; of a creation or removal, those that hold something. */
  columns: string[];
}

/** A part of the log, newest first. Reading takes a moment at most; what is rare may need several parts. */
export interface AuditPart {
  rows: AuditRow[];
  /** Where to read on; null at the end of the log. */
  next: AuditKey | null;
  /** The newest entry of the whole log when this part was read. */
  newest: AuditKey | null;
}

export interface AuditEntry extends AuditRow {
  /** Names stand for ids where this machine knows them. */
  changes: { column: string; before: unknown; after: unknown }[];
  /** For amounts among the changes. */
  currency: string | null;
}

/** What the log holds at all, and what it can be filtered by. */
export interface AuditOverview {
  newest: AuditKey | null;
  oldest: AuditKey | null;
  people: { id: string; name: string }[];
  kinds: string[];
  actions: string[];
}

export const exportFormats = ['csv', 'xlsx'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The columns of an export, in their order. */
export const exportColumns = [
  'server_time',
  'client_time',
  'person',
  'device',
  'kind',
  'record',
  'project',
  'action',
  'before',
  'after',
  'note',
  'id',
] as const;
export type ExportColumn = (typeof exportColumns)[number];

const word = z.string().max(300);
const words = z.record(z.string().max(200), word);

/** The words of an export, in the language of the screen that asks for it; what has no word keeps its own name. */
export const exportWords = z.strictObject({
  sheet: z.string().min(1).max(31),
  headings: z.record(z.enum(exportColumns), word),
  kinds: words,
  actions: words,
  columns: words,
  /** By column, then by value. */
  values: z.record(z.string().max(200), words),
  system: word,
  yes: word,
  no: word,
});

export type ExportWords = z.output<typeof exportWords>;

export const auditExport = z.strictObject({ filter: auditFilter, format: z.enum(exportFormats), words: exportWords });

export interface ExportProgress {
  rows: number;
  /** From 0 to 1, by the time that the export has gone back; null where that says nothing. */
  share: number | null;
}

/** Only for those who may read the audit log; others get NOT_ALLOWED. */
export const auditApi = {
  'audit.overview': operation<AuditOverview>()(z.void()),
  'audit.list': operation<AuditPart>()(
    auditFilter.extend({ before: auditKey.nullable().default(null), limit: z.number().int().min(1).max(200).default(100) }),
  ),
  'audit.get': operation<AuditEntry>()(z.strictObject({ id: z.uuid() })),
  /** Stops the export that runs; nothing of it stays. */
  'audit.cancelExport': operation<null>()(z.void()),
};

/** Operations that need the system's dialogs. */
export const auditFileApi = {
  /** Asks for a file and writes what is filtered into it; null where the person chose none. */
  'audit.export': operation<{ rows: number; file: string } | null>()(auditExport, { handledBy: 'main' }),
};
