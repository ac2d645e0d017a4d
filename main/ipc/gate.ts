import { ipcMain, type IpcMainInvokeEvent } from 'electron';
import type { Envelope } from '../../shared/errors.ts';
import { callChannel } from '../../shared/ipc-channels.ts';

/** Answers what a page asks. */
export type AnswerPage = (event: IpcMainInvokeEvent, name: unknown, input: unknown) => Envelope<unknown> | Promise<Envelope<unknown>>;

/**
 * Opens the one channel on which pages reach main. Nothing else in the application listens to raw IPC. It is open before the
 * first page is there, and what a page asks waits for the application, given to the function that is returned.
 */
export function openGate(): (answer: AnswerPage) => void {
  let ready: (answer: AnswerPage) => void = () => undefined;
  const answers = new Promise<AnswerPage>((resolve) => (ready = resolve));
  ipcMain.handle(callChannel, async (event, name: unknown, input: unknown) => (await answers)(event, name, input));
  return ready;
}
