import type { WebContents } from 'electron';

/**
 * How far the first page has come. Main, through which all of its bytes go, reads the rest of the application while the page's
 * process starts, and opens the replica while the page reads its script; done at once, either would hold up the page.
 */
export class FirstPage {
  /** Settles when the page itself has arrived. */
  readonly hasArrived: Promise<void>;
  /** Settles when its script has arrived, too. */
  readonly isComplete: Promise<void>;

  /** @param servedHere whether main answers for its files; what comes from elsewhere is not waited for */
  constructor(contents: WebContents, servedHere: boolean) {
    const { webRequest } = contents.session;
    let arrived = (): void => undefined;
    let complete = (): void => undefined;
    this.hasArrived = new Promise((resolve) => (arrived = resolve));
    this.isComplete = new Promise((resolve) => (complete = resolve));
    const end = (): void => {
      webRequest.onCompleted(null);
      arrived();
      complete();
    };
    if (!servedHere) {
      end();
      return;
    }
    webRequest.onCompleted(({ url }) => {
      arrived();
      if (url.endsWith('.js')) end();
    });
    // A page that does not come is waited for until its window stops loading.
    contents.once('did-stop-loading', end);
  }
}
