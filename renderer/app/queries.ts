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

/** Makes every query that reads one of the tables ask again; those that no screen shows wait until one does. */
export function invalidateTables(tables: readonly string[]): Promise<void> {
  const names: Set<unknown> = queriesThatRead(tables);
  return queryClient.invalidateQueries({ predicate: (entry) => names.has(entry.queryKey[0]) });
}
