import { modals } from '@mantine/modals';
import { useAppStore } from './app-store.ts';

type Question = Parameters<typeof modals.openConfirmModal>[0];

let open: () => void;
const canBeAsked = new Promise<void>((resolve) => (open = resolve));

/** Said by what draws questions, which is read after the first screen (later.ts). */
export const questionsCanBeAsked = (): void => open();

/** Asks before something is done; what is asked in the first moments after the start is shown as soon as it can be. */
export async function askToConfirm(question: Question): Promise<void> {
  await canBeAsked;
  // Nothing that was asked before stands above a locked screen.
  if (!useAppStore.getState().lock?.locked) modals.openConfirmModal(question);
}
