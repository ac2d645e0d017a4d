import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccessWords } from '../../../shared/api/documents.ts';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { TestDesktop, waitFor } from '../testing/desktop.ts';

let central: DemoCentral;
const desktops = new Map<string, TestDesktop>();

async function desktopOf(mailbox: string): Promise<TestDesktop> {
  const known = desktops.get(mailbox);
  if (known) return known;
  const created = new TestDesktop(central.address);
  desktops.set(mailbox, created);
  await created.signIn(mailbox.includes('@') ? mailbox : `${mailbox}@factorypulse.vn`);
  await created.settled();
  return created;
}

beforeAll(async () => {
  central = await createDemoCentral();
});

afterAll(async () => {
  for (const one of desktops.values()) await one.remove();
  await central.drop();
});

const one = async <Row extends object>(sql: string, ...values: unknown[]): Promise<Row | undefined> =>
  (await central.client.query<Row>(sql, values)).rows[0];

const projectOf = async (title: string): Promise<string> =>
  (await one<{ project_id: string }>('select project_id from documents where title = $1', title))?.project_id ?? '';

const drawing = 'Bản vẽ đồ gá cửa trước';
const model = 'Mô hình 3D trên Google Drive';
const driveUrl = 'https://drive.google.com/file/d/1QwErTyUiOpAsDfGh_zxcv/view';

/** Takes bytes into a desktop's store, as a drop does. */
async function takeIn(desktop: TestDesktop, name: string, text: string) {
  const bytes = Buffer.from(text);
  const { id } = await desktop.call('files.beginIntake', { name, size: bytes.length });
  await desktop.call('files.intakeChunk', { id, number: 0, bytes: bytes.toString('base64') });
  return desktop.call('files.endIntake', { id });
}

/** Waits until the desktop has asked the centre once more. */
async function synced(desktop: TestDesktop): Promise<void> {
  const { lastSyncAt } = await desktop.settled();
  await desktop.call('sync.now');
  await desktop.until((status) => status.lastSyncAt !== lastSyncAt && status.state === 'online' && status.pending === 0, 'another sync');
}

async function idOf(desktop: TestDesktop, search: string): Promise<string> {
  const [row] = (await desktop.call('documents.list', { search })).rows;
  if (!row) throw new Error(`no document is found by ${search}`);
  return row.id;
}

describe('the list of documents', () => {
  it('is found by beginnings of words without diacritics, filtered by every fact, and turned page by page', async () => {
    const engineer = await desktopOf('mechanical.engineer');
    const titles = async (filter: Parameters<typeof engineer.call<'documents.list'>>[1]) =>
      (await engineer.call('documents.list', filter)).rows.map(({ title }) => title);
    await waitFor(async () => ((await engineer.call('documents.list', { search: 'ban' })).incomplete ? null : true), 'the index of texts');
    expect(await titles({ search: 'ban ve do ga' })).toEqual([drawing]);
    expect(await titles({ search: 'DO GA cua.pdf' })).toEqual([drawing]);
    expect(await titles({ source: 'google_drive' })).toEqual([model]);
    expect(await titles({ category: 'quote' })).toEqual(['Bảng tính giá hai phương án']);
    expect(await titles({ tag: 'liên kết' })).toEqual([model]);
    expect(await titles({ access_level: 'supplier' })).toEqual(['Yêu cầu báo giá phôi titan']);
    expect(await titles({ mine: true })).toEqual([drawing]);
    expect(await titles({ checked_out: true })).toEqual([]);
    const project_id = await projectOf(drawing);
    expect((await titles({ project_id })).toSorted()).toEqual([drawing, model].toSorted());
    const all = await engineer.call('documents.list', { sort: 'title', descending: false });
    expect(all.total).toBe(all.rows.length);
    const part = await engineer.call('documents.list', { sort: 'title', descending: false, offset: 2, limit: 2 });
    expect(part).toMatchObject({ total: all.total, rows: all.rows.slice(2, 4) });
    const back = await engineer.call('documents.list', { sort: 'title' });
    expect(back.rows.map(({ id }) => id)).toEqual(all.rows.map(({ id }) => id).reverse());
  });

  it('offers nothing of FTS syntax: quotes and operators are only words', async () => {
    const engineer = await desktopOf('mechanical.engineer');
    for (const search of ['"', 'ban" OR "x', 'NEAR(', '*', 'title:ban', '-']) {
      await expect(engineer.call('documents.list', { search }), search).resolves.toBeTruthy();
    }
  });
});

