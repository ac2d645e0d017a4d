import type { ListColumn, ListPatch, ListRow } from '../../../../shared/api/lists.ts';
import type { ErrorCode } from '../../../../shared/errors.ts';

/** What of a project each editable column edits. */
export const editedField = {
  title: 'title',
  priority_level: 'priority_level',
  estimated_delivery_date: 'estimated_delivery_date',
  assigned_name: 'assigned_to',
  tags: 'tags',
} as const satisfies Partial<Record<ListColumn, keyof ListPatch>>;

export type EditableColumn = keyof typeof editedField;

export const isEditable = (column: ListColumn): column is EditableColumn => Object.hasOwn(editedField, column);

/** Why the signed-in person may not change this cell; null where they may. */
export function refusalOf(row: Pick<ListRow, 'can_edit' | 'can_assign'>, column: ListColumn): ErrorCode | null {
  if (!row.can_edit) return 'EDIT_NOT_ALLOWED';
  return column === 'assigned_name' && !row.can_assign ? 'ASSIGN_NOT_ALLOWED' : null;
}

/** Day, month and year as people here write them, `27/01/2025` or `27.1.25`, or as `2025-01-27`; null where it is none. */
export function readDay(text: string): string | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text.trim());
  const local = /^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})$/.exec(text.trim());
  const [year, month, day] = iso ? [iso[1], iso[2], iso[3]] : local ? [local[3], local[2], local[1]] : [];
  if (!year || !month || !day) return null;
  const date = `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const parsed = new Date(`${date}T00:00:00Z`);
  // The calendar has no 31 February, and JavaScript would make March of it.
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date) ? date : null;
}
