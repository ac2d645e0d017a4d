import { z } from 'zod';
import { accessLevels, type AccessLevel } from '../domain/access-rules.ts';
import { LINK_LENGTH, linkProviders, type LinkType } from '../domain/document-links.ts';
import { errorCodes, type ErrorCode } from '../errors.ts';
import { exportFormats } from './audit.ts';
import { operation } from './operation.ts';
import type { ActivityRow } from './projects.ts';
import type { FoundInside } from './search.ts';
import type { AttentionItem, Page } from './sync.ts';
import { text } from './text.ts';

/** What the form offers; an imported document may have another. */
export const documentCategories = [
  'drawing',
  'model',
  'specification',
  'rfq',
  'quote',
  'contract',
  'inspection',
  'certificate',
  'delivery',
  'photo',
  'other',
] as const;

export const TITLE_LENGTH = 500;
export const DESCRIPTION_LENGTH = 20_000;
export const NOTE_LENGTH = 2_000;

/** Where a document is: bytes of ours, or a link to a service or page. */
export const documentSources = ['file', ...linkProviders] as const;
export type DocumentSource = (typeof documentSources)[number];

const category = text(100).pipe(z.string().min(1));
const tags = z.array(text(100).pipe(z.string().min(1))).max(50);

export const documentFilter = z.strictObject({
  /** Words that all have to be found, at the beginning of a word, whatever the diacritics. */
  search: z.string().max(200).default(''),
  project_id: z.guid().nullable().default(null),
  category: category.nullable().default(null),
  tag: text(100).nullable().default(null),
  access_level: z.enum(accessLevels).nullable().default(null),
  source: z.enum(documentSources).nullable().default(null),
  /** Only those that the person put there. */
  mine: z.boolean().default(false),
  /** Only those that somebody has checked out. */
  checked_out: z.boolean().default(false),
});
export type DocumentFilter = z.output<typeof documentFilter>;

export const documentSortColumns = ['title', 'category', 'project', 'updated_at'] as const;
export type DocumentSort = (typeof documentSortColumns)[number];

export interface DocumentProject {
  id: string;
  code: string;
  title: string;
}

export interface DocumentRow {
  id: string;
  title: string;
  category: string | null;
  tags: string[];
  access_level: AccessLevel;
  project: DocumentProject | null;
  source: DocumentSource;
  link_type: LinkType | null;
  link_expires_at: string | null;
  file_name: string | null;
  file_size: number | null;
  mime_type: string | null;
  version: number;
  approved_at: string | null;
  checked_out_by: string | null;
  checked_out_name: string | null;
  uploaded_name: string | null;
  created_at: string;
  updated_at: string;
  /** A change of this machine has not reached the centre, or was refused there. */
  pending: boolean;
  refused: boolean;
}

export interface DocumentListRow extends DocumentRow {
  /** What a search has found in the file and not in the name; null for everything else. */
  inside: FoundInside | null;
}

export interface DocumentList extends Page<DocumentListRow> {
  /** The index of texts is still being built: something may be missing. */
  incomplete: boolean;
}

export interface DocumentFacts extends DocumentRow {
  description: string | null;
  content_sha256: string | null;
  uploaded_by: string | null;
  approved_name: string | null;
  checked_out_at: string | null;
  checkout_note: string | null;
  external_url: string | null;
  external_id: string | null;
  link_access_count: number;
  link_last_accessed: string | null;
  sync_status: string;
}

export interface DocumentVersion {
  id: string;
  version_number: number;
  is_current: boolean;
  file_name: string | null;
  file_size: number | null;
  mime_type: string | null;
  content_sha256: string | null;
  change_summary: string | null;
  uploaded_name: string | null;
  uploaded_at: string;
  approved_name: string | null;
  approved_at: string | null;
  /** The number is given by the centre; until then it is provisional. */
  pending: boolean;
  /** Whether the signed-in person may approve it. */
  may_approve: boolean;
}

/** Which companies the level and the project show it to; the words for the level itself are the screen's. */
export interface Audience {
  customer: string | null;
  suppliers: string[];
}

export interface DocumentPage {
  document: DocumentFacts;
  versions: DocumentVersion[];
  audience: Audience;
  may: {
    edit: boolean;
    /** The levels that the person may give it, the present one among them. */
    levels: AccessLevel[];
    check_out: boolean;
    check_in: boolean;
    /** Not while somebody else has it out. */
    add_version: boolean;
  };
  pending_columns: string[];
  attention: AttentionItem[];
  /** The latest entries of the access log that the person may read. */
  access: AccessEntry[];
  /** Whether that is everybody's, or only their own. */
  sees_all_access: boolean;
  /** What was done to it; null for whoever may not read that. */
  activity: ActivityRow[] | null;
}

