import { sameOrigin } from '../origin.ts';

/** What the check needs to know of Electron's event. */
export interface Sender {
  readonly sender: { readonly id: number };
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null;
}

export interface OwnPages {
  /** Is this the content of one of our windows? */
  isOwnWindow(webContentsId: number): boolean;
  /** The address that our pages come from. */
  readonly pageUrl: string;
}

/** Only the top frame of one of our windows, showing one of our pages, may call. */
export function isTrustedSender({ sender, senderFrame }: Sender, { isOwnWindow, pageUrl }: OwnPages): boolean {
  // The frame is null when it navigated away or was destroyed before the message arrived.
  if (senderFrame === null || senderFrame.parent !== null) return false;
  return isOwnWindow(sender.id) && sameOrigin(senderFrame.url, pageUrl);
}
