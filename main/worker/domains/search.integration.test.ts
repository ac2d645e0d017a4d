import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { Changes } from '../replica/changes.ts';
import { durably, inSlices, openReplica, type Sqlite } from '../replica/database.ts';
import { buildSearchIndex, isIndexing } from '../replica/search-index.ts';
import { TestDesktop, waitFor } from '../testing/desktop.ts';

let central: DemoCentral;
let desktop: TestDesktop;

beforeAll(async () => {
  central = await createDemoCentral();
  desktop = await desktopOf('ceo@factorypulse.vn');
});

afterAll(async () => {
  await desktop.remove();
  await central.drop();
});

async function desktopOf(email: string): Promise<TestDesktop> {
  const created = new TestDesktop(central.address);
  await created.signIn(email);
  await created.settled();
  await waitFor(async () => ((await created.call('search.all', { text: 'x' })).incomplete ? null : true), 'the search index');
  return created;
}

const search = async (text: string, of = desktop): Promise<string[]> =>
  (await of.call('search.all', { text, limit: 20 })).records.map(({ kind, title }) => `${kind} ${title}`);

const project = async (title: string) => {
  const found = (await desktop.call('search.all', { text: title })).records.find((record) => record.kind === 'project');
  if (!found?.code) throw new Error(`there is no project ${title}`);
  return { id: found.id, code: found.code };
};

describe('the search', () => {
  it.each([
    ['gia do cam bien', 'project Giá đỡ cảm biến gầm xe'],
    ['GIÁ ĐỠ', 'project Giá đỡ cảm biến gầm xe'],
    ['đồ gá', 'project Đồ gá khoan thân cánh'],
    ['do ga khoan', 'project Đồ gá khoan thân cánh'],
    ['Đo Gá', 'document Bản vẽ đồ gá cửa trước'],
    ['đo', 'project Đồ gá khoan thân cánh'],
    ['đ', 'project Đồ gá khoan thân cánh'],
    ['\u0110o\u0302\u0300 ga\u0301', 'project Đồ gá khoan thân cánh'],
    ['khoan đồ', 'project Đồ gá khoan thân cánh'],
    ['ban ve', 'document Bản vẽ đồ gá cửa trước'],
    ['2500000101', 'contact Toyota Vietnam'],
  ])('finds %j without minding diacritics, case, form or order of words', async (text, expected) => {
    expect(await search(text)).toContain(expected);
  });

  it('finds people by name and address', async () => {
    const names = await search('ceo@factorypulse');
    expect(names.filter((name) => name.startsWith('person '))).toHaveLength(1);
  });

  it('puts what was typed exactly first, then what begins so', async () => {
    const { code } = await project('Trục cam chạy thử');
    const { records } = await desktop.call('search.all', { text: code.toLowerCase() });
    expect(records[0]).toMatchObject({ kind: 'project', code });
    expect((await search('khuôn ép tấm composite cánh tà'))[0]).toBe('project Khuôn ép tấm composite cánh tà');
  });

  it('finds a code by its beginning, by its last digits, and without its hyphen', async () => {
    const { code } = await project('Trục cam chạy thử');
    for (const typed of [code.slice(0, -2), code.slice(-4), code.slice(-6), code.replace('-', ''), code.replace('-', ' ')]) {
      expect(await search(typed), typed).toContain('project Trục cam chạy thử');
    }
  });

  it.each([
    '', '   ', '"', '"""', "'", '*', '()', 'a AND', 'NOT', 'a OR OR b', 'NEAR(a b)', 'title:x', '{title}: x', '^x', 'a + b', '-x', '\\', '%', '_',
    "'; drop table projects; --", '\u0000', '🏭', '\u202e\u05e9\u05dc\u05d5\u05dd', 'x '.repeat(100).slice(0, 200), 'ư'.repeat(200),
  ])('takes %j for what it is: no text of a query language', async (text) => {
    expect(Array.isArray(await search(text))).toBe(true);
  });

  it('takes words of a query language for words', async () => {
    const { id } = await project('Thanh ray ghế hành khách');
    await desktop.call('projects.update', { id, patch: { description: 'NEAR AND NOT "trích dẫn" O\'Brien P-250127·K7Q' } });
    for (const text of ['near and not', '"trich dan"', "O'Brien", 'brien*', 'p-250127·k7q']) expect(await search(text)).toContain('project Thanh ray ghế hành khách');
    expect(await search('NOT Thanh')).toEqual(['project Thanh ray ghế hành khách']);
  });

  it('finds a change at once, and forgets what was there before', async () => {
    const { id } = await project('Gối đỡ hợp kim titan');
    await desktop.call('projects.update', { id, patch: { title: 'Bệ máy phay zirconi' } });
    expect(await search('zirconi')).toEqual(['project Bệ máy phay zirconi']);
    expect(await search('gối đỡ hợp kim')).toEqual([]);
    await desktop.call('projects.update', { id, patch: { title: 'Gối đỡ hợp kim titan' } });
    expect(await search('zirconi')).toEqual([]);
  });

  it('finds what colleagues changed once it has come, and nothing that is gone', async () => {
    const found = async (text: string, expected: string[]) =>
      waitFor(async () => (JSON.stringify(await search(text)) === JSON.stringify(expected) ? true : null), `${text} → ${expected.join()}`);
    const { rows } = await central.client.query<{ id: string }>(
      `insert into public.contacts (organization_id, type, company_name, tax_id)
       select id, 'customer', 'Cơ điện Đại Đồng Xuân', '0999888777' from public.organizations where slug = 'factory-pulse-vietnam' returning id`,
    );
    await found('dai dong xuan', ['contact Cơ điện Đại Đồng Xuân']);
    await central.client.query("update public.contacts set company_name = 'Thép Hòa Lạc' where id = $1", [rows[0]?.id]);
    await found('hoa lac', ['contact Thép Hòa Lạc']);
    await found('dai dong xuan', []);
    await central.client.query('delete from public.contacts where id = $1', [rows[0]?.id]);
    await found('hoa lac', []);
  });

  it('shows a customer nothing but their own', async () => {
    const customer = await desktopOf('procurement@toyota.example');
    try {
      expect(await search('titan', customer)).toEqual([]);
      expect(await search('khay chua phoi', customer)).toEqual(['project Khay chứa phôi dập nóng']);
    } finally {
      await customer.remove();
    }
  });

  it('remembers what was opened last, the latest first, also over a restart', async () => {
    const first = await project('Đồ gá khoan thân cánh');
    const second = await project('Trục cam chạy thử');
    for (const { id } of [first, second, first]) await desktop.call('search.opened', { kind: 'project', id });
    await desktop.restart();
    await desktop.signIn(desktop.email);
    expect((await desktop.call('search.recent')).map(({ id }) => id)).toEqual([first.id, second.id]);
  });
});

