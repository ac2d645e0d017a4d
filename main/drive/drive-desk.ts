import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DriveTransfer } from '../../shared/api/drive.ts';
import type { Drive, DriveOwner, DriveParts } from './drive.ts';
import { KEPT_FILE, TRANSFERS_FILE } from './kept.ts';

/** So often it is looked what became of linked files. */
const CHECK_MS = 5 * 60_000;
/** Transfers of an earlier session wait until the window is there to work with. */
const CONTINUE_MS = 3_000;

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
    if (this.#hasTransfers) setTimeout(() => void this.drive, CONTINUE_MS);
  }

  /** What is on its way; where nothing can be, that is known without Google's libraries. */
  async transfers(): Promise<DriveTransfer[]> {
    return this.#loading || this.#hasTransfers ? (await this.drive).transfers.list() : [];
  }

  get #hasTransfers(): boolean {
    return this.#holds(TRANSFERS_FILE);
  }

  #holds(name: string): boolean {
    return this.#owner !== null && existsSync(join(this.#owner.folder, name));
  }

  personLeft(): void {
    this.#owner = null;
    void this.#loading?.then((drive) => {
      if (this.#owner === null) drive.personLeft();
    });
  }

  /** Does what waited for the network, and looks what became of linked files. */
  async lookAround(): Promise<void> {
    if (this.#loading === null && !this.#holds(KEPT_FILE)) return;
    const drive = await this.drive;
    drive.tryTransfersNow();
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
