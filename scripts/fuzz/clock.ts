/* The machine's clocks. Timers go on as before. */

const RealDate = Date;
const realNow = performance.now.bind(performance);
let offset = 0;
let leapt = 0;

/** Sets the calendar clock off by so many milliseconds. */
export function shiftClock(milliseconds: number): void {
  offset = milliseconds;
  if (offset === 0) {
    globalThis.Date = RealDate;
    return;
  }
  globalThis.Date = class extends RealDate {
    constructor(...args: [] | [number | string | Date]) {
      if (args.length === 0) super(RealDate.now() + offset);
      else super(args[0]);
    }

    static override now(): number {
      return RealDate.now() + offset;
    }
  } as DateConstructor;
}

/**
 * Lets the clock that only ever goes forward leap by so many milliseconds, as if they had passed in this moment: what
 * waits for a span of silence to be over need not be waited for.
 */
export function leapAhead(milliseconds: number): void {
  leapt += milliseconds;
  performance.now = () => realNow() + leapt;
}

/** Milliseconds that have really passed, for the simulation's own limits. */
export const stopwatch = (): number => realNow();
