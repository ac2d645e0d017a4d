import { readDocumentLink } from '../shared/domain/document-links.ts';
import { AppError, toFailure } from '../shared/errors.ts';
import type { Control } from './worker-host.ts';

export interface DocumentLinkParts {
  control: Control;
  openInBrowser(address: string, isListed: (url: URL) => boolean): Promise<void>;
}

/** Opens a document's link in the system's browser; that it was opened, or why not, stands in the access log. */
export async function openDocumentLink({ control, openInBrowser }: DocumentLinkParts, id: string): Promise<null> {
  const address = await control('worker.linkToOpen', id);
  try {
    // The address comes from a row that other people write, by way of the worker: main judges for itself.
    await openInBrowser(address, (url) => typeof readDocumentLink(url.href) === 'object');
  } catch (error) {
    const failure = new AppError('LINK_NOT_OPENED', `the link was not opened: ${toFailure(error).error.message}`, {}, { cause: error });
    await control('worker.linkOpened', { id, failure: failure.code });
    throw failure;
  }
  await control('worker.linkOpened', { id, failure: null });
  return null;
}
