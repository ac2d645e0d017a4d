import { useEffect, useRef } from 'react';
import { useSearchParams } from 'react-router';
import { filterToUrl, hasFilters } from './filter-url.ts';
import { useProjectList } from './filters.ts';

/**
 * Keeps filters and address in step: an address that brings filters sets them, from then on the address follows. Changing a
 * filter is no step on the way back.
 */
export function useFiltersInUrl(): void {
  const [address, setAddress] = useSearchParams();
  const filter = useProjectList((state) => state.filter);
  const written = useRef<string | null>(null);
  const present = address.toString();
  const wanted = filterToUrl(filter).toString();

  useEffect(() => {
    if (present !== written.current && hasFilters(new URLSearchParams(present))) {
      // Somebody else wrote it: a link, or the way back.
      written.current = present;
      void setFilters(present);
      return;
    }
    if (present === wanted) return;
    written.current = wanted;
    setAddress(new URLSearchParams(wanted), { replace: true });
  }, [present, wanted, setAddress]);
}

/** What reads an address knows the whole contract; a first screen without filters in its address begins without it. */
async function setFilters(address: string): Promise<void> {
  const { urlToFilter } = await import('./filter-from-url.ts');
  useProjectList.setState({ filter: urlToFilter(new URLSearchParams(address)), view: null });
}
