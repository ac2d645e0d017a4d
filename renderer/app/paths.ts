/** Every address inside the window. */
export const paths = {
  board: '/board',
  projects: '/projects',
  project: (id: string): string => `/projects/${id}`,
  calendar: '/calendar',
  timeline: '/timeline',
  people: '/people',
  person: (id: string): string => `/people?person=${id}`,
  audit: '/audit',
  sync: '/sync',
  /** For administrators. */
  security: '/security',
  /** The sync centre with one refused change in sight. */
  syncEntry: (id: string): string => `/sync?entry=${id}`,
};