describe('the search index', () => {
  const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-search-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** As many contacts as several steps of indexing, in a replica from before there was an index. */
  function oldReplica(rows: number) {
    const replica = openReplica(join(folder, `${randomBytes(4).toString('hex')}.db`), randomBytes(32));
    durably(replica.write, 'NORMAL', () => {
      const insert = replica.write.prepare(
        `insert into contacts (id, organization_id, created_at, updated_at, sync_xid, type, company_name, currency, is_active, metadata, ai_category, ai_capabilities)
         values (?, 'o', '', '', 1, 'customer', ?, 'VND', 1, '{}', '{}', '[]')`,
      );
      for (let n = 0; n < rows; n++) insert.run(`id ${n}`, `Công ty ${n}`);
      replica.write.exec("insert into search_contacts (search_contacts) values ('delete-all')");
    });
    return replica;
  }

  const found = (sqlite: Sqlite, text: string): number =>
    sqlite.prepare('select count(*) from search_contacts where search_contacts match ?').pluck().get(`"${text}"*`) as number;

  const build = (replica: ReturnType<typeof oldReplica>, signal = new AbortController().signal, lines: string[] = []) =>
    buildSearchIndex({ replica, changes: new Changes(), log: (_level, event) => lines.push(event), signal });

  it('of a replica from before it is built while people work, and misses nothing of what they do meanwhile', async () => {
    const replica = oldReplica(1_000);
    const built = build(replica);
    await new Promise((resolve) => setImmediate(resolve));
    replica.write.exec("update contacts set company_name = 'Đổi tên' where id in ('id 3', 'id 997')");
    replica.write.exec("delete from contacts where id in ('id 4', 'id 998')");
    await built;
    expect([isIndexing(replica.write), found(replica.read, 'cong'), found(replica.read, 'doi')]).toEqual([false, 996, 2]);
    replica.close();
  });

  it('goes on where it was interrupted', async () => {
    const replica = oldReplica(1_000);
    const end = new AbortController();
    const interrupted = build(replica, end.signal);
    await new Promise((resolve) => setImmediate(resolve));
    end.abort();
    await interrupted;
    expect(isIndexing(replica.read)).toBe(true);
    await build(replica);
    expect(found(replica.read, 'cong')).toBe(1_000);
    replica.close();
  });

  it('waits for a long pull instead of having it begin again', async () => {
    const replica = oldReplica(400);
    let attempts = 0;
    const pulled = inSlices(replica.write, function* () {
      attempts += 1;
      for (let n = 0; n < 4; n++) {
        const end = performance.now() + 15;
        while (performance.now() < end);
        yield;
      }
    });
    await Promise.all([pulled, build(replica)]);
    expect([attempts, found(replica.read, 'cong')]).toEqual([1, 400]);
    replica.close();
  });

  it('that cannot be written leaves the rest of the application to its work', async () => {
    const replica = oldReplica(10);
    replica.write.exec('drop view contacts_searched');
    const lines: string[] = [];
    await build(replica, undefined, lines);
    expect([lines, isIndexing(replica.read)]).toEqual([['search.not-indexed'], true]);
    replica.close();
  });
});
