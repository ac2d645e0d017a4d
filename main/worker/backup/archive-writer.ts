import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { BACKUP_FORMAT } from '../../../shared/domain/backup.ts';
import { syncFolder } from '../profiles/durable-file.ts';
import { NewFile, toWritingError } from '../tables/new-file.ts';
import { GZIP_HEADER, sha256Of, ZIP_CHUNK_BYTES } from './archive-format.ts';
import { sealing } from './locked-stream.ts';
import type { Manifest, ManifestFacts, ManifestPart } from './manifest.ts';
import { demandSoleDraft, draftOf, endDraft } from './unfinished.ts';

/** More compression costs more time than a disk saves: level 1 writes a few per cent more in two thirds of the time. */
const GZIP_LEVEL = 1;

export interface PartFacts {
  path: string;
  table?: string;
  rows?: number;
}

/**
 * Writes an archive: tar, gzip, and encryption where there is a passphrase. It is written under a name that is no
 * backup's, and takes its own when all of it has reached the disk. Fails as `NewFile` does, or with what `signal` says.
 */
export class ArchiveWriter {
  readonly #tar = pack();
  readonly #target: NewFile;
  readonly #file: string;
  readonly #draft: string;
  readonly #parts: ManifestPart[] = [];
  readonly #signal: AbortSignal;
  readonly #written: Promise<void>;
  #failure: unknown = null;
  /** The part on its way: it is compressed while the next one is read. */
  #ahead: Promise<void> = Promise.resolve();
  #bytes = 0;

  private constructor(file: string, draft: string, target: NewFile, seal: Awaited<ReturnType<typeof sealing>> | null, signal: AbortSignal) {
    this.#file = file;
    this.#draft = draft;
    this.#target = target;
    this.#signal = signal;
    const source = Readable.from(this.#tar as AsyncIterable<Buffer>, { objectMode: false });
    const gzip = createGzip({ level: GZIP_LEVEL, chunkSize: ZIP_CHUNK_BYTES });
    // The pipeline tells every failure; an 'error' of a part of it that comes before or after would end the process.
    for (const stream of [this.#tar, source, gzip, ...(seal ? [seal] : [])]) stream.on('error', () => undefined);
    const store = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
      for await (const chunk of chunks) {
        await target.write(chunk);
        this.#bytes += chunk.length;
      }
    };
    const run = seal
      ? pipeline(source, gzip, withPlainHeader, seal, store, { signal })
      : pipeline(source, gzip, withPlainHeader, store, { signal });
    this.#written = run.catch((error: unknown) => {
      this.#failure = signal.aborted ? signal.reason : error;
      this.#tar.destroy();
    });
  }

  static async create(file: string, passphrase: string | null, signal: AbortSignal): Promise<ArchiveWriter> {
    const draft = draftOf(file);
    let target: NewFile | null = null;
    try {
      target = await NewFile.create(file, draft);
      await demandSoleDraft(file, draft);
      const seal = passphrase === null ? null : await sealing(passphrase);
      signal.throwIfAborted();
      const writer = new ArchiveWriter(file, draft, target, seal, signal);
      await writer.#entry('about.json', Buffer.from(JSON.stringify({ program: 'Factory Pulse', format: BACKUP_FORMAT })));
      return writer;
    } catch (error) {
      await target?.discard();
      endDraft(draft);
      throw error;
    }
  }

  /** Compressed bytes so far. */
  get bytes(): number {
    return this.#bytes;
  }

  async add({ path, table, rows }: PartFacts, ...content: readonly Buffer[]): Promise<void> {
    await this.#ahead;
    const written = this.#entry(path, ...content);
    // Its failure is told to whoever adds the next part, or ends the archive.
    written.catch(() => undefined);
    this.#ahead = written;
    this.#parts.push({ path, size: sizeOf(content), sha256: sha256Of(...content), table: table ?? null, rows: rows ?? 0 });
  }

  /** Ends the archive and gives it its name. */
  async finish(facts: ManifestFacts): Promise<Manifest> {
    await this.#ahead;
    const manifest: Manifest = { format: BACKUP_FORMAT, ...facts, parts: this.#parts };
    const content = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
    await this.#entry('manifest.json', content);
    await this.#entry('manifest.sha256', Buffer.from(`${sha256Of(content)}  manifest.json\n`));
    this.#tar.finalize();
    await this.#written;
    this.#throwFailure();
    this.#signal.throwIfAborted();
    await this.#target.finish();
    await this.#keepName();
    endDraft(this.#draft);
    return manifest;
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    this.#tar.destroy();
    await this.#written;
    await this.#target.discard();
    endDraft(this.#draft);
  }

  /** Without its name on the disk it is no backup yet, and must not be taken for one. */
  async #keepName(): Promise<void> {
    try {
      syncFolder(dirname(this.#file));
    } catch (error) {
      await rm(this.#file, { force: true }).catch(() => undefined);
      throw toWritingError(error);
    }
  }

  async #entry(name: string, ...content: readonly Buffer[]): Promise<void> {
    this.#throwFailure();
    await new Promise<void>((resolve, reject) => {
      const entry = this.#tar.entry({ name, size: sizeOf(content), mode: 0o600, mtime: new Date(0) }, (error) => {
        if (error) reject(error);
        else resolve();
      });
      entry.on('error', reject);
      for (const piece of content.slice(0, -1)) entry.write(piece);
      entry.end(content.at(-1) ?? Buffer.alloc(0));
    }).catch(async (error: unknown) => {
      await this.#written;
      this.#throwFailure();
      throw error;
    });
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure as Error;
  }
}

const sizeOf = (content: readonly Buffer[]): number => content.reduce((sum, { length }) => sum + length, 0);

/** Sets the header's free bytes to nothing, so that every byte of an archive is covered by a checksum. */
async function* withPlainHeader(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === null) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < GZIP_HEADER.length) continue;
    GZIP_HEADER.copy(head);
    yield head;
    head = null;
  }
}
