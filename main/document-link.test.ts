import { describe, expect, it, vi } from 'vitest';
import { AppError } from '../shared/errors.ts';
import { openDocumentLink } from './document-link.ts';
import type { Control } from './worker-host.ts';

const ID = '0190b3c2-0000-7000-8000-000000000001';

/** The worker's answer for the address, and what main tells it afterwards. */
function workerWith(address: string | AppError) {
  const told: unknown[] = [];
  const control = ((name: string, input: unknown) => {
    if (name === 'worker.linkOpened') {
      told.push(input);
      return Promise.resolve(null);
    }
    return address instanceof AppError ? Promise.reject(address) : Promise.resolve(address);
  }) as Control;
  return { control, told };
}

/** Opens what is on the list, as the real one does. */
const browser = () =>
  vi.fn((address: string, isListed: (url: URL) => boolean) =>
    isListed(new URL(address)) ? Promise.resolve() : Promise.reject(new AppError('NOT_ALLOWED', 'this address is not opened')),
  );

describe("a document's link", () => {
  it('is opened in the browser, which stands in the log', async () => {
    const { control, told } = workerWith('https://drive.google.com/file/d/1QwErTyUiOpAsDfGh/view');
    const openInBrowser = browser();
    await openDocumentLink({ control, openInBrowser }, ID);
    expect(openInBrowser).toHaveBeenCalledOnce();
    expect(told).toEqual([{ id: ID, failure: null }]);
  });

  it.each(['http://drive.google.com/file/d/1QwErTyUiOpAsDfGh/view', 'https://127.0.0.1/', 'file:///etc/passwd', 'https://an@cokhi.vn/', 'https://g00gle.com/'])(
    'is judged by main once more: %s is not opened, whatever the worker says',
    async (address) => {
      const { control, told } = workerWith(address);
      await expect(openDocumentLink({ control, openInBrowser: browser() }, ID)).rejects.toMatchObject({ code: 'LINK_NOT_OPENED' });
      expect(told).toEqual([{ id: ID, failure: 'LINK_NOT_OPENED' }]);
    },
  );

  it('that the system cannot open says so, in the log too', async () => {
    const { control, told } = workerWith('https://cokhi.vn/a.pdf');
    const openInBrowser = () => Promise.reject(new Error('no browser'));
    await expect(openDocumentLink({ control, openInBrowser }, ID)).rejects.toMatchObject({ code: 'LINK_NOT_OPENED' });
    expect(told).toEqual([{ id: ID, failure: 'LINK_NOT_OPENED' }]);
  });

  it('that the worker refuses is not opened; the worker has noted it itself', async () => {
    const { control, told } = workerWith(new AppError('LINK_EXPIRED', 'expired'));
    const openInBrowser = browser();
    await expect(openDocumentLink({ control, openInBrowser }, ID)).rejects.toMatchObject({ code: 'LINK_EXPIRED' });
    expect(openInBrowser).not.toHaveBeenCalled();
    expect(told).toEqual([]);
  });
});
