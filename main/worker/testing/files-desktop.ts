import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { demoPassword } from '../../../shared/demo-accounts.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import type { Stored } from '../files/store.ts';
import { signIn, type OpenSession } from '../session.ts';
import { waitFor, type LogLine } from './desktop.ts';

/** A machine with an open session and no window, for what belongs to files. */
export class FilesDesktop {
  readonly folder = mkdtempSync(join(tmpdir(), 'factory-pulse-files-'));
  readonly log: LogLine[] = [];
  readonly #server: string;
  readonly #email: string;
  #session: OpenSession | null = null;

  private constructor(server: string, email: string) {
    this.#server = server;
    this.#email = email;
  }

  static async open(server: string, email: string): Promise<FilesDesktop> {
    const desktop = new FilesDesktop(server, email);
    await desktop.signIn();
    return desktop;
  }

  async signIn(): Promise<void> {
    const { session } = await signIn(
      {
        userDataDir: this.folder,
        appVersion: '0.0.0-test',
        emit: () => undefined,
        log: (level, event, details = {}) => this.log.push({ level, event, details }),
      },
      { credentials: { email: this.#email, password: demoPassword }, stretchedPassword: null, server: { url: this.#server, ca: null }, machine: [], resume: this.#session !== null },
    );
    this.#session = session;
  }

  get session(): OpenSession {
    if (!this.#session) throw new Error('nobody is signed in');
    return this.#session;
  }

  async settled(): Promise<void> {
    await this.until(() => this.session.engine.status().state === 'online' && this.session.engine.status().pending === 0, 'online with nothing waiting');
  }

  async restart(): Promise<void> {
    await this.session.close();
    await this.signIn();
  }

  async remove(): Promise<void> {
    await this.session.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  store(content: Uint8Array): Promise<Stored> {
    return this.session.files.store.put(partsOf(content));
  }

  /** A document with these bytes, as the page of documents makes one; answers its id. */
  addDocument(stored: Stored, more: Record<string, unknown> = {}): string {
    const { person } = this.session.current();
    const id = uuidv7();
    const now = formatTimestamp(new Date());
    const base = { organization_id: person.organization_id, created_at: now, updated_at: now, sync_xid: 0 };
    const file = { file_name: 'bản vẽ.pdf', file_size: stored.size, mime_type: 'application/pdf', content_sha256: stored.sha256 };
    const kept = {
      version: 1, is_current_version: true, tags: [], metadata: {}, access_level: 'internal', storage_provider: 'central', sync_status: 'synced',
      ai_extracted_data: {}, link_permissions: {}, link_access_count: 0, uploaded_by: person.id,
    };
    this.session.accept(
      [{ table_name: 'documents', row_id: id, op: 'insert', patch: { title: 'Bản vẽ', ...file, ...more }, derived: { ...base, ...kept } }],
      () => {
        this.session.files.queueUpload(id, stored.sha256);
        return ['file_transfers'];
      },
    );
    return id;
  }

  async carried(): Promise<void> {
    await this.until(() => this.waiting() === 0, 'all carried');
  }

  waiting(): number {
    return this.session.replica.write.prepare("select count(*) from file_transfers where state <> 'done'").pluck().get() as number;
  }

  async until(condition: () => boolean, what: string, limitMs = 20_000): Promise<void> {
    await waitFor(() => Promise.resolve(condition() ? true : null), what, limitMs).catch((error: unknown) => {
      throw new Error(`${String(error)}; ${JSON.stringify(this.session.replica.read.prepare('select * from file_transfers where state <> \'done\'').all())} online ${String(this.session.files.transfers.connected)} running ${JSON.stringify(this.session.files.transfers.running)}  ${this.log.slice(-6).map((line) => JSON.stringify(line)).join('\n')}`, { cause: error });
    });
  }
}

async function* partsOf(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 300_000) yield await Promise.resolve(content.subarray(at, at + 300_000));
}

export const hashOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
