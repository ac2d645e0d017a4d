import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { query } from '../../app/queries.ts';
import { useOnline } from '../sync/use-online.ts';

/** Handed-in changes are the centre's alone and announced by nobody, so it is asked now and then. */
const LOOK_AGAIN_MS = 60_000;

export const handedInQuery = query('people.handedIn');

/** @param mayAsk false for people who are no administrators */
export function useHandedIn(mayAsk = true) {
  const online = useOnline();
  return useQuery({ ...handedInQuery, enabled: mayAsk && online, refetchOnMount: 'always', refetchInterval: LOOK_AGAIN_MS });
}

/** Asks once more when the person goes to another page: the number stays beside all of them. */
export function useLookAgain(pathname: string): void {
  const client = useQueryClient();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    void client.invalidateQueries({ queryKey: handedInQuery.queryKey });
  }, [client, pathname]);
}