describe('people outside', () => {
  it('see what is shared with their company, say what they opened, and read only that', async () => {
    const [customer, supplier] = [await desktopOf('procurement@toyota.example'), await desktopOf('sales@minhlong.example')];
    // The demo has asked no supplier for a quote yet.
    await central.client.query(
      `insert into supplier_rfqs (organization_id, rfq_number, title, status, project_id, supplier_id)
       select d.organization_id, 'RFQ-TITAN', 'Phôi titan', 'sent', d.project_id, u.contact_id
         from documents d, users u where d.title = 'Yêu cầu báo giá phôi titan' and u.email = 'sales@minhlong.example'`,
    );
    await synced(supplier);
    for (const desktop of [customer, supplier]) {
      const { rows } = await desktop.call('documents.list', {});
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.every(({ access_level }) => ['customer', 'supplier', 'external', 'public'].includes(access_level))).toBe(true);
      const id = rows.find(({ source }) => source !== 'file')?.id ?? rows[0]?.id ?? '';
      await desktop.linkOpened({ id, failure: null });
      await desktop.settled();
      expect((await desktop.call('documents.get', { id })).access).toMatchObject([{ action: 'open_link', success: true, pending: false }]);
      expect((await desktop.call('documents.get', { id })).may).toMatchObject({ edit: false, check_out: false, add_version: false });
      await expect(desktop.call('documents.update', { id, patch: { title: 'x' } })).rejects.toMatchObject({ code: 'DOCUMENT_NOT_ALLOWED' });
    }
  });
});

