import { call } from '../../app/bridge.ts';

/** Puts into the page what belongs on paper and answers how to take it away; null where nothing is to be printed. */
export type Preparation = () => Promise<(() => void) | null>;

let preparation: Preparation | null = null;
let busy = false;

/** For a page that shows less on the screen than belongs on paper; answers how it takes its leave. */
export function prepareBeforePrint(own: Preparation): () => void {
  preparation = own;
  return () => {
    if (preparation === own) preparation = null;
  };
}

/** Opens the system's dialog for printing once the page is ready for paper. */
export async function printPage(): Promise<void> {
  if (busy) return;
  busy = true;
  try {
    const clear = preparation ? await preparation() : () => undefined;
    if (clear === null) return;
    window.addEventListener('afterprint', clear, { once: true });
    try {
      await call('window.print');
    } catch (error) {
      window.removeEventListener('afterprint', clear);
      clear();
      throw error;
    }
  } finally {
    busy = false;
  }
}
