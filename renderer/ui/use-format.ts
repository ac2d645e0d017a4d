import { useMemo } from 'react';
import { useAppStore } from '../app/app-store.ts';
import { createFormatter, type Formatter } from './format.ts';

/** Nobody is signed in: the zone in which this machine shows its clock. */
const zoneBeforeSignIn = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Numbers, money and times in the chosen language and the organization's time zone. */
export function useFormat(): Formatter {
  const language = useAppStore((state) => state.settings?.language ?? 'vi');
  const timeZone = useAppStore((state) => state.session?.organization.timezone ?? zoneBeforeSignIn);
  return useMemo(() => createFormatter(language, timeZone), [language, timeZone]);
}
