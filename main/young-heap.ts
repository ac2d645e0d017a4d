import { setFlagsFromString } from 'node:v8';
import { app } from 'electron';

/**
 * In MB. V8 begins with a young heap of a fraction of that, which a start fills a dozen times: collecting it, thread by thread,
 * took a twelfth of all its work.
 */
const SEMI_SPACE = 4;

/** Gives main, the threads that it starts from now on, and the pages room for what a start makes. Call before Electron is ready. */
export function enlargeYoungHeap(): void {
  setFlagsFromString(`--min-semi-space-size=${SEMI_SPACE}`);
  // Main's own heap is there already, but it may grow in one step.
  setFlagsFromString('--semi-space-growth-factor=8');
  app.commandLine.appendSwitch('js-flags', `--min-semi-space-size=${SEMI_SPACE}`);
}
