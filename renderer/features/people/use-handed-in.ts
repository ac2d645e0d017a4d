import { useQuery } from '@tanstack/react-query';
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
