/** Turns repeated answers to "is there a network?" into the moment when it came back. */
export class OnlineWatch {
  #online: boolean;
  readonly #cameBack: () => void;

  constructor(online: boolean, cameBack: () => void) {
    this.#online = online;
    this.#cameBack = cameBack;
  }

  note(online: boolean): void {
    const back = online && !this.#online;
    this.#online = online;
    if (back) this.#cameBack();
  }
}
