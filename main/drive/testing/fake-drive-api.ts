import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { matcherOf, newId, type FakeFile } from './fake-drive-files.ts';
import { bodyOf, type Fault, type FakeGoogle } from './fake-google.ts';

const PAGE = 'application/json; charset=UTF-8';
const QUARTER_MIB = 256 * 1024;
const LARGEST_EXPORT = 10 * 1024 * 1024;
/** A picture of one pixel. */
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

interface Upload {
  metadata: { id?: string; name?: string; mimeType?: string; parents?: string[] };
  size: number;
  received: Buffer;
  /** Requests of one session follow one another: what a cut one brought is counted before the next is answered. */
  turn: Promise<void>;
}

/** Drive's own part of the fake Google: version 3 of its interface. */
export class FakeDriveApi {
  readonly #google: FakeGoogle;
  readonly #uploads = new Map<string, Upload>();

  constructor(google: FakeGoogle) {
    this.#google = google;
  }

  /** Sessions that were begun and neither finished nor forgotten; how much of each is here. */
  get unfinished(): number[] {
    return [...this.#uploads.values()].filter(({ received, size }) => received.length < size).map(({ received }) => received.length);
  }

  /** As Google does after a week. */
  forgetUploads(): void {
    this.#uploads.clear();
  }

  async answer(request: IncomingMessage, response: ServerResponse, url: URL, fault: Fault | null): Promise<void> {
    const scopes = this.#google.scopesOf(request);
    if (scopes === null) {
      request.resume();
      this.#refuse(response, 401, 'authError', { 'www-authenticate': 'Bearer realm="https://accounts.google.com/", error="invalid_token"' }); return;
    }
    const browse = scopes.some((scope) => scope.endsWith('/drive.readonly'));
    const { pathname: path, searchParams: query } = url;
    const { method = 'GET' } = request;
    if (path.startsWith('/drive-storage/')) { this.#thumbnail(path, response); return; }
    if (path.startsWith('/upload/drive/v3/files')) return this.#upload(request, response, query, fault);
    const route = path.replace(/^\/drive\/v3\//, '');
    if (method === 'GET' && route === 'about') { this.#json(response, { user: this.#google.account }); return; }
    if (method === 'GET' && route === 'drives') { this.#drives(response, query, browse); return; }
    if (method === 'GET' && route === 'files') { this.#list(response, query, browse); return; }
    if (method === 'GET' && route === 'files/generateIds') {
      const ids = Array.from({ length: Number(query.get('count') ?? 1) }, newId);
      for (const id of ids) this.#google.drive.reservedIds.add(id);
      this.#json(response, { ids }); return;
    }
    if (method === 'GET' && route === 'changes/startPageToken') {
      this.#expectAllDrives(query, 'changes.getStartPageToken');
      this.#json(response, { startPageToken: String(this.#google.drive.changes.length + 100) }); return;
    }
    if (method === 'GET' && route === 'changes') { this.#changes(response, query, browse); return; }
    const exported = /^files\/([A-Za-z0-9_-]+)\/export$/.exec(route)?.[1];
    if (exported !== undefined && method === 'GET') { this.#export(request, response, exported, query, browse, fault); return; }
    const id = /^files\/([A-Za-z0-9_-]+)$/.exec(route)?.[1];
    if (id !== undefined && method === 'GET') { this.#get(request, response, id, query, browse, fault); return; }
    if (id !== undefined && method === 'PATCH') return this.#update(request, response, id, query, browse);
    if (id !== undefined && method === 'DELETE') {
      this.#google.drive.all.delete(id);
      response.writeHead(204).end();
      return;
    }
    this.#google.problems.push(`no such method: ${method} ${path}`);
    this.#refuse(response, 404, 'notFound');
  }

  #json(response: ServerResponse, body: unknown): void {
    response.writeHead(200, { 'content-type': PAGE }).end(JSON.stringify(body));
  }

  #refuse(response: ServerResponse, status: number, reason: string, headers: Record<string, string> = {}): void {
    response.writeHead(status, { 'content-type': PAGE, ...headers });
    response.end(JSON.stringify({ error: { code: status, message: reason, errors: [{ domain: 'global', reason, message: reason }] } }));
  }

  #expectAllDrives(query: URLSearchParams, what: string): void {
    if (query.get('supportsAllDrives') !== 'true') this.#google.problems.push(`${what} without supportsAllDrives`);
  }

  #visible(file: FakeFile, browse: boolean): boolean {
    return browse || file.byApp;
  }

  #drives(response: ServerResponse, query: URLSearchParams, browse: boolean): void {
    if (!browse) return this.#refuse(response, 403, 'insufficientPermissions');
    const all = [...this.#google.drive.drives].map(([id, name]) => ({ id, name }));
    this.#paged(response, query, all, 'drives');
  }

  #list(response: ServerResponse, query: URLSearchParams, browse: boolean): void {
    this.#expectAllDrives(query, 'files.list');
    if (query.get('includeItemsFromAllDrives') !== 'true') this.#google.problems.push('files.list without includeItemsFromAllDrives');
    if (!(query.get('fields') ?? '').includes('nextPageToken')) this.#google.problems.push('files.list without nextPageToken among its fields');
    const q = query.get('q') ?? '';
    if (q.includes('fullText') && query.has('orderBy')) return this.#refuse(response, 403, 'forbidden');
    const drive = query.get('driveId');
    if ((drive !== null) !== (query.get('corpora') === 'drive')) this.#google.problems.push('files.list: driveId goes with corpora=drive');
    const matches = matcherOf(q);
    const found = [...this.#google.drive.all.values()].filter((file) => this.#visible(file, browse) && matches(file) && (drive === null || file.driveId === drive));
    const shortcuts = found.map((file) => this.#google.drive.resource(file));
    this.#paged(response, query, shortcuts, 'files', { incompleteSearch: false });
  }

  #paged(response: ServerResponse, query: URLSearchParams, all: unknown[], name: string, more: object = {}): void {
    const from = Number(query.get('pageToken') ?? 0);
    const size = Number(query.get('pageSize') ?? 100);
    const next = from + size < all.length ? { nextPageToken: String(from + size) } : {};
    this.#json(response, { [name]: all.slice(from, from + size), ...next, ...more });
  }

  /** Null for what whoever asks may not see. */
  #find(request: IncomingMessage, id: string, browse: boolean): FakeFile | null {
    const file = this.#google.drive.all.get(id);
    const keys = String(request.headers['x-goog-drive-resource-keys'] ?? '').split(',');
    if (!file || !this.#visible(file, browse)) return null;
    return file.resourceKey === null || file.ownedByMe || keys.includes(`${id}/${file.resourceKey}`) ? file : null;
  }

  #export(request: IncomingMessage, response: ServerResponse, id: string, query: URLSearchParams, browse: boolean, fault: Fault | null): void {
    const file = this.#find(request, id, browse);
    if (!file) return this.#refuse(response, 404, 'notFound');
    if (request.headers.range !== undefined) this.#google.problems.push('files.export with a range');
    if (file.content !== null) return this.#refuse(response, 403, 'fileNotExportable');
    if (!file.canDownload) return this.#refuse(response, 403, 'cannotDownloadFile');
    const content = file.exports[query.get('mimeType') ?? ''];
    if (!content) {
      this.#google.problems.push(`files.export of ${file.mimeType} as ${query.get('mimeType')}`);
      return this.#refuse(response, 400, 'badRequest');
    }
    if (content.length > LARGEST_EXPORT) return this.#refuse(response, 403, 'exportSizeLimitExceeded');
    // Without its length, as Google does.
    response.writeHead(200, { 'content-type': query.get('mimeType') ?? '' });
    this.#body(response, content, fault);
  }

  #body(response: ServerResponse, body: Buffer, fault: Fault | null): void {
    if (fault !== null && typeof fault === 'object' && 'cutAfterBytes' in fault) {
      response.write(body.subarray(0, fault.cutAfterBytes), () => response.destroy());
      return;
    }
    response.end(body);
  }

  #get(request: IncomingMessage, response: ServerResponse, id: string, query: URLSearchParams, browse: boolean, fault: Fault | null): void {
    this.#expectAllDrives(query, 'files.get');
    const file = this.#find(request, id, browse);
    if (!file) return this.#refuse(response, 404, 'notFound');
    if (query.get('alt') !== 'media') return this.#json(response, this.#google.drive.resource(file));
    if (file.content === null) return this.#refuse(response, 403, 'fileNotDownloadable');
    if (!file.canDownload) return this.#refuse(response, 403, 'cannotDownloadFile');
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    if (request.headers.range !== undefined && !range) this.#google.problems.push(`range ${request.headers.range}`);
    const from = Number(range?.[1] ?? 0);
    if (from >= file.content.length && file.content.length > 0) return this.#refuse(response, 416, 'requestedRangeNotSatisfiable');
    const body = file.content.subarray(from);
    response.writeHead(range ? 206 : 200, {
      'content-type': file.mimeType,
      'content-length': body.length,
      ...(range ? { 'content-range': `bytes ${from}-${file.content.length - 1}/${file.content.length}` } : {}),
    });
    this.#body(response, body, fault);
  }

  async #update(request: IncomingMessage, response: ServerResponse, id: string, query: URLSearchParams, browse: boolean): Promise<void> {
    this.#expectAllDrives(query, 'files.update');
    const changed = JSON.parse((await bodyOf(request)).toString('utf8')) as { name?: string; trashed?: boolean };
    for (const key of Object.keys(changed)) if (!['name', 'trashed'].includes(key)) this.#google.problems.push(`files.update of ${key}`);
    const file = this.#google.drive.all.get(id);
    if (!file || !this.#visible(file, browse)) { this.#refuse(response, 404, 'notFound'); return; }
    // What a person may only look at is not changed by the right to look at everything.
    if (!file.byApp) { this.#refuse(response, 403, 'appNotAuthorizedToFile'); return; }
    this.#google.drive.change(id, changed);
    this.#json(response, this.#google.drive.resource(file));
  }

  #changes(response: ServerResponse, query: URLSearchParams, browse: boolean): void {
    this.#expectAllDrives(query, 'changes.list');
    for (const name of ['includeItemsFromAllDrives', 'includeRemoved']) {
      if (query.get(name) !== 'true') this.#google.problems.push(`changes.list without ${name}`);
    }
    const { changes, all } = this.#google.drive;
    const from = Number(query.get('pageToken') ?? 0) - 100;
    if (!(from >= 0 && from <= changes.length)) return this.#refuse(response, 410, 'pageTokenInvalid');
    const size = Number(query.get('pageSize') ?? 100);
    const shown = changes.slice(from, from + size).map(({ fileId, removed }) => {
      const file = all.get(fileId);
      return removed || !file
        ? { changeType: 'file', fileId, removed: true }
        : { changeType: 'file', fileId, removed: false, file: this.#visible(file, browse) ? this.#google.drive.resource(file) : undefined };
    });
    const to = from + shown.length;
    this.#json(response, { changes: shown, ...(to < changes.length ? { nextPageToken: String(to + 100) } : { newStartPageToken: String(to + 100) }) });
  }

  #thumbnail(path: string, response: ServerResponse): void {
    const id = /^\/drive-storage\/([A-Za-z0-9_-]+)=s\d+$/.exec(path)?.[1] ?? '';
    if (!this.#google.drive.all.has(id)) return this.#refuse(response, 404, 'notFound');
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': PICTURE.length }).end(PICTURE);
  }

  async #upload(request: IncomingMessage, response: ServerResponse, query: URLSearchParams, fault: Fault | null): Promise<void> {
    if (query.get('uploadType') !== 'resumable') this.#google.problems.push(`uploadType ${query.get('uploadType')}`);
    if (request.method === 'POST') {
      this.#expectAllDrives(query, 'files.create');
      const metadata = JSON.parse((await bodyOf(request)).toString('utf8')) as Upload['metadata'];
      if (metadata.id !== undefined && !this.#google.drive.reservedIds.has(metadata.id)) this.#google.problems.push('files.create with an id that was not reserved');
      if (metadata.id !== undefined && this.#google.drive.all.has(metadata.id)) { this.#refuse(response, 409, 'fileIdInUse'); return; }
      const missing = metadata.parents?.find((parent) => parent !== 'root' && !this.#google.drive.all.has(parent) && !this.#google.drive.drives.has(parent));
      if (missing !== undefined) { this.#refuse(response, 404, 'notFound'); return; }
      const session = randomBytes(16).toString('hex');
      const size = Number(request.headers['x-upload-content-length']);
      if (!(size >= 0)) this.#google.problems.push('files.create without X-Upload-Content-Length');
      this.#uploads.set(session, { metadata, size, received: Buffer.alloc(0), turn: Promise.resolve() });
      this.#google.secrets.add(session);
      // A cut after this leaves a session that nobody knows of.
      if (fault === 'cut-after') return void response.destroy();
      response.writeHead(200, { location: `http://${request.headers.host}/upload/drive/v3/files?uploadType=resumable&upload_id=${session}` }).end();
      return;
    }
    const session = query.get('upload_id') ?? '';
    const upload = this.#uploads.get(session);
    if (request.method === 'DELETE' && this.#uploads.delete(session)) {
      request.resume();
      response.writeHead(499).end();
      return;
    }
    if (request.method !== 'PUT' || !upload) {
      request.resume();
      this.#refuse(response, 404, 'notFound'); return;
    }
    const turn = upload.turn.then(() => this.#put(request, response, upload, fault));
    upload.turn = turn.catch(() => undefined);
    await turn;
  }

  async #put(request: IncomingMessage, response: ServerResponse, upload: Upload, fault: Fault | null): Promise<void> {
    const range = request.headers['content-range'] ?? '';
    const part = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+)$/.exec(range);
    if (!part || Number(part[3]) !== upload.size) {
      this.#google.problems.push(`Content-Range ${range}`);
      request.resume();
      this.#refuse(response, 400, 'badRequest'); return;
    }
    if (part[1] !== undefined) await this.#receive(request, response, upload, Number(part[1]), Number(part[2]), fault);
    if (response.destroyed) return;
    if (upload.received.length < upload.size) {
      const range = upload.received.length > 0 ? { range: `bytes=0-${upload.received.length - 1}` } : {};
      response.writeHead(308, range).end();
      return;
    }
    const { id = newId(), name = 'Untitled', mimeType = 'application/octet-stream', parents = ['root'] } = upload.metadata;
    const { all } = this.#google.drive;
    if (!all.has(id)) this.#google.drive.add({ id, name, mimeType, parents, content: upload.received, byApp: true });
    if (fault === 'cut-after') return void response.destroy();
    const file = all.get(id);
    if (file) this.#json(response, this.#google.drive.resource(file));
  }

  async #receive(request: IncomingMessage, response: ServerResponse, upload: Upload, from: number, to: number, fault: Fault | null): Promise<void> {
    if (from !== upload.received.length) this.#google.problems.push(`upload from ${from}, where ${upload.received.length} were here`);
    const last = to + 1 === upload.size;
    if (!last && (to + 1 - from) % QUARTER_MIB !== 0) this.#google.problems.push('a part that is no multiple of 256 KiB');
    const limit = fault !== null && typeof fault === 'object' && 'cutAfterBytes' in fault ? fault.cutAfterBytes : Infinity;
    const parts: Buffer[] = [upload.received];
    let got = 0;
    try {
      for await (const piece of request) {
        const bytes = piece as Buffer;
        parts.push(bytes.subarray(0, limit - got));
        got += bytes.length;
        if (got >= limit) break;
      }
    } catch (error) {
      if (!request.destroyed) throw error;
    }
    const cut = got >= limit || !request.complete;
    let received = Buffer.concat(parts);
    // Google keeps whole units of what arrived before a cut.
    if (cut) received = received.subarray(0, Math.max(upload.received.length, received.length - (received.length % QUARTER_MIB)));
    else if (got !== to + 1 - from) this.#google.problems.push(`a part of ${got} bytes under the range ${from}-${to}`);
    upload.received = received;
    if (cut) response.destroy();
  }
}
