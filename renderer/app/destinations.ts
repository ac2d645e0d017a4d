import {
  IconAddressBook,
  IconBrandGoogleDrive,
  IconCalendarMonth,
  IconCoins,
  IconFiles,
  IconDatabaseExport,
  IconHelp,
  IconHistory,
  IconInbox,
  IconLayoutDashboard,
  IconLayoutKanban,
  IconRefresh,
  IconRoute,
  IconShieldLock,
  IconTable,
  IconTimeline,
  IconUsers,
  type Icon,
} from '@tabler/icons-react';
import { useCallback } from 'react';
import { destinationsOf, isOfPast, mayOpen, pastPages, type AnyDestination, type DestinationId } from '../../shared/navigation.ts';
import { goShortcut } from '../../shared/shortcuts.ts';
import { useSession } from './app-store.ts';

const icons: Readonly<Record<DestinationId, Icon>> = {
  start: IconLayoutDashboard,
  board: IconLayoutKanban,
  projects: IconTable,
  calendar: IconCalendarMonth,
  timeline: IconTimeline,
  drive: IconBrandGoogleDrive,
  intake: IconInbox,
  contacts: IconAddressBook,
  documents: IconFiles,
  audit: IconHistory,
  rates: IconCoins,
  people: IconUsers,
  workflow: IconRoute,
  sync: IconRefresh,
  help: IconHelp,
  backups: IconDatabaseExport,
  security: IconShieldLock,
};

export type Destination = AnyDestination & { Icon: Icon; shortcut: string | null };

/** The pages that the signed-in person has, in the order of the navigation. */
export function useDestinations(): Destination[] {
  const { person, past } = useSession();
  const shown = destinationsOf(person.role).filter(({ id }) => !past || pastPages.has(id));
  return shown.map((destination, position) => ({
    ...destination,
    Icon: icons[destination.id],
    shortcut: goShortcut(position),
  }));
}

/** Whether the signed-in person has the page at an address in this window. */
export function useMayOpen(): (pathname: string) => boolean {
  const { person, past } = useSession();
  const ofPast = past !== undefined;
  return useCallback((pathname) => mayOpen(person.role, pathname) && (!ofPast || isOfPast(pathname)), [person.role, ofPast]);
}