describe('a link', () => {
  it('is read, kept in its one form with its key, and followed by way of the log, offline and at the centre', async () => {
    const [engineer, manager] = [await desktopOf('mechanical.engineer'), await desktopOf('ceo')];
    const project_id = await projectOf(drawing);
    const { id } = await engineer.call('documents.create', {
      title: 'Bản vẽ gửi khách',
      project_id,
      category: 'drawing',
      tags: ['mới'],
      source: { link: { url: `  ${driveUrl.replace('/view', '/edit')}?usp=sharing&resourcekey=0-Key_1 `, expires_at: '2099-01-01T00:00:00Z' } },
    });
    expect((await engineer.call('documents.get', { id })).document).toMatchObject({
      external_url: `${driveUrl}?resourcekey=0-Key_1`,
      external_id: '1QwErTyUiOpAsDfGh_zxcv',
      source: 'google_drive',
      link_type: 'file',
      link_expires_at: '2099-01-01 00:00:00+00',
      pending: true,
    });
    expect(await engineer.call('documents.same', { url: driveUrl })).toEqual([{ id, title: 'Bản vẽ gửi khách' }]);
    expect(await engineer.linkToOpen(id)).toBe(`${driveUrl}?resourcekey=0-Key_1`);
    await engineer.linkOpened({ id, failure: null });
    await engineer.linkOpened({ id, failure: 'LINK_NOT_OPENED' });
    const shown = await engineer.call('documents.get', { id });
    expect(shown.document.link_access_count).toBe(1);
    expect(shown.access.map(({ action, success, error, pending }) => ({ action, success, error, pending }))).toEqual([
      { action: 'open_link', success: false, error: 'LINK_NOT_OPENED', pending: true },
      { action: 'open_link', success: true, error: null, pending: true },
    ]);
    await engineer.settled();
    const stored = await one<Record<string, unknown>>('select external_url, link_access_count, link_last_accessed, metadata from documents where id = $1', id);
    expect(stored).toMatchObject({ link_access_count: 1, metadata: { resource_key: '0-Key_1' } });
    expect(stored?.['link_last_accessed']).not.toBeNull();
    await synced(manager);
    const seen = await manager.call('documents.get', { id });
    expect(seen.sees_all_access).toBe(true);
    expect(seen.access).toHaveLength(2);
    expect(seen.access[0]).toMatchObject({ user_name: expect.any(String) as string, device_id: expect.any(String) as string });
    // Somebody else of the staff sees only what they did themselves.
    const quality = await desktopOf('quality.inspector');
    await synced(quality);
    expect((await quality.call('documents.get', { id })).access).toEqual([]);
  });

  it('that is refused says why, and none of the ways to keep one leads around that', async () => {
    const engineer = await desktopOf('mechanical.engineer');
    const project_id = await projectOf(drawing);
    const refused = (reason: string) => ({ code: 'LINK_REFUSED', details: { reason } });
    const create = (url: string) => engineer.call('documents.create', { title: 'x', project_id, source: { link: { url } } });
    await expect(create('http://drive.google.com/file/d/1QwErTyUiOpAsDfGh/view')).rejects.toMatchObject(refused('not-encrypted'));
    await expect(create('https://192.168.1.4/x')).rejects.toMatchObject(refused('private-host'));
    await expect(create('javascript:alert(1)')).rejects.toMatchObject(refused('scheme'));
    const id = await idOf(engineer, 'gửi khách');
    await expect(engineer.call('documents.setLink', { id, url: 'https://drive-google.com/a' })).rejects.toMatchObject(refused('look-alike'));
    await engineer.call('documents.setLink', { id, url: 'https://www.dropbox.com/scl/fi/k9l8m7n6o5/a.pdf?rlkey=abc123&dl=1' });
    expect((await engineer.call('documents.get', { id })).document).toMatchObject({ source: 'dropbox', external_id: 'k9l8m7n6o5' });
    await engineer.settled();
    expect(await one('select metadata from documents where id = $1', id)).toEqual({ metadata: {} });
  });

  it('that has expired, or was put into the row by another way, is not opened, which stands in the log', async () => {
    const [engineer, manager] = [await desktopOf('mechanical.engineer'), await desktopOf('ceo')];
    const id = await idOf(engineer, 'gửi khách');
    await engineer.call('documents.update', { id, patch: { link_expires_at: '2024-01-01T00:00:00Z' } });
    await expect(engineer.linkToOpen(id)).rejects.toMatchObject({ code: 'LINK_EXPIRED' });
    await engineer.settled();
    await central.client.query("update documents set link_expires_at = null, external_url = 'http://10.0.0.7/x' where id = $1", [id]);
    await synced(engineer);
    await expect(engineer.linkToOpen(id)).rejects.toMatchObject({ code: 'LINK_REFUSED', details: { reason: 'not-encrypted' } });
    await engineer.settled();
    await synced(manager);
    const { rows } = await manager.call('documents.access', { document_id: id, success: false });
    expect(rows.map(({ error }) => error).slice(0, 2)).toEqual(['LINK_REFUSED', 'LINK_EXPIRED']);
    expect((await manager.call('documents.get', { id })).document.link_access_count).toBe(1);
  });
});

