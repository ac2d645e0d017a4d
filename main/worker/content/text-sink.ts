/** Of a file so many characters are kept to search in: more would hold up everybody else while they are indexed. */
const MAX_CHARACTERS = 500_000;

/** Gathers text up to the limit. */
export class TextSink {
  readonly #parts: string[] = [];
  #left = MAX_CHARACTERS;

  get full(): boolean {
    return this.#left <= 0;
  }

  add(part: string): void {
    if (this.#left <= 0) return;
    this.#parts.push(part.slice(0, this.#left));
    this.#left -= part.length;
  }

  /** Composed letters, no control characters, no heaps of blanks. */
  get text(): string {
    return tidyText(this.#parts.join(''));
  }
}

export const tidyText = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/\r\n?|\f/g, '\n')
    .replace(/[^\P{Cc}\t\n]|\p{Surrogate}/gu, '')
    .replace(/[^\S\n]{3,}/g, '  ')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
