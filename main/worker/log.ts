import type { WorkerLog } from './protocol.ts';

/** One structured line; never a person's data, never a secret. */
export type Log = (level: WorkerLog['level'], event: string, details?: Record<string, unknown>) => void;
