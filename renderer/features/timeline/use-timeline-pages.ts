import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import type { Output } from '../../../shared/api/index.ts';
import { TIMELINE_PAGE, type TimelineFilter, type TimelineRow } from '../../../shared/api/timeline.ts';
import { query } from '../../app/queries.ts';

interface TimelinePages {
  stages: Output<'timeline.rows'>['stages'];
  /** Undefined before the first answer. */
  total: number | undefined;
  rowAt: (index: number) => TimelineRow | undefined;
  error: Error | null;
  retry: () => void;
}

/** Reads the pages in sight, and only those. */
export function useTimelinePages(filter: TimelineFilter, first: number, last: number): TimelinePages {
  const from = Math.floor(first / TIMELINE_PAGE);
  const pages = Array.from({ length: Math.floor(last / TIMELINE_PAGE) - from + 1 }, (_, index) => from + index);
  const results = useQueries({
    queries: pages.map((page) => ({ ...query('timeline.rows', { ...filter, offset: page * TIMELINE_PAGE }), gcTime: 60_000 })),
  });
  const answer = results.find(({ data }) => data)?.data;
  // Between two questions the old length stays, so that the rows neither collapse nor lose their place.
  const [known, setKnown] = useState<{ total: number; stages: Output<'timeline.rows'>['stages'] }>();
  if (answer && (answer.total !== known?.total || answer.stages !== known.stages)) setKnown(answer);
  return {
    stages: answer?.stages ?? known?.stages ?? [],
    total: answer?.total ?? known?.total,
    rowAt: (index) => results[pages.indexOf(Math.floor(index / TIMELINE_PAGE))]?.data?.rows[index % TIMELINE_PAGE],
    error: results.find(({ error }) => error)?.error ?? null,
    retry: () => {
      for (const result of results) if (result.error) void result.refetch();
    },
  };
}
