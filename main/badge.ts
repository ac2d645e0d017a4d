import type { SyncStatus } from '../shared/api/sync.ts';
import { fill, type Texts } from './texts.ts';

export interface Badge {
  /** The number on the icon in dock or launcher; 0 for none. */
  count: number;
  /** What the icon of the taskbar carries on Windows, which has no number of its own; null for nothing. */
  overlay: { label: string; description: string; urgent: boolean } | null;
}

/** What fits into an icon of 16 pixels. */
const LARGEST = 9;

/** What the application's icon tells of sync: how much waits, to be sent or for the person. Without a session, nothing. */
export function badgeOf(status: Pick<SyncStatus, 'pending' | 'attention'> | null, texts: Texts['badge']): Badge {
  if (status === null) return { count: 0, overlay: null };
  const { pending, attention } = status;
  const count = pending + attention;
  if (count === 0) return { count, overlay: null };
  return {
    count,
    overlay: {
      label: count > LARGEST ? `${LARGEST}+` : String(count),
      description: fill(attention > 0 ? texts.attention : texts.waiting, {
        pending: String(pending),
        attention: String(attention),
      }),
      urgent: attention > 0,
    },
  };
}
