import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge, Topic, Topics } from '../shared/api/index.ts';
import type { Envelope } from '../shared/errors.ts';
import { callChannel, eventChannel } from '../shared/ipc-channels.ts';

/*
 * The only thing that a page gets from Electron. Main checks every call once more; here the names of topics are
 * held to the contract. Only types come from the contract, so that this script stays a few lines in every page.
 */

type Failure = Extract<Envelope<never>, { ok: false }>;

const listeners: { readonly [Name in Topic]: Set<(payload: Topics[Name]) => void> } = {
  'data.changed': new Set(),
  'sync.status': new Set(),
  'session.changed': new Set(),
  'session.ended': new Set(),
  'settings.changed': new Set(),
  'lock.changed': new Set(),
  'audit.exporting': new Set(),
  'shell.command': new Set(),
  'lists.exporting': new Set(),
  'documents.exporting': new Set(),
  'drive.changed': new Set(),
  'drive.transferring': new Set(),
  'files.progress': new Set(),
  'backup.progress': new Set(),
  'backup.waiting': new Set(),
  'backup.changed': new Set(),
};

const isTopic = (name: string): name is Topic => Object.hasOwn(listeners, name);

function announce<Name extends Topic>(topic: Name, payload: Topics[Name]): void {
  for (const listener of [...listeners[topic]]) listener(payload);
}

ipcRenderer.on(eventChannel, (_event, topic: string, payload: Topics[Topic]) => {
  if (isTopic(topic)) announce(topic, payload);
});

/** Also what cannot be sent at all, e.g. a function, is answered like everything else. */
const failed = (error: unknown): Failure => {
  const message = String(error);
  const code = message.includes('could not be cloned') ? 'INPUT_INVALID' : 'INTERNAL';
  return { ok: false, error: { code, message, details: {} } };
};

const bridge: Bridge = {
  call: (name, ...input) => ipcRenderer.invoke(callChannel, name, input[0]).catch(failed),
  on(topic, listener) {
    if (!isTopic(topic)) throw new TypeError(`there is no topic ${String(topic)}`);
    // A wrapper of its own, so that the same function can listen twice and each subscription ends alone.
    const own: typeof listener = (payload) => listener(payload);
    listeners[topic].add(own);
    return () => {
      listeners[topic].delete(own);
    };
  },
};

contextBridge.exposeInMainWorld('factoryPulse', bridge);
