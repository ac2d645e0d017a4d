import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { DriveTransfer } from '../../../shared/api/drive.ts';
import { subscribe } from '../../app/bridge.ts';
import { query } from '../../app/queries.ts';

/** What is on its way between Drive and this machine, as it is told. */
export function useDriveTransfers(): DriveTransfer[] {
  const client = useQueryClient();
  // News is heard only while somebody looks: whoever looks again asks again.
  const { data: transfers = [] } = useQuery({ ...query('drive.transfers'), gcTime: 0 });
  useEffect(() => subscribe('drive.transferring', (told) => client.setQueryData(query('drive.transfers').queryKey, told)), [client]);
  return transfers;
}
