export const dueChoices = ['overdue', 'week', 'none'] as const;
export type DueChoice = (typeof dueChoices)[number];

/** Stands among ids for projects that have nobody, or no customer. */
export const NOBODY = 'none';

export const listColumns = [
  'project_id',
  'title',
  'customer_name',
  'stage_order',
  'priority_level',
  'status',
  'assigned_name',
  'estimated_delivery_date',
  'estimated_value',
  'progress',
  'tags',
  'updated_at',
] as const;
export type ListColumn = (typeof listColumns)[number];

export const sortableColumns = [
  'project_id',
  'title',
  'customer_name',
  'stage_order',
  'priority_level',
  'status',
  'assigned_name',
  'estimated_delivery_date',
  'estimated_value',
  'updated_at',
] as const satisfies readonly ListColumn[];
export type SortableColumn = (typeof sortableColumns)[number];

/** The columns of few values, by which rows can be put together. */
export const groupColumns = ['stage_order', 'customer_name', 'assigned_name', 'priority_level'] as const;
export type GroupColumn = (typeof groupColumns)[number];
