import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { AuditKey, AuditRow } from '../../../shared/api/audit.ts';
import { call } from '../../app/bridge.ts';
import { queryClient } from '../../app/queries.ts';
import type { AuditQuestion } from './audit-url.ts';

/** So many entries are read ahead of those in sight. */
const AHEAD = 60;

const keyOf = (question: AuditQuestion) => ['audit.list', question] as const;

export interface AuditLog {
  rows: readonly AuditRow[];
  /** Looking for entries that are wanted and not there yet. */
  searching: boolean;
  /** The person stopped it before the end. */
  stopped: boolean;
  /** Everything that the question leaves is there. */
  complete: boolean;
  /** The time that reading has come back to; null before the first answer and at the end. */
  reached: string | null;
  /** The newest entry of the log when it was first read; undefined before. */
  newest: AuditKey | null | undefined;
  error: Error | null;
  stop: () => void;
  goOn: () => void;
  retry: () => void;
  /** Reads anew from the top. */
  refresh: () => void;
}

/**
 * Reads the log as far as it is looked at. The worker answers within a moment even where it found little; then it is
 * asked on from there until there is enough, the end, or the person stops it.
 * @param question one object for as long as it stays the same question
 * @param wanted the last row in sight
 */
export function useAuditLog(question: AuditQuestion, wanted: number): AuditLog {
  const { data, error, hasNextPage, isFetching, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: keyOf(question),
    queryFn: ({ pageParam }) => call('audit.list', { ...question, before: pageParam }),
    initialPageParam: null as AuditKey | null,
    getNextPageParam: ({ next }) => next,
  });
  const rows = useMemo(() => data?.pages.flatMap((page) => page.rows) ?? [], [data]);
  // Another question is another search: nobody has stopped it yet.
  const [stoppedAt, setStoppedAt] = useState<AuditQuestion | null>(null);
  const stopped = stoppedAt === question;
  const wanting = hasNextPage && !stopped && error === null && rows.length <= wanted + AHEAD;
  useEffect(() => {
    if (wanting && !isFetching) void fetchNextPage();
  }, [wanting, isFetching, fetchNextPage]);

  return {
    rows,
    searching: (isFetching || wanting) && error === null,
    stopped: stopped && hasNextPage,
    complete: data !== undefined && !hasNextPage,
    reached: data?.pages.at(-1)?.next?.created_at ?? null,
    newest: data?.pages[0]?.newest,
    error,
    stop: () => setStoppedAt(question),
    goOn: () => setStoppedAt(null),
    retry: () => void (data === undefined ? refetch() : fetchNextPage()),
    refresh: () => {
      setStoppedAt(null);
      void queryClient.resetQueries({ queryKey: keyOf(question) });
    },
  };
}
