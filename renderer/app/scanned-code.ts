/** A code as the centre gives it, or as it stands until then. */
const CODE = /^P-\d{6}[\dA-Z·]*$/i;

/** A scanner is done at once; what a hand typed a while ago is not part of a code. */
const PAUSE_MS = 1_000;

/** Listens to the keys for a whole project code that ends with Enter, as a scanner types it. */
export class ScannedCode {
  #typed = '';
  #last = 0;

  /** Answers the code with the Enter that ends it; `at` is when the key was pressed, in milliseconds. */
  press(key: string, at: number): string | null {
    if (at - this.#last > PAUSE_MS) this.#typed = '';
    this.#last = at;
    if (key !== 'Enter') {
      // Others, such as Shift, write nothing.
      if (key.length === 1) this.#typed += key;
      return null;
    }
    const typed = this.#typed;
    this.#typed = '';
    return CODE.test(typed) ? typed.toUpperCase() : null;
  }

  forget(): void {
    this.#typed = '';
  }
}
