import { QueryClient, queryOptions } from '@tanstack/react-query';
import type { Output } from '../../shared/api/index.ts';
import { call, type CallArguments } from './bridge.ts';
import { queriesThatRead, type QueryName } from './query-dependencies.ts';

/*
 * The worker answers from this machine and says when data changed, so nothing here grows stale by time and nothing
 * waits for a network.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { networkMode: 'always', staleTime: Infinity, retry: false, refetchOnWindowFocus: false },
    mutations: { networkMode: 'always', retry: false },
  },
});

export const query = <Name extends QueryName>(name: Name, ...input: CallArguments<Name>) =>
  queryOptions<Output<Name>>({
    queryKey: [name, input[0] ?? null],
    queryFn: () => call(name, ...input),
  });

/**
 * Makes every query that reads one of the tables ask again; those that no screen shows wait until one does. A query whose first
 * answer is still on its way asks once more when that is there: it may be from before the change, and TanStack Query neither
 * repeats a first request that is under way nor remembers afterwards that it was told.
 */
export async function invalidateTables(tables: readonly string[]): Promise<void> {
  const names: Set<unknown> = queriesThatRead(tables);
  const isAffected = ({ queryKey }: { queryKey: readonly unknown[] }): boolean => names.has(queryKey[0]);
  const awaited = queryClient
    .getQueryCache()
    .findAll({ predicate: isAffected, fetchStatus: 'fetching' })
    .filter(({ state }) => state.data === undefined);
  const answers = awaited.map((entry) => entry.fetch());
  await Promise.all([queryClient.invalidateQueries({ predicate: isAffected }), Promise.allSettled(answers)]);
  if (awaited.length > 0) await queryClient.invalidateQueries({ predicate: (entry) => awaited.includes(entry) });
}
