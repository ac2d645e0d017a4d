import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real file system of a few megabytes, in memory. */
export class SmallDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'factory-pulse-disk-'));

  constructor(megabytes: number) {
    mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', this.folder);
  }

  resize(megabytes: number): void {
    mount('-o', `remount,size=${megabytes}m`, this.folder);
  }

  setReadOnly(readOnly: boolean): void {
    mount('-o', `remount,${readOnly ? 'ro' : 'rw'}`, this.folder);
  }

  /** Takes all the space that is left. */
  fill(): void {
    const file = openSync(join(this.folder, 'filling'), 'w');
    try {
      for (const size of [65_536, 4_096]) writeUntilFull(file, Buffer.alloc(size, 1));
    } finally {
      closeSync(file);
    }
  }

  /** Gives it back. */
  free(): void {
    rmSync(join(this.folder, 'filling'));
  }

  remove(): void {
    execFileSync('umount', ['--lazy', this.folder]);
    rmSync(this.folder, { recursive: true });
  }
}

function writeUntilFull(file: number, chunk: Buffer): void {
  for (;;) {
    try {
      writeSync(file, chunk);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
      throw error;
    }
  }
}

function mount(...parameters: string[]): void {
  execFileSync('mount', parameters, { stdio: 'pipe' });
}

/**
 * Whether this process may make file systems: that takes root on Linux, and a container's root may lack the right.
 * Elsewhere the same promises are tested by SQLite's own limit alone.
 */
export function canMakeDisks(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    new SmallDisk(1).remove();
    return true;
  } catch (error) {
    if (error instanceof Error && /permission denied|not permitted/i.test(error.message)) return false;
    throw error;
  }
}
