import { net, powerMonitor } from 'electron';
import { OnlineWatch } from './online-watch.ts';

const probeEveryMs = 3_000;

/** Calls back when the system's own screen is locked, where the system tells. */
export function onScreenLock(locked: () => void): void {
  powerMonitor.on('lock-screen', locked);
}

/** Calls back when trying the centre again is worth it: the machine woke, was unlocked, or its network returned. */
export function onWake(wake: (reason: 'resume' | 'unlock' | 'online') => void): void {
  powerMonitor.on('resume', () => wake('resume'));
  powerMonitor.on('unlock-screen', () => wake('unlock'));
  const watch = new OnlineWatch(net.isOnline(), () => wake('online'));
  // Main has no event for this; asking costs no traffic.
  setInterval(() => watch.note(net.isOnline()), probeEveryMs).unref();
}