describe('a document with versions', () => {
  it('is added with its file, gets new versions, and one is current, on this machine at once and at the centre for good', async () => {
    const engineer = await desktopOf('mechanical.engineer');
    const project_id = await projectOf(drawing);
    const [first, second] = [await takeIn(engineer, 'do-ga.PDF', 'bản một'), await takeIn(engineer, 'do-ga-2.pdf', 'bản hai, dài hơn')];
    const { id } = await engineer.call('documents.create', { title: 'Đồ gá mới', project_id, source: { file: first } });
    expect(await engineer.call('documents.same', { sha256: first.sha256 })).toEqual([{ id, title: 'Đồ gá mới' }]);
    await engineer.call('documents.addVersion', { id, file: second, change_summary: 'Dời lỗ định vị' });
    const before = await engineer.call('documents.get', { id });
    expect(before.document).toMatchObject({ version: 2, file_name: 'do-ga-2.pdf', file_size: second.size, content_sha256: second.sha256 });
    expect((await engineer.call('files.transfers')).transfers.map(({ document_id }) => document_id)).toEqual([id, id]);
    await engineer.settled();
    const after = await engineer.call('documents.get', { id });
    const told = ({ version_number, is_current, change_summary, file_name }: (typeof after.versions)[number]) => ({ version_number, is_current, change_summary, file_name });
    const expected = [
      { version_number: 2, is_current: true, change_summary: 'Dời lỗ định vị', file_name: 'do-ga-2.pdf' },
      { version_number: 1, is_current: false, change_summary: null, file_name: 'do-ga.PDF' },
    ];
    expect(before.versions.map(told)).toEqual(expected);
    expect(after.versions.map(told)).toEqual(expected);
    expect(before.versions[0]?.pending).toBe(true);
    expect(after.versions[0]?.pending).toBe(false);
    expect(await one('select version, file_type, content_sha256 from documents where id = $1', id)).toEqual({ version: 2, file_type: 'pdf', content_sha256: second.sha256 });
  });

  it('is not made of bytes that are not on this machine', async () => {
    const engineer = await desktopOf('mechanical.engineer');
    const source = { file: { sha256: 'a'.repeat(64), size: 12, name: 'x.pdf', mime_type: 'application/pdf' } };
    const { total } = await engineer.call('documents.list', {});
    await expect(engineer.call('documents.create', { title: 'x', project_id: await projectOf(drawing), source })).rejects.toMatchObject({ code: 'FILE_NOT_HERE' });
    expect((await engineer.call('documents.list', {})).total).toBe(total);
  });

  it('is approved by a manager who did not bring it, and by nobody else', async () => {
    const [engineer, manager, quality] = [await desktopOf('mechanical.engineer'), await desktopOf('ceo'), await desktopOf('quality.inspector')];
    const id = await idOf(engineer, 'do ga moi');
    await synced(manager);
    await synced(quality);
    const [current] = (await manager.call('documents.get', { id })).versions;
    const version_id = current?.id ?? '';
    expect(current?.may_approve).toBe(true);
    await expect(engineer.call('documents.approveVersion', { id, version_id })).rejects.toMatchObject({ code: 'DOCUMENT_NOT_ALLOWED' });
    await expect(quality.call('documents.approveVersion', { id, version_id })).rejects.toMatchObject({ code: 'DOCUMENT_NOT_ALLOWED' });
    await manager.call('documents.approveVersion', { id, version_id });
    expect((await manager.call('documents.get', { id })).document.approved_name).toBeTruthy();
    await manager.settled();
    expect(await one('select approved_at is not null as approved, approved_by from documents where id = $1', id)).toMatchObject({ approved: true });
    await manager.call('documents.addVersion', { id, file: await takeIn(manager, 'do-ga-3.pdf', 'bản ba') });
    expect((await manager.call('documents.get', { id })).document.approved_at).toBeNull();
    await manager.settled();
    const [own] = (await manager.call('documents.get', { id })).versions;
    expect(own).toMatchObject({ version_number: 3, may_approve: false, pending: false });
    await expect(manager.call('documents.approveVersion', { id, version_id: own?.id ?? '' })).rejects.toMatchObject({ code: 'SELF_APPROVAL' });
  });

  it('that one has checked out takes no new version from another, who reads who has it and why', async () => {
    const [engineer, colleague, manager] = [await desktopOf('mechanical.engineer'), await desktopOf('senior.engineer'), await desktopOf('ceo')];
    await synced(engineer);
    const id = await idOf(engineer, 'do ga moi');
    await engineer.call('documents.checkOut', { id, note: 'Sửa dung sai' });
    await engineer.settled();
    await synced(colleague);
    const page = await colleague.call('documents.get', { id });
    expect(page.document).toMatchObject({ checkout_note: 'Sửa dung sai', checked_out_name: expect.any(String) as string });
    expect(page.may).toMatchObject({ edit: true, add_version: false, check_out: false, check_in: false });
    expect((await colleague.call('documents.list', { checked_out: true })).total).toBe(1);
    await expect(colleague.call('documents.addVersion', { id, file: await takeIn(colleague, 'x.pdf', 'x') })).rejects.toMatchObject({
      code: 'DOCUMENT_CHECKED_OUT',
      details: { name: page.document.checked_out_name },
    });
    await expect(colleague.call('documents.checkIn', { id })).rejects.toMatchObject({ code: 'DOCUMENT_CHECKED_OUT' });
    // A note and no lock: other facts may be edited meanwhile.
    await colleague.call('documents.update', { id, patch: { description: 'Theo bản vẽ của khách' } });
    await synced(manager);
    await manager.call('documents.checkIn', { id });
    await manager.settled();
    expect(await one('select checked_out_by, checkout_note from documents where id = $1', id)).toEqual({ checked_out_by: null, checkout_note: null });
  });

  it('that two took out at once ends with one, and the other reads who has it', async () => {
    const [engineer, colleague] = [await desktopOf('mechanical.engineer'), await desktopOf('senior.engineer')];
    await synced(engineer);
    await synced(colleague);
    const id = await idOf(engineer, 'do ga moi');
    await engineer.call('documents.checkOut', { id });
    await engineer.settled();
    // The colleague has not heard of it yet.
    await colleague.call('documents.checkOut', { id, note: 'Tôi sửa' }).catch(() => undefined);
    await synced(colleague);
    const page = await colleague.call('documents.get', { id });
    expect(page.document.checked_out_name).toBe((await engineer.call('documents.get', { id })).document.checked_out_name);
    await engineer.call('documents.checkIn', { id });
    await engineer.settled();
  });
});

