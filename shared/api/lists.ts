import { z } from 'zod';
import { dueChoices, groupColumns, listColumns, NOBODY, sortableColumns } from '../domain/lists.ts';
import { priorityLevels } from '../domain/priorities.ts';
import { projectStatuses } from '../domain/workflow.ts';
import type { ErrorCode } from '../errors.ts';
import { exportFormats } from './audit.ts';
import { operation } from './operation.ts';
import type { ProjectRow, StageColumn } from './projects.ts';
import { text } from './text.ts';

export * from '../domain/lists.ts';

const idOrNobody = z.union([z.uuid(), z.literal(NOBODY)]);
const choices = <T extends z.ZodType>(one: T) => z.array(one).max(100).default([]);
const words = z.string().max(200).default('');
/** Decimal text, as amounts are kept. */
const amount = z.string().regex(/^-?\d{1,18}(\.\d{1,6})?$/).nullable().default(null);
const day = z.iso.date().nullable().default(null);

/** What board and table look for together; what is empty or null asks for nothing. */
export const boardFilter = z.strictObject({
  search: words,
  customers: choices(idOrNobody),
  owners: choices(idOrNobody),
  priorities: choices(z.enum(priorityLevels)),
  /** `week` is today and the six days after it. */
  due: z.enum(dueChoices).nullable().default(null),
});

/** What the table's columns add. */
export const projectFilter = boardFilter.extend({
  code: words,
  title: words,
  stages: choices(z.uuid()),
  statuses: choices(z.enum(projectStatuses)),
  tags: choices(z.string().min(1).max(100)),
  due_from: day,
  due_to: day,
  value_from: amount,
  value_to: amount,
});

export type BoardFilter = z.output<typeof boardFilter>;
export type ProjectFilter = z.output<typeof projectFilter>;

export const projectSort = z
  .array(z.strictObject({ column: z.enum(sortableColumns), descending: z.boolean() }))
  .max(4);
export type ProjectSort = z.output<typeof projectSort>;

const group = z.strictObject({ by: z.enum(groupColumns), value: z.string().max(100).nullable() });

const windowOf = {
  filter: projectFilter,
  sort: projectSort,
  /** Only the rows of one group. */
  group: group.nullable().default(null),
  offset: z.number().int().min(0).default(0),
};

/** A row of the table, with what the signed-in person may do with it. */
export interface ListRow extends ProjectRow {
  tags: string[];
  can_edit: boolean;
  can_assign: boolean;
}

export interface Group {
  /** The stage's, customer's or owner's id, or the priority; null for what has none. */
  value: string | null;
  /** Null for what has none, and for a priority, which has words of its own. */
  name: string | null;
  count: number;
}

/** What filters and editors offer. */
export interface ListChoices {
  stages: (StageColumn & { is_active: boolean })[];
  customers: { id: string; name: string }[];
  /** Whoever has a project, and whoever may be given one. */
  people: { id: string; name: string; assignable: boolean }[];
}

export interface BoardColumn extends StageColumn {
  /** False where the stage was switched off while projects stood in it: they can only leave. */
  is_active: boolean;
  count: number;
  /** The first of them. */
  cards: ProjectRow[];
}

const tag = text(100).pipe(z.string().min(1));
export const tagList = z.array(tag).max(50);

/** The columns of a project that the table edits. */
export const listPatch = z
  .strictObject({
    title: text(500).pipe(z.string().min(1)),
    priority_level: z.enum(priorityLevels),
    estimated_delivery_date: z.iso.date().nullable(),
    assigned_to: z.uuid().nullable(),
    tags: tagList,
  })
  .partial();
export type ListPatch = z.input<typeof listPatch>;

export const bulkAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('assign'), assigned_to: z.uuid().nullable() }),
  z.strictObject({ kind: z.literal('priority'), priority_level: z.enum(priorityLevels) }),
  /** Whoever comes next needs to know why. */
  z.strictObject({ kind: z.literal('hold'), reason: text(2_000).pipe(z.string().min(1)) }),
  z.strictObject({ kind: z.literal('resume') }),
  z.strictObject({ kind: z.literal('tags'), add: tagList, remove: tagList }),
]);
export type BulkAction = z.output<typeof bulkAction>;

/** What changes of many projects touch. */
export const bulkValues = z
  .strictObject({
    assigned_to: z.uuid().nullable(),
    priority_level: z.enum(priorityLevels),
    status: z.enum(['active', 'on_hold']),
    status_reason: text(2_000).nullable(),
    tags: tagList,
  })
  .partial();
