/** A step that cannot be done; `wayOut` says what the person at the machine can do about it. */
export class SetupError extends Error {
  constructor(message, wayOut, options) {
    super(message, options);
    this.name = 'SetupError';
    this.wayOut = wayOut;
  }
}

/**
 * Does one step and prints it in one line with its time. Lines go to stderr, so that commands which set up first
 * keep their stdout for their own result.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T | { note: string }>} work may return a short note for the line
 */
export async function step(name, work) {
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  try {
    const result = await work();
    const note = result?.note === undefined ? '' : ` (${result.note})`;
    console.error(`✓ ${name}${note}  ${seconds()}`);
    return result;
  } catch (error) {
    console.error(`✗ ${name}  ${seconds()}`);
    throw error;
  }
}

/** Prints what went wrong and ends; errors that are no `SetupError` are bugs and keep their stack. */
export function endWith(error) {
  if (error instanceof SetupError) console.error(`\n${error.message}\n→ ${error.wayOut}\n`);
  else console.error(error);
  process.exit(1);
}
