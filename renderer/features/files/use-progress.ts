import { useEffect, useState } from 'react';
import type { TransferProgress } from '../../../shared/api/files.ts';
import { subscribe } from '../../app/bridge.ts';

/** How far the transfers have come that run, by their id. */
export function useProgress(): ReadonlyMap<number, TransferProgress> {
  const [progress, setProgress] = useState<ReadonlyMap<number, TransferProgress>>(new Map());
  useEffect(() => subscribe('files.progress', (list) => setProgress(new Map(list.map((one) => [one.id, one])))), []);
  return progress;
}
