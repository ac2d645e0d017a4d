import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Drive, DriveOwner, DriveParts } from './drive.ts';
import { KEPT_FILE } from './kept.ts';

/** So often it is looked what became of linked files. */
const CHECK_MS = 5 * 60_000;

/** Google's libraries are read when somebody first needs them: no start waits for them. */
export class DriveDesk {
  readonly #parts: DriveParts;
  #loading: Promise<Drive> | null = null;
  #owner: DriveOwner | null = null;

  constructor(parts: DriveParts) {
    this.#parts = parts;
    setInterval(() => void this.lookAround(), CHECK_MS).unref();
  }

  get drive(): Promise<Drive> {
    this.#loading ??= import('./drive.ts').then(({ Drive }) => {
      const drive = new Drive(this.#parts);
      if (this.#owner) drive.personArrived(this.#owner);
      return drive;
    });
    return this.#loading;
  }

  personArrived(owner: DriveOwner): void {
    this.#owner = owner;
    void this.#loading?.then((drive) => {
      if (this.#owner === owner) drive.personArrived(owner);
    });
  }

  personLeft(): void {
    this.#owner = null;
    void this.#loading?.then((drive) => {
      if (this.#owner === null) drive.personLeft();
    });
  }

  /** Does what waited for the network, and looks what became of linked files. */
  async lookAround(): Promise<void> {
    const connected = this.#owner !== null && existsSync(join(this.#owner.folder, KEPT_FILE));
    if (this.#loading === null && !connected) return;
    const drive = await this.drive;
    await drive.revokeWaiting();
    await drive.checkChanges();
    await this.sendBackups({ asked: false });
  }

  /** Sends backups that wait on this machine, where there are any. What stands in the way is noted with each. */
  async sendBackups(wish: { asked: boolean }): Promise<void> {
    if (this.#owner === null) return;
    try {
      const { waiting } = await this.#parts.backups.list();
      if (waiting.length > 0) await (await this.drive).backups.send(wish);
    } catch (error) {
      this.#parts.keyring.log.warn('drive.backups-not-sent', { error });
    }
  }
}
