import { z } from 'zod';
import { operation } from './operation.ts';

/** What the menu asks of the window in front. */
export type ShellCommand =
  | { type: 'go'; path: string }
  | { type: 'palette' | 'find' | 'shortcuts' | 'sync' | 'print' | 'link' };

/** What a link from outside (`factorypulse://…`) leads to; `unreadable` where it is none of ours. */
export type DeepLink = { kind: 'project'; code: string } | { kind: 'unreadable' };

/** An address inside a window; a page that does not exist says so itself. */
const path = z.string().max(200).regex(/^\/[\w/-]*$/);

export const windowsApi = {
  'window.open': operation<null>()(z.strictObject({ path }), { handledBy: 'main' }),
  /** Prints the window in front. */
  'window.print': operation<null>()(z.void(), { handledBy: 'main' }),
  /** The link that was opened last and that no window has followed yet. */
  'link.take': operation<DeepLink | null>()(z.void(), { handledBy: 'main' }),
};
