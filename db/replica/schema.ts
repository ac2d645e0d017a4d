/* The replica's whole schema: the mirror of the centre's tables and sync's own machinery. */
export * from './mirror/index.ts';
export * from './machinery.ts';
