import type { WebContents } from 'electron';

/**
 * How far the first page has come. Main, through which all of its bytes go, signs the remembered person in while the page's
 * process starts, and reads the rest of the application while the page runs its script; done at once, either would hold up the page.
 */
export class FirstPage {
  /** Settles when the page itself has arrived. */
  readonly hasArrived: Promise<void>;
  /** Settles when what it names has arrived, too. */
  readonly isComplete: Promise<void>;

  /** @param names what the page names, where main answers for its files; what comes from elsewhere is not waited for */
  constructor(contents: WebContents, names: Promise<readonly string[]> | null) {
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
    if (names === null) {
      end();
      return;
    }
    const here = new Set<string>();
    let wanted: readonly string[] | null = null;
    const endWhenAllIsHere = (): void => {
      if (here.size > 0 && wanted?.every((name) => here.has(`/${name}`))) end();
    };
    webRequest.onCompleted(({ url }) => {
      arrived();
      here.add(new URL(url).pathname);
      endWhenAllIsHere();
    });
    void names.then((known) => {
      wanted = known;
      endWhenAllIsHere();
    });
    // A page that does not come is waited for until its window stops loading.
    contents.once('did-stop-loading', end);
  }
}
