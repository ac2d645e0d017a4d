/** Every address inside the window. */
export const paths = {
  /** The overview of the staff; people outside go on to the board. */
  start: '/',
  board: '/board',
  projects: '/projects',
  project: (id: string): string => `/projects/${id}`,
  intake: '/intake',
  contacts: '/contacts',
  contact: (id: string): string => `/contacts/${id}`,
  contactImport: '/contacts/import',
  documents: '/documents',
  document: (id: string): string => `/documents/${id}`,
  /** For managers. */
  documentAccess: '/documents/access',
  /** One version of a document with the whole page to itself. */
  preview: (documentId: string, sha256: string): string => `/documents/${documentId}/preview/${sha256}`,
  calendar: '/calendar',
  timeline: '/timeline',
  people: '/people',
  person: (id: string): string => `/people?person=${id}`,
  audit: '/audit',
  sync: '/sync',
  /** What is on its way between this machine and the server, and what of it is kept. */
  files: '/files',
  /** Where a link from outside arrives, by the project's code. */
  link: (code: string): string => `/link/${code === ':code' ? code : encodeURIComponent(code)}`,
  unreadableLink: '/link',
  /** For managers. */
  rates: '/exchange-rates',
  /** For administrators. */
  drive: '/google-drive',
  /** For administrators. */
  workflow: '/workflow',
  help: '/help',
  /** For administrators. */
  backups: '/backups',
  /** For administrators. */
  security: '/security',
  /** The sync centre with one refused change in sight. */
  syncEntry: (id: string): string => `/sync?entry=${id}`,
};
