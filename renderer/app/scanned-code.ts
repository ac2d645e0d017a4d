/** A code as the centre gives it, or as it stands until then: known by its form, however slowly it comes. */
const OWN_CODE = /^P-\d{6}[\dA-Z·]*$/i;

/** What organizations bring along; that it is a code shows only by how fast it is typed. */
const ANY_CODE = /^[\p{L}\p{N}][\p{L}\p{N}._·/-]{1,58}[\p{L}\p{N}]$/u;

/** A scanner is done at once; what a hand typed a while ago is not part of a code. */
const PAUSE_MS = 1_000;

/** From key to key, no hand is as fast as this for a whole word and its Enter. */
const SCANNER_MS = 50;

/** Listens to the keys for a whole code that ends with Enter, as a scanner types it. */
export class ScannedCode {
  #typed = '';
  /** The end of it that came as fast as from a scanner. */
  #burst = '';
  #last = -Infinity;

  /** Answers the code with the Enter that ends it; `at` is when the key was pressed, in milliseconds. */
  press(key: string, at: number): string | null {
    const gap = at - this.#last;
    this.#last = at;
    if (gap > PAUSE_MS) this.#typed = '';
    if (gap > SCANNER_MS) this.#burst = '';
    if (key !== 'Enter') {
      // Others, such as Shift, write nothing.
      if (key.length === 1) {
        this.#typed += key;
        this.#burst += key;
      }
      return null;
    }
    const [typed, burst] = [this.#typed, this.#burst];
    this.forget();
    if (OWN_CODE.test(typed)) return typed.toUpperCase();
    if (OWN_CODE.test(burst)) return burst.toUpperCase();
    return ANY_CODE.test(burst) ? burst : null;
  }

  forget(): void {
    this.#typed = '';
    this.#burst = '';
  }
}
