import type { Control } from '../worker-host.ts';
import type { BackupOutbox } from './backup-copies.ts';

/** Backups for Drive as the worker keeps them. */
export const workerOutbox = (control: Control): BackupOutbox => ({
  list: () => control('worker.outgoingBackups', undefined),
  async sent(backup) {
    await control('worker.backupSent', backup);
  },
  async notSent(id, code) {
    await control('worker.backupNotSent', { id, code });
  },
  async gone(id) {
    await control('worker.backupGone', id);
  },
});
