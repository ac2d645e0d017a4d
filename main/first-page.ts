import type { WebContents } from 'electron';

/**
 * What the first page has been given so far. Main reads the rest of the application while the page's process starts, and opens
 * the replica while the page reads its script; done at once, either would hold up the page.
 */
export class FirstPage {
  /** Settles when the page itself is on its way. */
  readonly isSent: Promise<void>;
  /** Settles when its script is on its way, too. */
  readonly isComplete: Promise<void>;
  #sent = (): void => undefined;
  #complete = (): void => undefined;

  /** @param servedHere whether main answers for its files; what comes from elsewhere is not waited for */
  constructor(servedHere: boolean) {
    this.isSent = new Promise((resolve) => (this.#sent = resolve));
    this.isComplete = new Promise((resolve) => (this.#complete = resolve));
    if (!servedHere) this.#giveUp();
  }

  /** Notes that main has answered for a file of the page. */
  answered(url: string): void {
    this.#sent();
    if (url.endsWith('.js')) this.#complete();
  }

  /** A page that does not come is waited for until its window stops loading. */
  follow(contents: WebContents): void {
    contents.once('did-stop-loading', () => this.#giveUp());
  }

  #giveUp(): void {
    this.#sent();
    this.#complete();
  }
}
