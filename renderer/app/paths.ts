/** Every address inside the window. */
export const paths = {
  board: '/board',
  projects: '/projects',
  project: (id: string): string => `/projects/${id}`,
  audit: '/audit',
  sync: '/sync',
  /** The sync centre with one refused change in sight. */
  syncEntry: (id: string): string => `/sync?entry=${id}`,
};
