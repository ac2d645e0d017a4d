import { chmod, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { safeName } from '../../../shared/domain/file-names.ts';
import { toStorageError } from '../replica/database.ts';
import type { ContentStore } from './store.ts';

/** Windows keeps beside a file where it came from, and its programs open it with care. */
const MARK_OF_THE_WEB = '[ZoneTransfer]\r\nZoneId=3\r\n';

/** Writes a content in plain bytes under a name beside the target, and gives it the name once all of it is there. */
export async function writePlain(store: ContentStore, sha256: string, target: string, draft: string): Promise<void> {
  try {
    const file = await open(draft, 'w', 0o600);
    try {
      for await (const piece of store.read(sha256)) await file.write(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, target);
    await markAsForeign(target);
  } catch (error) {
    await rm(draft, { force: true });
    throw toStorageError(error);
  }
}

/**
 * Copies in plain bytes for the system's programs: in a folder of the person's own, read-only, so that nobody takes what they
 * change there for saved, and gone with the session.
 */
export class OpenedCopies {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async write(store: ContentStore, sha256: string, name: string): Promise<string> {
    const folder = join(this.#folder, randomUUID());
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const target = join(folder, safeName(name));
    await writePlain(store, sha256, target, join(folder, 'draft'));
    await chmod(target, 0o400);
    return target;
  }

  /** What is still open in another program may stay until the next start. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined);
  }
}

async function markAsForeign(target: string): Promise<void> {
  if (process.platform === 'win32') await writeFile(`${target}:Zone.Identifier`, MARK_OF_THE_WEB).catch(() => undefined);
}