export type BulkValues = z.output<typeof bulkValues>;

/** What one project had before a change of many, and what that made of it: enough to take it back. */
export const bulkChange = z.strictObject({ id: z.uuid(), before: bulkValues, after: bulkValues });
export type BulkChange = z.output<typeof bulkChange>;

export interface BulkResult {
  changed: BulkChange[];
  /** Had the value already. */
  unchanged: number;
  refused: { id: string; project_id: string | null; code: ErrorCode }[];
}

/** So many projects are changed by one call, which holds the writer for a moment only. */
export const BULK_SLICE = 50;

/** What a saved view of the table keeps. What a later version adds is left out by whoever reads it. */
export const tableView = z.object({
  filter: projectFilter.partial().default({}),
  columns: z.array(z.enum(listColumns)).min(1).max(listColumns.length).nullable().default(null),
  /** In pixels; a column without one shares what is left. */
  widths: z.partialRecord(z.enum(listColumns), z.number().min(40).max(1200)).default({}),
  sort: projectSort.default([]),
  group_by: z.enum(groupColumns).nullable().default(null),
  /** The one with which its owner begins. */
  is_default: z.boolean().default(false),
});
export type TableView = z.output<typeof tableView>;

const word = z.string().max(300);

/** The words of an export, in the language of the screen that asks for it. */
export const listWords = z.strictObject({
  sheet: z.string().min(1).max(31),
  headings: z.partialRecord(z.enum(listColumns), word),
  priorities: z.record(z.enum(priorityLevels), word),
  statuses: z.record(z.enum(projectStatuses), word),
  currency: word,
  /** With `{done}` and `{total}`. */
  progress: word,
});
export type ListWords = z.output<typeof listWords>;

export const listExport = z.strictObject({
  filter: projectFilter,
  sort: projectSort,
  group_by: z.enum(groupColumns).nullable(),
  columns: z.array(z.enum(listColumns)).min(1).max(listColumns.length),
  format: z.enum(exportFormats),
  words: listWords,
});
export type ListExport = z.output<typeof listExport>;

export const listsApi = {
  'lists.choices': operation<ListChoices>()(z.void()),
  /** The tags in use, as far as the projects that changed last tell. */
  'lists.tags': operation<string[]>()(z.void()),
  /** A window into the table. */
  'lists.rows': operation<{ rows: ListRow[]; total: number }>()(
    z.strictObject({ ...windowOf, limit: z.number().int().min(1).max(200).default(100) }),
  ),
  /** The groups that a column makes of what is filtered, in their order. */
  'lists.groups': operation<{ groups: Group[]; total: number }>()(
    z.strictObject({ filter: projectFilter, by: z.enum(groupColumns) }),
  ),
  /** The ids in the order of the table, for a selection that reaches further than what is in sight. */
  'lists.ids': operation<string[]>()(z.strictObject({ ...windowOf, limit: z.number().int().min(1).max(100_000) })),
  /** The stages with the number of their open projects and the first cards of each. */
  'lists.board': operation<{ stages: BoardColumn[]; total: number }>()(z.strictObject({ filter: boardFilter })),
  /** Further cards of a stage. */
  'lists.cards': operation<ProjectRow[]>()(
    z.strictObject({
      filter: boardFilter,
      stage_id: z.uuid(),
      offset: z.number().int().min(0),
      limit: z.number().int().min(1).max(200),
    }),
  ),
  'lists.edit': operation<null>()(z.strictObject({ id: z.uuid(), patch: listPatch })),
  'lists.bulk': operation<BulkResult>()(
    z.strictObject({ ids: z.array(z.uuid()).min(1).max(BULK_SLICE), action: bulkAction }),
  ),
  /** Gives projects back what they had; what somebody changed since is left as it is and refused with EDIT_OVERTAKEN. */
  'lists.undoBulk': operation<BulkResult>()(z.strictObject({ changes: z.array(bulkChange).min(1).max(BULK_SLICE) })),
  /** Stops the export that runs; nothing of it stays. */
  'lists.cancelExport': operation<null>()(z.void()),
};

/** Operations that need the system's dialogs. */
export const listFilesApi = {
  /** Asks for a file and writes what is filtered into it; null where the person chose none. */
  'lists.export': operation<{ rows: number; file: string } | null>()(listExport, { handledBy: 'main' }),
};
