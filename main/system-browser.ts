import { shell } from 'electron';
import { AppError } from '../shared/errors.ts';

/**
 * The one place that hands an address to the system's browser: https alone, and of that only what the caller has on its list.
 * What else could be handed over starts programs.
 */
export async function openInBrowser(address: string, isListed: (url: URL) => boolean): Promise<void> {
  const url = new URL(address);
  if (url.protocol !== 'https:' || url.username !== '' || !isListed(url)) throw new AppError('NOT_ALLOWED', 'this address is not opened');
  try {
    await shell.openExternal(url.href);
  } catch (error) {
    throw new AppError('LINK_NOT_OPENED', 'the system opened no browser', {}, { cause: error });
  }
}
