/** Every address inside the window. */
export const paths = {
  board: '/board',
  projects: '/projects',
  project: (id: string): string => `/projects/${id}`,
};