export const accessActions = ['open', 'preview', 'download', 'open_link'] as const;
export type AccessAction = (typeof accessActions)[number];

export interface AccessEntry {
  id: string;
  document: { id: string; title: string } | null;
  project: DocumentProject | null;
  user_id: string | null;
  user_name: string | null;
  device_id: string | null;
  device_name: string | null;
  action: string;
  success: boolean;
  /** The code of what stood in the way. */
  error: string | null;
  accessed_at: string;
  /** Not at the centre yet. */
  pending: boolean;
}

/** The place of an entry in the order of the log, newest first. */
export const accessKey = z.strictObject({ accessed_at: z.string().max(40), id: z.guid() });
export type AccessKey = z.output<typeof accessKey>;

export const accessFilter = z.strictObject({
  document_id: z.guid().nullable().default(null),
  user_id: z.guid().nullable().default(null),
  action: z.string().min(1).max(100).nullable().default(null),
  success: z.boolean().nullable().default(null),
  /** First and last day, in the organization's zone. */
  from: z.iso.date().nullable().default(null),
  to: z.iso.date().nullable().default(null),
});
export type AccessFilter = z.output<typeof accessFilter>;

export interface AccessPart {
  rows: AccessEntry[];
  /** Where to read on; null at the end of the log. */
  next: AccessKey | null;
}

export const accessExportColumns = ['accessed_at', 'person', 'device', 'action', 'result', 'document', 'project'] as const;
export type AccessExportColumn = (typeof accessExportColumns)[number];

const word = z.string().max(600);

/** The words of an export, in the language of the screen that asks for it. */
const accessWords = z.strictObject({
  sheet: z.string().min(1).max(31),
  headings: z.record(z.enum(accessExportColumns), word),
  actions: z.record(z.string().max(100), word),
  errors: z.partialRecord(z.enum(errorCodes), word),
  success: word,
  failed: word,
});
export type AccessWords = z.output<typeof accessWords>;

export const accessExport = z.strictObject({ filter: accessFilter, format: z.enum(exportFormats), words: accessWords });
export type AccessExport = z.output<typeof accessExport>;

/** A file that was taken into the store of this machine. */
export const documentFile = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.int().min(0),
  name: text(500).pipe(z.string().min(1)),
  mime_type: z.string().max(255),
});
export type TakenInFile = z.output<typeof documentFile>;

const url = z.string().max(2 * LINK_LENGTH);
const moment = z.iso.datetime();

/** A link as it was pasted, and what is known of what is behind it. */
export const documentLink = z.strictObject({
  url,
  expires_at: moment.nullable().default(null),
  file_name: text(500).nullable().default(null),
  file_size: z.int().min(0).nullable().default(null),
  mime_type: z.string().max(255).nullable().default(null),
  /** What the service says of it: its owner, when it was last changed, who may open it there. */
  metadata: z.record(z.string().max(100), z.unknown()).default({}),
  permissions: z.record(z.string().max(100), z.unknown()).default({}),
});

const facts = {
  title: text(TITLE_LENGTH).pipe(z.string().min(1)),
  description: text(DESCRIPTION_LENGTH).nullable(),
  category: category.nullable(),
  tags,
  access_level: z.enum(accessLevels),
  project_id: z.guid().nullable(),
};

export const newDocument = z.strictObject({
  title: facts.title,
  description: facts.description.default(null),
  category: facts.category.default(null),
  tags: facts.tags.default([]),
  access_level: facts.access_level.default('internal'),
  project_id: facts.project_id.default(null),
  source: z.union([z.strictObject({ file: documentFile }), z.strictObject({ link: documentLink })]),
});

export const documentPatch = z.strictObject({ ...facts, link_expires_at: moment.nullable() }).partial();
export type DocumentPatch = z.input<typeof documentPatch>;

export const documentBulkAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('category'), category: facts.category }),
  z.strictObject({ kind: z.literal('tags'), add: tags, remove: tags }),
  z.strictObject({ kind: z.literal('level'), access_level: facts.access_level }),
  z.strictObject({ kind: z.literal('move'), project_id: facts.project_id }),
]);
export type DocumentBulkAction = z.output<typeof documentBulkAction>;

