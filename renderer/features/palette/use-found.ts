import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { FoundRecord } from '../../../shared/api/search.ts';
import { query } from '../../app/queries.ts';

export interface Found {
  records: FoundRecord[];
  /** The index is still being built. */
  incomplete: boolean;
  /** The records belong to what stands in the field now. */
  settled: boolean;
  error: Error | null;
}

/** What the text finds; without a text, what the person opened last. */
export function useFound(text: string): Found {
  const asked = text.trim();
  const all = useQuery({ ...query('search.all', { text: asked }), enabled: asked !== '', placeholderData: keepPreviousData });
  const recent = useQuery({ ...query('search.recent'), enabled: asked === '' });
  const { data, error, isPlaceholderData, isPending } = all;
  if (asked === '') return { records: recent.data ?? [], incomplete: false, settled: !recent.isPending, error: recent.error };
  return {
    records: data?.records ?? [],
    incomplete: data?.incomplete ?? false,
    settled: !isPlaceholderData && !isPending,
    error,
  };
}
