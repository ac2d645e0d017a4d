import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/** What of a disk fails: `folder` is the sync of a folder, which makes a name durable. */
export type DiskCall = 'write' | 'sync' | 'rename' | 'rm' | 'folder';

type Failures = Partial<Record<DiskCall, string>>;

/**
 * A folder whose disk stops to take what it is given, by the errors that the system has for it. A disk of its own
 * (`SmallDisk`) is more real, but takes rights, and can neither fill at a sync nor be pulled out.
 */
export class FailingDisk {
  readonly #folder: string;
  readonly #real = { open: promises.open, rename: promises.rename, rm: promises.rm, openSync: fs.openSync, rmSync: fs.rmSync };
  #failures: Failures = {};
  #writesLeft = 0;

  constructor(folder: string) {
    this.#folder = folder;
    Object.assign(promises, {
      open: async (...parameters: Parameters<typeof promises.open>) => {
        const handle = await this.#real.open(...parameters);
        if (!this.#isHere(parameters[0])) return handle;
        const write = handle.write.bind(handle) as (...given: unknown[]) => Promise<unknown>;
        const sync = handle.sync.bind(handle);
        return Object.assign(handle, {
          write: async (...given: unknown[]) => {
            if ((this.#writesLeft -= 1) < 0) this.#failAt('write');
            return write(...given);
          },
          sync: async () => {
            this.#failAt('sync', 'fsync');
            await sync();
          },
        });
      },
      rename: async (from: string, to: string) => {
        if (this.#isHere(from)) this.#failAt('rename');
        await this.#real.rename(from, to);
      },
      rm: async (path: string, options?: fs.RmOptions) => {
        if (this.#isHere(path)) this.#failAt('rm', 'unlink');
        await this.#real.rm(path, options);
      },
    });
    Object.assign(fs, {
      openSync: (...parameters: Parameters<typeof fs.openSync>) => {
        if (parameters[0] === this.#folder) this.#failAt('folder', 'fsync');
        return this.#real.openSync(...parameters);
      },
      rmSync: (path: string, options?: fs.RmOptions) => {
        if (this.#isHere(path)) this.#failAt('rm', 'unlink');
        this.#real.rmSync(path, options);
      },
    });
    syncBuiltinESMExports();
  }

  /** @param writes so many are taken before */
  fail(failures: Failures, writes = 0): void {
    this.#failures = failures;
    this.#writesLeft = writes;
  }

  repair(): void {
    this.#failures = {};
  }

  remove(): void {
    const { openSync, rmSync, ...calls } = this.#real;
    Object.assign(promises, calls);
    Object.assign(fs, { openSync, rmSync });
    syncBuiltinESMExports();
  }

  #isHere(path: unknown): boolean {
    return typeof path === 'string' && path.startsWith(`${this.#folder}/`);
  }

  #failAt(call: DiskCall, syscall: string = call): void {
    const code = this.#failures[call];
    if (code !== undefined) throw Object.assign(new Error(`${code}: ${syscall}`), { code, syscall });
  }
}
