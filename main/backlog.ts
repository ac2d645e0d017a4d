/** What is told to a part of the application that is not there yet waits for it, and reaches it in the order in which it was told. */
export class Backlog<Part> {
  #part: Part | null = null;
  readonly #waiting: ((part: Part) => void)[] = [];

  tell(news: (part: Part) => void): void {
    if (this.#part === null) this.#waiting.push(news);
    else news(this.#part);
  }

  deliverTo(part: Part): void {
    this.#part = part;
    for (const news of this.#waiting.splice(0)) news(part);
  }
}
