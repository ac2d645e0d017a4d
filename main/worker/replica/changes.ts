/** Tells listeners, after a commit, which tables changed. Events state what happened; nothing is orchestrated by them. */
export class Changes {
  readonly #listeners = new Set<(tables: string[]) => void>();

  /** Returns the function that ends the subscription. */
  subscribe(listener: (tables: string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  announce(tables: Iterable<string>): void {
    const distinct = [...new Set(tables)];
    if (distinct.length === 0) return;
    for (const listener of this.#listeners) listener(distinct);
  }
}
