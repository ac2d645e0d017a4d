import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { GroupColumn, ListRow, ProjectFilter, ProjectSort } from '../../../../shared/api/lists.ts';
import { call } from '../../../app/bridge.ts';
import { query } from '../../../app/queries.ts';
import { countLines, itemAt, layOut, pagesBetween, type Item, type Section } from './row-layout.ts';

export const PAGE_SIZE = 100;

export interface ListQuestion {
  filter: ProjectFilter;
  sort: ProjectSort;
  group_by: GroupColumn | null;
}

export interface ListRows {
  /** Rows that match; undefined before the first answer. */
  total: number | undefined;
  sections: readonly Section[];
  lines: number;
  itemAt: (line: number) => Item | undefined;
  rowAt: (line: number) => ListRow | undefined;
  /** The ids of the rows from one line to another, in sight or not. */
  idsBetween: (first: number, last: number) => Promise<string[]>;
  error: Error | null;
  retry: () => void;
}

/** Reads the pages in sight, and only those: any place in a list of 100,000 projects is one question away. */
export function useListRows(question: ListQuestion, collapsed: ReadonlySet<string>, first: number, last: number): ListRows {
  const { filter, sort, group_by: by } = question;
  const grouped = useQuery({
    ...query('lists.groups', { filter, by: by ?? 'stage_order' }),
    enabled: by !== null,
    placeholderData: keepPreviousData,
  });
  // Another column's groups are no place for these rows.
  const groups = by === null || grouped.isPlaceholderData ? null : (grouped.data?.groups ?? null);
  const [known, setKnown] = useState<number>();
  const sections = useMemo(() => {
    if (by !== null) return groups ? layOut(groups, 0, collapsed) : [];
    // One line at least: the first page tells how many there are.
    return layOut(null, Math.max(known ?? 0, 1), collapsed);
  }, [by, groups, known, collapsed]);
  const pages = pagesBetween(sections, first, last, PAGE_SIZE);
  const results = useQueries({
    queries: pages.map(({ section, page }) => {
      const group = sections[section]?.group;
      return {
        ...query('lists.rows', {
          filter,
          sort,
          group: by && group ? { by, value: group.value } : null,
          offset: page * PAGE_SIZE,
          limit: PAGE_SIZE,
        }),
        gcTime: 60_000,
      };
    }),
  });
  const answered = by === null ? results.find(({ data }) => data)?.data?.total : grouped.data?.total;
  // Between two questions the old length stays, so that the list neither collapses nor loses its place.
  if (answered !== undefined && answered !== known) setKnown(answered);

  const failed = [grouped, ...results].filter(({ error }) => error);
  return {
    total: answered ?? known,
    sections,
    lines: known === undefined ? 0 : countLines(sections),
    itemAt: (line) => itemAt(sections, line),
    rowAt: (line) => {
      const item = itemAt(sections, line);
      if (item?.kind !== 'row') return undefined;
      const page = Math.floor(item.offset / PAGE_SIZE);
      const result = results[pages.findIndex((one) => one.section === item.section && one.page === page)];
      return result?.data?.rows[item.offset % PAGE_SIZE];
    },
    idsBetween: async (from, to) => {
      const parts = sections.map(({ group, start, rows }) => {
        const begin = start + (group ? 1 : 0);
        const [low, high] = [Math.max(from, begin), Math.min(to, begin + rows - 1)];
        if (low > high) return Promise.resolve<string[]>([]);
        const within = by && group ? { by, value: group.value } : null;
        return call('lists.ids', { filter, sort, group: within, offset: low - begin, limit: high - low + 1 });
      });
      return (await Promise.all(parts)).flat();
    },
    error: failed[0]?.error ?? null,
    retry: () => {
      for (const result of failed) void result.refetch();
    },
  };
}