describe('edits', () => {
  it('are undone only while they stand, and refused to whoever may not', async () => {
    const [engineer, seller, quality] = [await desktopOf('mechanical.engineer'), await desktopOf('sales.manager'), await desktopOf('quality.inspector')];
    const id = await idOf(engineer, drawing);
    await engineer.call('documents.update', { id, patch: { title: 'Bản vẽ đồ gá, bản 3' } });
    await engineer.call('documents.update', { id, patch: { title: drawing }, expected: { title: 'Bản vẽ đồ gá, bản 3' } });
    await expect(engineer.call('documents.update', { id, patch: { title: 'y' }, expected: { title: 'x' } })).rejects.toMatchObject({ code: 'EDIT_OVERTAKEN' });
    for (const desktop of [seller, quality]) {
      expect((await desktop.call('documents.get', { id })).may.edit).toBe(false);
      await expect(desktop.call('documents.update', { id, patch: { title: 'x' } })).rejects.toMatchObject({ code: 'DOCUMENT_NOT_ALLOWED' });
    }
    await expect(engineer.call('documents.update', { id, patch: { access_level: 'customer' } })).rejects.toMatchObject({ code: 'SHARE_NOT_ALLOWED' });
    await expect(seller.call('documents.create', { title: 'x', source: { link: { url: driveUrl } } })).rejects.toMatchObject({ code: 'DOCUMENT_NOT_ALLOWED' });
    await engineer.settled();
    expect((await engineer.call('sync.status')).attention).toBe(0);
  });

  it('of many at once change what may be changed and say of the rest why not', async () => {
    const [engineer, manager] = [await desktopOf('mechanical.engineer'), await desktopOf('ceo')];
    const { rows } = await engineer.call('documents.list', { sort: 'title' });
    const ids = rows.map(({ id }) => id);
    const shared = rows.filter(({ access_level }) => access_level === 'customer').length;
    const tagged = await engineer.call('documents.bulk', { ids, action: { kind: 'tags', add: ['kiểm kê'], remove: ['mới'] } });
    expect(tagged).toMatchObject({ unchanged: 0, refused: [] });
    expect(tagged.changed.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    const levelled = await engineer.call('documents.bulk', { ids, action: { kind: 'level', access_level: 'customer' } });
    expect(levelled).toMatchObject({ changed: [], unchanged: shared });
    expect(new Set(levelled.refused.map(({ code }) => code))).toEqual(new Set(['SHARE_NOT_ALLOWED']));
    const gone = await engineer.call('documents.bulk', { ids: ['00000000-0000-4000-8000-000000000000'], action: { kind: 'category', category: 'other' } });
    expect(gone.refused).toEqual([{ id: '00000000-0000-4000-8000-000000000000', title: null, code: 'NOT_FOUND' }]);
    await engineer.settled();
    expect((await engineer.call('sync.status')).attention).toBe(0);
    await synced(manager);
    const project_id = await projectOf('Chứng chỉ vật liệu nhôm 7075');
    const moved = await manager.call('documents.bulk', { ids: ids.slice(0, 3), action: { kind: 'move', project_id } });
    expect(moved.changed.length + moved.unchanged).toBe(3);
    await manager.settled();
    expect((await manager.call('sync.status')).attention).toBe(0);
  });

  it('of many at once are taken back, save what was changed since', async () => {
    const manager = await desktopOf('ceo');
    const facts = async () =>
      new Map((await manager.call('documents.list', { sort: 'title' })).rows.map(({ id, tags, project, category }) => [id, { tags, project: project?.id, category }]));
    const before = await facts();
    const ids = [...before.keys()].slice(0, 4);
    const project_id = await projectOf('Chứng chỉ vật liệu nhôm 7075');
    const moved = await manager.call('documents.bulk', { ids, action: { kind: 'move', project_id } });
    const tagged = await manager.call('documents.bulk', { ids, action: { kind: 'tags', add: ['đợt 3'], remove: [] } });
    const [touched = ''] = ids;
    await manager.call('documents.update', { id: touched, patch: { tags: ['khác'] } });
    const untagged = await manager.call('documents.undoBulk', { changes: tagged.changed });
    expect(untagged.refused).toMatchObject([{ id: touched, code: 'EDIT_OVERTAKEN' }]);
    expect(untagged.changed).toHaveLength(3);
    expect((await manager.call('documents.undoBulk', { changes: moved.changed })).refused).toEqual([]);
    expect(await facts()).toEqual(new Map([...before, [touched, { ...before.get(touched), tags: ['khác'] }]]));
    await manager.settled();
    expect((await manager.call('sync.status')).attention).toBe(0);
  });
});

describe('the access log', () => {
  const words: AccessWords = {
    sheet: 'Truy cập',
    headings: { accessed_at: 'Lúc', person: 'Người', device: 'Máy', action: 'Việc', result: 'Kết quả', document: 'Tài liệu', project: 'Dự án' },
    actions: { open_link: 'Mở liên kết' },
    errors: { LINK_EXPIRED: 'Hết hạn' },
    success: 'Được',
    failed: 'Không',
  };
  const everything = { document_id: null, user_id: null, action: null, success: null, from: null, to: null };

  it('is read part by part without a gap, filtered, and written into a file by managers alone', async () => {
    const [engineer, manager] = [await desktopOf('mechanical.engineer'), await desktopOf('ceo')];
    await synced(manager);
    const all = await manager.call('documents.access', {});
    expect(all.next).toBeNull();
    const read: string[] = [];
    for (let before: { accessed_at: string; id: string } | null | undefined; before !== null; ) {
      const part = await manager.call('documents.access', { limit: 1, before: before ?? null });
      read.push(...part.rows.map(({ id }) => id));
      before = part.next;
    }
    expect(read).toEqual(all.rows.map(({ id }) => id));
    expect((await manager.call('documents.access', { to: '2020-01-01' })).rows).toEqual([]);
    expect((await manager.call('documents.accessPeople')).length).toBeGreaterThan(0);
    const target = join(manager.folder, 'log.csv');
    const request = { file: target, draft: `${target}.tmp`, format: 'csv' as const, filter: everything, words };
    await expect(engineer.exportAccess(request)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(await manager.exportAccess(request)).toEqual({ rows: all.rows.length });
    const csv = await readFile(target, 'utf8');
    expect(csv.charCodeAt(0)).toBe(0xfeff);
    expect(csv).toContain('Không: Hết hạn');
    expect(csv).toContain('Mở liên kết');
    const stopped = { ...request, file: join(manager.folder, 'stopped.csv'), draft: join(manager.folder, 'stopped.tmp') };
    const writing = manager.exportAccess(stopped);
    await manager.call('documents.cancelExport');
    await expect(writing).rejects.toMatchObject({ code: 'EXPORT_CANCELLED' });
    expect([stopped.file, stopped.draft].filter((path) => existsSync(path))).toEqual([]);
  });
});
