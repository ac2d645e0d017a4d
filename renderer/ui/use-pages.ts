import { keepPreviousData, useQuery, type UseQueryOptions } from '@tanstack/react-query';
import { useState } from 'react';

interface Part {
  offset: number;
  limit: number;
}

/**
 * A list read page by page, of which only the page in sight is kept up to date. Another question starts at its first page; until
 * its answer is here, that of the one before stays in sight.
 */
export function usePages<List extends { total: number }>(listOf: (part: Part) => UseQueryOptions<List>, pageSize: number, question = '') {
  const [place, setPlace] = useState({ question, page: 0 });
  const wanted = place.question === question ? place.page : 0;
  const setPage = (page: number): void => setPlace({ question, page });
  const { data: told, error, refetch, isPlaceholderData } = useQuery({
    ...listOf({ offset: wanted * pageSize, limit: pageSize }),
    placeholderData: keepPreviousData,
  });
  // That there is nothing is said of this question only.
  const data = isPlaceholderData && told.total === 0 ? undefined : told;
  // The list became shorter than the page that was in sight.
  const page = Math.min(wanted, Math.max(0, Math.ceil((data?.total ?? Infinity) / pageSize) - 1));
  if (page !== wanted) setPage(page);
  return { data, error, retry: () => void refetch(), page, setPage };
}
