import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { DriveState } from '../../../shared/api/drive.ts';
import { mayAccess } from '../../../shared/domain/access-rules.ts';
import { useReadOnly, useSession } from '../../app/app-store.ts';
import { subscribe } from '../../app/bridge.ts';
import { query } from '../../app/queries.ts';

/** How the person's connection stands, also while it changes in another window. */
export function useDriveState(): { state: DriveState | undefined; error: Error | null } {
  const client = useQueryClient();
  // News is heard only while somebody looks: whoever looks again asks again.
  const { data: state, error } = useQuery({ ...query('drive.state'), refetchOnMount: 'always' });
  useEffect(() => subscribe('drive.changed', (changed) => client.setQueryData(query('drive.state').queryKey, changed)), [client]);
  return { state, error };
}

/** Drive is for the staff: whoever may read how it is set up. Nothing of an earlier state goes there. */
export function useMayUseDrive(): boolean {
  const { role } = useSession().person;
  return !useReadOnly() && mayAccess(role, 'read', 'google_drive_config');
}
