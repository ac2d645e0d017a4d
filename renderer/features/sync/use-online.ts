import { useAppStore } from '../../app/app-store.ts';

/** Whether the centre can be asked now. */
export const useOnline = (): boolean =>
  useAppStore(({ syncStatus }) => syncStatus?.state === 'online' || syncStatus?.state === 'syncing');
