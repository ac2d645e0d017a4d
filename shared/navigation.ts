import { mayAccess } from './domain/access-rules.ts';
import { internalRoles, isManager, roles, type Role } from './domain/roles.ts';

/** The pages of the main navigation in their order, and whom each has something for; what a page shows, the rules decide. */
export const destinations = [
  { id: 'start', path: '/', group: 'work', roles: internalRoles },
  // A supplier sees no project.
  { id: 'board', path: '/board', group: 'work', roles: roles.filter((role) => role !== 'supplier') },
  { id: 'projects', path: '/projects', group: 'work', roles: roles.filter((role) => role !== 'supplier') },
  { id: 'calendar', path: '/calendar', group: 'work', roles: roles.filter((role) => role !== 'supplier') },
  { id: 'timeline', path: '/timeline', group: 'work', roles: internalRoles },
  { id: 'intake', path: '/intake', group: 'work', roles: roles.filter((role) => mayAccess(role, 'insert', 'projects')) },
  { id: 'contacts', path: '/contacts', group: 'work', roles: internalRoles },
  { id: 'documents', path: '/documents', group: 'work', roles },
  { id: 'sync', path: '/sync', group: 'work', roles },
  { id: 'help', path: '/help', group: 'work', roles },
  { id: 'audit', path: '/audit', group: 'admin', roles: roles.filter(isManager) },
  { id: 'rates', path: '/exchange-rates', group: 'admin', roles: roles.filter((role) => mayAccess(role, 'update', 'exchange_rates')) },
  { id: 'people', path: '/people', group: 'admin', roles: ['admin'] },
  { id: 'workflow', path: '/workflow', group: 'admin', roles: roles.filter((role) => mayAccess(role, 'update', 'workflow_stages')) },
  { id: 'drive', path: '/google-drive', group: 'admin', roles: roles.filter((role) => mayAccess(role, 'update', 'google_drive_config')) },
  { id: 'backups', path: '/backups', group: 'admin', roles: ['admin'] },
  { id: 'security', path: '/security', group: 'admin', roles: ['admin'] },
] as const satisfies readonly Destination[];

interface Destination {
  id: string;
  path: string;
  /** `admin` stands together behind one entry: the everyday pages keep their place in a small window. */
  group: 'work' | 'admin';
  roles: readonly Role[];
}

export type DestinationId = (typeof destinations)[number]['id'];
export type AnyDestination = (typeof destinations)[number];

/** What can be looked at of an earlier state. */
export const pastPages: ReadonlySet<DestinationId> = new Set(['start', 'board', 'projects', 'calendar', 'timeline', 'contacts', 'documents']);

const isFor = ({ roles: those }: Destination, role: Role): boolean => those.includes(role);

export const destinationsOf = (role: Role): readonly AnyDestination[] => destinations.filter((destination) => isFor(destination, role));

/** Whether an address is of the pages that an earlier state has. */
export const isOfPast = (pathname: string): boolean =>
  destinations.some(({ id, path }) => pastPages.has(id) && (pathname === path || (path !== '/' && pathname.startsWith(`${path}/`))));

/** Where a person begins; the address `/` leads everybody there. */
export const homeOf = (role: Role): string => destinationsOf(role)[0]?.path ?? '/sync';

/** Whether the role has the page at an address; addresses below a page's belong to it, and others are everybody's. */
export const mayOpen = (role: Role, pathname: string): boolean =>
  pathname === '/' ||
  destinations.every((destination) => isFor(destination, role) || !(pathname === destination.path || pathname.startsWith(`${destination.path}/`)));
