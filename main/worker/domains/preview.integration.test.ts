import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Output } from '../../../shared/api/index.ts';
import { foldWords } from '../../../shared/domain/fold-text.ts';
import { Contents } from '../content/contents.ts';
import { searchTexts } from '../content/search-texts.ts';
import { fileKeys } from '../files/file-keys.ts';
import type { FileService } from '../files/service.ts';
import { ContentStore } from '../files/store.ts';
import { Changes } from '../replica/changes.ts';
import { Meta } from '../replica/meta.ts';
import type { OpenSession } from '../session.ts';
import { docxFile, pdfFile, pngFile, sheetRows, xlsxFile } from '../testing/content-samples.ts';
import { ProjectReplica } from '../testing/project-replica.ts';
import { documentHandlers } from './documents.ts';
import { previewHandlers } from './preview.ts';
import { searchHandlers } from './search.ts';

let files: ProjectReplica;
let store: ContentStore;
let session: OpenSession;
/** What was to be written of who saw what. */
let accepted: Record<string, unknown>[];

beforeEach(() => {
  files = new ProjectReplica();
  openSession();
});

afterEach(async () => {
  await session.contents.close();
  files.remove();
});

/** What the handlers need of a session, over the replica as it is. */
function openSession(): void {
  const { replica, folder } = files;
  const changes = new Changes();
  store = new ContentStore(replica, join(folder, 'files'), fileKeys(replica.write, new Meta(replica.write)));
  const service = { store, onStored: (listener: (sha256: string) => void) => store.onStored(listener) } as unknown as FileService;
  const contents = new Contents({ replica, files: service, changes, log: () => undefined });
  accepted = [];
  session = {
    replica,
    changes,
    files: service,
    contents,
    meta: new Meta(replica.write),
    device: { id: randomUUID(), name: 'MAY-XUONG' },
    current: () => ({ person: { id: randomUUID(), organization_id: randomUUID(), role: 'production' } }),
    accept: (mutations: { patch: Record<string, unknown> }[]) => accepted.push(...mutations.map(({ patch }) => patch)),
  } as unknown as OpenSession;
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

interface Written {
  id: string;
  sha256: string;
}

/** A document whose file is on this machine. */
async function document(title: string, file_name: string, bytes: Uint8Array): Promise<Written> {
  const { sha256 } = await store.put(whole(bytes));
  const id = randomUUID();
  files.add('documents', { id, title, file_name, version: 1, content_sha256: sha256, is_current_version: 1 });
  return { id, sha256 };
}

/** A later version with another content; the one before becomes an old one. */
async function version({ id, sha256: before }: Written, number: number, bytes: Uint8Array): Promise<Written> {
  const { sha256 } = await store.put(whole(bytes));
  const { write } = files.replica;
  files.add('document_versions', { id: randomUUID(), document_id: id, version_number: number - 1, content_sha256: before, is_current: 0 });
  write.prepare('update documents set version = ?, content_sha256 = ? where id = ?').run(number, sha256, id);
  return { id, sha256 };
}

async function read(): Promise<void> {
  session.contents.start();
  await session.contents.settled();
}

const contentStates = () => files.replica.read.prepare('select state, kind, error_code from document_texts order by kind, error_code').all();
const everything = {
  project_id: null, category: null, tag: null, access_level: null, source: null, mine: false, checked_out: false,
  sort: 'title', descending: false, offset: 0, limit: 100,
} as const;
const titleOf = (id: string) => files.replica.read.prepare('select title from documents where id = ?').pluck().get(id);
const search = (text: string) =>
  searchTexts(files.replica, foldWords(text), 20).map((found) => ({ ...found, title: titleOf(found.document_id) }));
const palette = async (text: string): Promise<Output<'search.all'>['records']> => (await searchHandlers['search.all'](session, { text, limit: 6 })).records;
const open = async ({ id, sha256 }: Written) => await previewHandlers['preview.open'](session, { document_id: id, sha256 });
const text = (words: string): Uint8Array => new TextEncoder().encode(words);

describe('what is in files', () => {
  it('is found without minding diacritics, with the line around it', async () => {
    await document('Yêu cầu', 'spec.docx', docxFile({ paragraphs: ['Mở đầu', 'Vật liệu: thép không gỉ SUS304, Đường kính 12'] }));
    await document('Bản vẽ', 'plan.pdf', pdfFile({ pages: ['Bracket stainless'] }));
    await document('Vật tư', 'bom.xlsx', xlsxFile({ rows: sheetRows([['Bu lông M8', 40]]) }));
    await document('Ảnh', 'photo.png', pngFile(4, 4));
    await read();
    expect(search('thep khong gi')).toMatchObject([{ title: 'Yêu cầu', is_current: true, snippet: 'Vật liệu: thép không gỉ SUS304, Đường kính 12' }]);
    expect(search('duong')).toHaveLength(1);
    expect(search('stainl')).toMatchObject([{ title: 'Bản vẽ' }]);
    expect(search('bu lông')).toMatchObject([{ title: 'Vật tư' }]);
    expect(search('bracket gỉ')).toEqual([]);
  });

  it('is read as it arrives, and what cannot be read says why', async () => {
    await read();
    await document('Hỏng', 'broken.pdf', text('%PDF-1.7 nothing that follows'));
    await document('Ghi chú', 'note.txt', text('Ghi chú xưởng'));
    await document('Ảnh', 'photo.png', pngFile(4, 4));
    await session.contents.settled();
    expect(contentStates()).toEqual([
      { state: 'failed', kind: null, error_code: 'CONTENT_DAMAGED' },
      { state: 'unsupported', kind: 'image', error_code: null },
      { state: 'done', kind: 'text', error_code: null },
    ]);
    expect(search('xuong')).toHaveLength(1);
  });

  it('that ended the whole application once is not read again', async () => {
    const { sha256 } = await document('Ghi chú', 'note.txt', text('Ghi chú'));
    files.replica.write.prepare("insert into document_texts (sha256, state, error_code) values (?, 'pending', 'CONTENT_DAMAGED')").run(sha256);
    await read();
    expect(contentStates()).toEqual([{ state: 'failed', kind: null, error_code: 'CONTENT_DAMAGED' }]);
  });

  it('goes on at the next start where a session was closed', async () => {
    await document('Ghi chú', 'note.txt', text('Ghi chú xưởng'));
    session.contents.start();
    await session.contents.close();
    openSession();
    await read();
    expect(search('xuong')).toHaveLength(1);
  });

  it('is told of current versions first, and of an old one as that', async () => {
    const first = await document('Trục', 'shaft-1.txt', text('Dung sai H7 cũ'));
    await version(first, 2, text('Không còn dung sai'));
    await document('Bạc', 'bush.txt', text('Dung sai H7'));
    await read();
    expect(search('H7')).toMatchObject([
      { title: 'Bạc', is_current: true, version: 1 },
      { title: 'Trục', is_current: false, version: 1, snippet: 'Dung sai H7 cũ' },
    ]);
    expect(search('dung sai')).toMatchObject([{ is_current: true }, { is_current: true }]);
  });

  it('stands in the list of documents, marked as found inside, with the version that has it', async () => {
    const shaft = await document('Trục', 'shaft-1.txt', text('Dung sai H7 cũ'));
    await version(shaft, 2, text('Không còn dung sai'));
    await document('Dung sai H7', 'table.txt', text('Bảng tra'));
    await document('Bạc', 'bush.txt', text('Lắp ghép theo dung sai H7'));
    await read();
    const list = await documentHandlers['documents.list'](session, { ...everything, search: 'dung sai h7' });
    expect(list).toMatchObject({
      total: 3,
      rows: [
        { title: 'Bạc', inside: { snippet: 'Lắp ghép theo dung sai H7', version: 1, is_current: true } },
        { title: 'Dung sai H7', inside: null },
        { title: 'Trục', inside: { snippet: 'Dung sai H7 cũ', version: 1, is_current: false } },
      ],
    });
  });

  it('of a document that the person may no longer see is not found', async () => {
    const { id } = await document('Mật', 'secret.txt', text('Giá vốn 12'));
    await read();
    expect(search('gia von')).toHaveLength(1);
    files.replica.write.prepare('delete from documents where id = ?').run(id);
    expect(search('gia von')).toEqual([]);
  });

  it('stands in the palette after what is named like that', async () => {
    await document('Ghi chú', 'note.txt', text('Kiểm tra rãnh then trục'));
    await document('Rãnh then', 'keyway.txt', text('không có gì'));
    await read();
    expect(await palette('ranh then')).toMatchObject([
      { kind: 'document', title: 'Rãnh then' },
      { kind: 'document', title: 'Ghi chú', inside: { snippet: 'Kiểm tra rãnh then trục', is_current: true } },
    ]);
    expect((await palette('ranh then'))[0]).not.toHaveProperty('inside');
  });
});

describe('a preview', () => {
  it('says what is shown and which version it is', async () => {
    const first = await document('Trục', 'shaft.pdf', pdfFile({ pages: ['one', 'two'] }));
    const second = await version(first, 2, text('Bản hai'));
    expect(await open(first)).toMatchObject({ name: 'shaft.pdf', looked: { kind: 'pdf', view: { pages: 2 } } });
    expect(await previewHandlers['preview.version'](session, { document_id: first.id, sha256: first.sha256 })).toMatchObject({ version: 1, is_current: false });
    expect(await previewHandlers['preview.version'](session, { document_id: second.id, sha256: second.sha256 })).toMatchObject({ version: 2, is_current: true });
    expect(await open(second)).toMatchObject({ token: null, looked: { view: { form: 'text', text: 'Bản hai' } } });
  });

  it('stands in the access log of the document, also where it failed', async () => {
    await open(await document('Trục', 'shaft.txt', text('x')));
    await expect(open(await document('Hỏng', 'broken.pdf', text('%PDF-1.7')))).rejects.toMatchObject({ code: 'CONTENT_DAMAGED' });
    expect(accepted).toMatchObject([
      { action: 'preview', success: true, error_message: null },
      { action: 'preview', success: false, error_message: 'CONTENT_DAMAGED' },
    ]);
  });

  it('gives the bytes in their order, and none once it is closed', async () => {
    const bytes = pngFile(900, 900);
    const { token } = await open(await document('Ảnh', 'photo.png', bytes));
    const next = async () => await previewHandlers['preview.bytes'](session, { token: token ?? '' });
    expect(Buffer.from(await next()).equals(bytes)).toBe(true);
    expect(await next()).toHaveLength(0);
    await previewHandlers['preview.close'](session, { token: token ?? '' });
    await expect(next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is refused for what the replica does not hold, whoever knows its hash', async () => {
    const { id, sha256 } = await document('Trục', 'shaft.txt', text('x'));
    const other = await document('Bạc', 'bush.txt', text('y'));
    await expect(open({ id, sha256: other.sha256 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(open({ id: randomUUID(), sha256 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('of bytes that are not here says so', async () => {
    const written = await document('Trục', 'shaft.txt', text('x'));
    await store.remove(written.sha256);
    await expect(open(written)).rejects.toMatchObject({ code: 'FILE_NOT_HERE' });
  });

  it('of a large text shows its beginning, of anything else that large says so', async () => {
    const large = new Uint8Array(17 * 1024 * 1024).fill(97);
    const { looked } = await open(await document('Nhật ký', 'log.txt', large));
    expect(looked).toMatchObject({ kind: 'text', warnings: ['cut'] });
    files.replica.write.prepare('update stored_files set size = ?').run(200 * 1024 * 1024);
    const { sha256 } = (files.replica.read.prepare('select sha256 from stored_files').get()) as { sha256: string };
    const id = randomUUID();
    files.add('documents', { id, title: 'Lắp ráp', file_name: 'assembly.pdf', version: 1, content_sha256: sha256, is_current_version: 1 });
    await expect(open({ id, sha256 })).rejects.toMatchObject({ code: 'CONTENT_TOO_LARGE' });
  });

  it('of a hostile or damaged file fails with a code, and the next file is shown', async () => {
    const prologue = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>';
    await expect(open(await document('Bẫy', 'trap.docx', docxFile({ paragraphs: ['x'], prologue })))).rejects.toMatchObject({ code: 'CONTENT_DAMAGED' });
    await expect(open(await document('To', 'huge.png', pngFile(1, 1, [60_000, 60_000])))).rejects.toMatchObject({ code: 'CONTENT_TOO_LARGE' });
    expect(await open(await document('Trục', 'shaft.txt', text('x')))).toMatchObject({ looked: { kind: 'text' } });
  });
});
