import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ScanFolder, TakenIn } from '../../../shared/api/files.ts';
import { AppError } from '../../../shared/errors.ts';
import { durably, type Sqlite } from '../replica/database.ts';
import type { Meta } from '../replica/meta.ts';
import type { ContentStore } from './store.ts';
import { takeInFiles } from './take-in.ts';

interface Chosen {
  folder: string;
  /** Names that were taken in, with the time of the file then. */
  taken: Record<string, number>;
}

const SHOWN = 100;
/** Younger ones may still be on their way from the camera. */
const SETTLED_MS = 1_000;
/** What systems and cameras leave beside the images. */
const ignored = /^(\.|~\$|thumbs\.db$|desktop\.ini$)|\.(tmp|part|crdownload)$/i;

/** The folder into which a camera or a scanner puts its files, as the person chose it. */
export class Scans {
  readonly #sqlite: Sqlite;
  readonly #meta: Meta;
  readonly #store: ContentStore;

  constructor(sqlite: Sqlite, meta: Meta, store: ContentStore) {
    this.#sqlite = sqlite;
    this.#meta = meta;
    this.#store = store;
  }

  choose(folder: string | null): void {
    durably(this.#sqlite, 'FULL', () => {
      if (folder === null) this.#meta.remove('scan_folder');
      else this.#meta.set({ scan_folder: JSON.stringify({ folder, taken: {} } satisfies Chosen) });
    });
  }

  async look(): Promise<ScanFolder> {
    const chosen = this.#chosen();
    if (!chosen) return { folder: null, reachable: false, files: [] };
    try {
      const entries = await readdir(chosen.folder, { withFileTypes: true });
      const names = entries.filter((entry) => entry.isFile() && !ignored.test(entry.name)).map(({ name }) => name);
      const files = [];
      for (const name of names) {
        const found = await stat(join(chosen.folder, name)).catch(() => null);
        if (!found || chosen.taken[name] === found.mtimeMs || Date.now() - found.mtimeMs < SETTLED_MS) continue;
        files.push({ name, size: found.size, modified_at: found.mtime.toISOString() });
      }
      files.sort((a, b) => b.modified_at.localeCompare(a.modified_at) || a.name.localeCompare(b.name));
      return { folder: chosen.folder, reachable: true, files: files.slice(0, SHOWN) };
    } catch {
      return { folder: chosen.folder, reachable: false, files: [] };
    }
  }

  /** Names alone come from the window; they lead nowhere but into the folder that was chosen. */
  async take(names: readonly string[], maxBytes: number): Promise<TakenIn> {
    const chosen = this.#chosen();
    if (!chosen) throw new AppError('NOT_FOUND', 'no folder was chosen');
    if (names.some((name) => basename(name) !== name || name === '.' || name === '..')) throw new AppError('INPUT_INVALID', 'not the name of a file');
    const result: TakenIn = { taken: [], refused: [] };
    for (const name of names) {
      const path = join(chosen.folder, name);
      const time = await stat(path).then(({ mtimeMs }) => mtimeMs, () => null);
      const { taken, refused } = await takeInFiles(this.#store, [path], maxBytes);
      result.taken.push(...taken);
      result.refused.push(...refused);
      if (taken.length > 0 && time !== null) chosen.taken[name] = time;
    }
    durably(this.#sqlite, 'NORMAL', () => this.#meta.set({ scan_folder: JSON.stringify(chosen) }));
    return result;
  }

  #chosen(): Chosen | null {
    return JSON.parse(this.#meta.get('scan_folder') ?? 'null') as Chosen | null;
  }
}