const documentBulkValues = z
  .strictObject({ category: facts.category, tags: facts.tags, access_level: facts.access_level, project_id: facts.project_id })
  .partial();

/** What a document had before, and what was made of it. */
export const documentBulkChange = z.strictObject({ id: z.guid(), before: documentBulkValues, after: documentBulkValues });
export type DocumentBulkChange = z.output<typeof documentBulkChange>;

/** How many documents are changed at once at most. */
const DOCUMENT_BULK_MAX = 500;

export interface DocumentBulkResult {
  changed: DocumentBulkChange[];
  unchanged: number;
  refused: { id: string; title: string | null; code: ErrorCode }[];
}

/** What a new document may be for this person. */
export interface DocumentChoices {
  categories: string[];
  tags: string[];
  /** The levels that the person may give. */
  levels: AccessLevel[];
  /** Whether the person may add documents at all. */
  may_add: boolean;
  /** Whether they may add one that belongs to no project. */
  may_add_loose: boolean;
}

const one = z.strictObject({ id: z.guid() });

export const documentsApi = {
  'documents.list': operation<DocumentList>()(
    documentFilter.extend({
      sort: z.enum(documentSortColumns).default('updated_at'),
      descending: z.boolean().default(true),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(500).default(100),
    }),
  ),
  'documents.choices': operation<DocumentChoices>()(z.void()),
  'documents.get': operation<DocumentPage>()(one),
  /** Whether the person may add a document to this project. */
  'documents.mayAdd': operation<boolean>()(z.strictObject({ project_id: z.guid() })),
  /** Documents that lead to the same place, or hold the same bytes. */
  'documents.same': operation<{ id: string; title: string }[]>()(
    z.strictObject({ url: url.nullable().default(null), sha256: z.string().max(64).nullable().default(null) }),
  ),
  /** Fails with DOCUMENT_NOT_ALLOWED, SHARE_NOT_ALLOWED or LINK_REFUSED (`details.reason`). */
  'documents.create': operation<{ id: string }>()(newDocument),
  /** Edits facts; `expected` as in `project.edit`. */
  'documents.update': operation<null>()(
    z.strictObject({ id: z.guid(), patch: documentPatch, expected: documentPatch.nullable().default(null) }),
  ),
  /** The document leads to another place from now on. */
  'documents.setLink': operation<null>()(z.strictObject({ id: z.guid(), url })),
  /** Fails with DOCUMENT_CHECKED_OUT while somebody else has it. */
  'documents.addVersion': operation<{ id: string }>()(
    z.strictObject({ id: z.guid(), file: documentFile, change_summary: text(DESCRIPTION_LENGTH).nullable().default(null) }),
  ),
  'documents.approveVersion': operation<null>()(z.strictObject({ id: z.guid(), version_id: z.guid() })),
  'documents.checkOut': operation<null>()(z.strictObject({ id: z.guid(), note: text(NOTE_LENGTH).nullable().default(null) })),
  'documents.checkIn': operation<null>()(one),
  'documents.bulk': operation<DocumentBulkResult>()(
    z.strictObject({ ids: z.array(z.guid()).min(1).max(DOCUMENT_BULK_MAX), action: documentBulkAction }),
  ),
  /** Gives back what documents had before, save those that somebody has changed since. */
  'documents.undoBulk': operation<DocumentBulkResult>()(z.strictObject({ changes: z.array(documentBulkChange).min(1).max(DOCUMENT_BULK_MAX) })),
  /** What was done with documents, newest first: everybody's for managers, for others what they did themselves. */
  'documents.access': operation<AccessPart>()(
    accessFilter.extend({ before: accessKey.nullable().default(null), limit: z.int().min(1).max(200).default(100) }),
  ),
  'documents.accessPeople': operation<{ id: string; name: string }[]>()(z.void()),
  /** Stops the export that runs; nothing of it stays. */
  'documents.cancelExport': operation<null>()(z.void()),
};

/** Operations that need the system. */
export const documentFilesApi = {
  /** Opens the link in the system's browser. Fails with LINK_EXPIRED, LINK_REFUSED (`details.reason`) or LINK_NOT_OPENED. */
  'documents.openLink': operation<null>()(one, { handledBy: 'main' }),
  'documents.exportAccess': operation<{ rows: number; file: string } | null>()(accessExport, { handledBy: 'main' }),
};
