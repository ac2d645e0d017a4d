import { useMemo } from 'react';
import { useAppStore } from '../app/app-store.ts';
import { createFormatter, type Formatter } from './format.ts';

const ZONE_BEFORE_SIGN_IN = 'UTC';

/** Numbers, money and times in the chosen language and the organization's time zone. */
export function useFormat(): Formatter {
  const language = useAppStore((state) => state.settings?.language ?? 'vi');
  const timeZone = useAppStore((state) => state.session?.organization.timezone ?? ZONE_BEFORE_SIGN_IN);
  return useMemo(() => createFormatter(language, timeZone), [language, timeZone]);
}
