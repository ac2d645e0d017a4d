import type { Language } from '../../shared/api/app.ts';
import { useAppStore } from '../app/app-store.ts';
import { createFormatter, type Formatter } from './format.ts';

/** Nobody is signed in: the zone in which this machine shows its clock. */
const zoneBeforeSignIn = Intl.DateTimeFormat().resolvedOptions().timeZone;

const formatters = new Map<string, Formatter>();

/** One for all who ask for the same: its parts of Intl take longer to make than a card of the board takes to draw. */
function formatterFor(language: Language, timeZone: string): Formatter {
  const name = `${language} ${timeZone}`;
  let known = formatters.get(name);
  if (!known) formatters.set(name, (known = createFormatter(language, timeZone)));
  return known;
}

/** Numbers, money and times in the chosen language and the organization's time zone. */
export function useFormat(): Formatter {
  const language = useAppStore((state) => state.settings?.language ?? 'vi');
  const timeZone = useAppStore((state) => state.session?.organization.timezone ?? zoneBeforeSignIn);
  return formatterFor(language, timeZone);
}
