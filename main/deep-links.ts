import type { DeepLink } from '../shared/api/windows.ts';

export const linkScheme = 'factorypulse';

/** Codes as the centre makes them, and what organizations bring along: letters, digits and a few signs between them. */
const projectLink = /^factorypulse:\/\/project\/([\p{L}\p{N}](?:[\p{L}\p{N}._·-]{0,58}[\p{L}\p{N}])?)\/?$/iu;

/** What a link from outside asks for. Anybody can write one, so it is taken for nothing but the code of a project. */
export function parseDeepLink(url: string): DeepLink {
  const code = projectLink.exec(decoded(url))?.[1];
  return code === undefined ? { kind: 'unreadable' } : { kind: 'project', code };
}

/** Some systems escape what is not ASCII. */
function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return '';
  }
}

/** Windows and Linux start the application once more, with the link as one of its arguments. */
export const linkIn = (argv: readonly string[]): string | null =>
  argv.find((argument) => argument.toLowerCase().startsWith(`${linkScheme}:`)) ?? null;

/** Keeps the link that was opened last until a window of a signed-in person, with its screen unlocked, follows it. */
export class DeepLinks {
  readonly #arrived: () => void;
  #waiting: DeepLink | null = null;

  /** @param arrived called when there is a link to follow */
  constructor(arrived: () => void) {
    this.#arrived = arrived;
  }

  receive(url: string): void {
    this.#waiting = parseDeepLink(url);
    this.#arrived();
  }

  take(): DeepLink | null {
    const link = this.#waiting;
    this.#waiting = null;
    return link;
  }
}
