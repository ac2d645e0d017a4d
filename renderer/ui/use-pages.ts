import { keepPreviousData, useQuery, type UseQueryOptions } from '@tanstack/react-query';
import { useState } from 'react';

interface Part {
  offset: number;
  limit: number;
}

/** A list read page by page, of which only the page in sight is kept up to date. */
export function usePages<List extends { total: number }>(listOf: (part: Part) => UseQueryOptions<List>, pageSize: number) {
  const [wanted, setPage] = useState(0);
  const { data, error, refetch } = useQuery({
    ...listOf({ offset: wanted * pageSize, limit: pageSize }),
    placeholderData: keepPreviousData,
  });
  // The list became shorter than the page that was in sight.
  const page = Math.min(wanted, Math.max(0, Math.ceil((data?.total ?? Infinity) / pageSize) - 1));
  if (page !== wanted) setPage(page);
  return { data, error, retry: () => void refetch(), page, setPage };
}
