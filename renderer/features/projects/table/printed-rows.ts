import type { Group, GroupColumn, ListRow } from '../../../../shared/api/lists.ts';
import { call } from '../../../app/bridge.ts';
import type { Section } from './row-layout.ts';
import type { ListQuestion } from './use-list-rows.ts';

/** Beyond so many rows, some seventy sheets, a file serves better than paper. */
export const MOST_PRINTED = 2_000;

/** What one question may ask for. */
const PART = 200;

export interface PrintedSection {
  group: Group | null;
  rows: ListRow[];
}

export const countPrinted = (sections: readonly Section[]): number => sections.reduce((sum, { rows }) => sum + rows, 0);

/** All rows of the table as it is laid out, those of collapsed groups aside. */
export async function readPrinted({ filter, sort, group_by: by }: ListQuestion, sections: readonly Section[]): Promise<PrintedSection[]> {
  const printed: PrintedSection[] = [];
  for (const { group, rows: expected } of sections) printed.push({ group, rows: await readRows(group, expected) });
  return printed;

  async function readRows(group: Group | null, expected: number): Promise<ListRow[]> {
    const rows: ListRow[] = [];
    while (rows.length < expected) {
      const part = await call('lists.rows', { filter, sort, group: within(by, group), offset: rows.length, limit: PART });
      rows.push(...part.rows);
      // Fewer than before: some have gone meanwhile.
      if (part.rows.length === 0) break;
    }
    return rows;
  }
}

const within = (by: GroupColumn | null, group: Group | null) => (by && group ? { by, value: group.value } : null);
