import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProjectRow } from '../../../../shared/api/projects.ts';
import { query } from '../../../app/queries.ts';
import type { ProjectFilters } from '../filters.ts';

export const PAGE_SIZE = 100;

/** The numbers of the pages that rows `first` to `last` lie on. */
export function pagesOf(first: number, last: number): number[] {
  const from = Math.floor(Math.max(0, first) / PAGE_SIZE);
  const to = Math.floor(Math.max(first, last, 0) / PAGE_SIZE);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

interface ProjectPages {
  /** Rows that match the filters; undefined before the first answer. */
  total: number | undefined;
  rowAt: (index: number) => ProjectRow | undefined;
  error: Error | null;
  retry: () => void;
}

/** Reads the pages in sight, and only those: any place in a list of 100,000 projects is one question away. */
export function useProjectPages(filters: ProjectFilters, first: number, last: number): ProjectPages {
  const pages = pagesOf(first, last);
  const results = useQueries({
    queries: pages.map((page) => ({
      ...query('projects.list', { ...filters, offset: page * PAGE_SIZE, limit: PAGE_SIZE }),
      gcTime: 60_000,
    })),
  });
  const answered = results.find(({ data }) => data)?.data?.total;
  // Between two questions the old length stays, so that the list neither collapses nor loses its place.
  const [known, setKnown] = useState(answered);
  if (answered !== undefined && answered !== known) setKnown(answered);

  return {
    total: answered ?? known,
    rowAt: (index) => results[pages.indexOf(Math.floor(index / PAGE_SIZE))]?.data?.rows[index % PAGE_SIZE],
    error: results.find(({ error }) => error)?.error ?? null,
    retry: () => {
      for (const result of results) if (result.error) void result.refetch();
    },
  };
}
