import type { Group } from '../../../../shared/api/lists.ts';

/** A stretch of the table: a group under its heading, or everything where nothing is grouped. */
export interface Section {
  group: Group | null;
  /** The place of its heading, or of its first row where it has none. */
  start: number;
  /** Rows in sight: none of a collapsed group. */
  rows: number;
}

export type Item = { kind: 'group'; group: Group } | { kind: 'row'; section: number; offset: number };

export const groupKey = (group: Pick<Group, 'value'>): string => group.value ?? 'none';

/** The sections one below another; `total` counts where nothing is grouped. */
export function layOut(groups: readonly Group[] | null, total: number, collapsed: ReadonlySet<string>): Section[] {
  if (groups === null) return [{ group: null, start: 0, rows: total }];
  let start = 0;
  return groups.map((group) => {
    const section = { group, start, rows: collapsed.has(groupKey(group)) ? 0 : group.count };
    start += 1 + section.rows;
    return section;
  });
}

const lengthOf = ({ group, rows }: Section): number => rows + (group ? 1 : 0);

/** How many lines all sections have. */
export function countLines(sections: readonly Section[]): number {
  const last = sections.at(-1);
  return last ? last.start + lengthOf(last) : 0;
}

/** What stands in a line; undefined behind the end. */
export function itemAt(sections: readonly Section[], line: number): Item | undefined {
  let low = 0;
  let high = sections.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((sections[middle]?.start ?? 0) <= line) low = middle;
    else high = middle - 1;
  }
  const section = sections[low];
  if (!section || line < section.start || line >= section.start + lengthOf(section)) return undefined;
  if (section.group && line === section.start) return { kind: 'group', group: section.group };
  return { kind: 'row', section: low, offset: line - section.start - (section.group ? 1 : 0) };
}

export interface PageOf {
  section: number;
  page: number;
}

/** The pages of rows that lie between two lines, each once. */
export function pagesBetween(sections: readonly Section[], first: number, last: number, size: number): PageOf[] {
  return sections.flatMap((section, index) => {
    const begin = section.start + (section.group ? 1 : 0);
    const from = Math.max(first, begin);
    const to = Math.min(last, begin + section.rows - 1);
    if (from > to) return [];
    const [firstPage, lastPage] = [Math.floor((from - begin) / size), Math.floor((to - begin) / size)];
    return Array.from({ length: lastPage - firstPage + 1 }, (_, step) => ({ section: index, page: firstPage + step }));
  });
}
