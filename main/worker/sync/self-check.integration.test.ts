import { mkdtempSync, rmSync } from 'node:fs';
import { randomBytes, randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { accessRules } from '../../../shared/domain/access-rules.ts';
import { isInternal } from '../../../shared/domain/roles.ts';
import { demoAccounts, demoPassword } from '../../../shared/demo-accounts.ts';
import { Changes } from '../replica/changes.ts';
import { openReplica, type Replica, type Sqlite } from '../replica/database.ts';
import { Meta } from '../replica/meta.ts';
import { Overlay } from '../replica/overlay.ts';
import { WritePath } from '../replica/write-path.ts';
import { TestDesktop, waitFor } from '../testing/desktop.ts';
import { divergence } from '../testing/divergence.ts';
import { behindItsBack } from '../testing/replica-file.ts';
import { readCentralColumns } from './central-rows.ts';
import { connect, disconnect } from './connection.ts';
import { firstLoad } from './first-load.ts';
import { Outbox } from './outbox.ts';
import type { PullContext } from './pull.ts';
import { columnsDigest, SelfCheck, type CheckReport } from './self-check.ts';
import { parseServerAddress } from './server-address.ts';

const ceo = 'ceo@factorypulse.vn';
/** More than three ranges. */
const CONTACTS = 3_500;

let central: DemoCentral;
let desktops: TestDesktop[] = [];

beforeAll(async () => {
  central = await createDemoCentral();
  await central.client.query(
    `insert into contacts (organization_id, type, company_name, notes, metadata)
     select u.organization_id, 'customer', 'Công ty ' || n, case when n % 3 = 0 then e'dòng 1\\n"dòng" \\\\ 2\\t' || n end,
            jsonb_build_object('số', n, 'tên', e'"é\\u2028"')
       from users u, generate_series(1, ${CONTACTS}) n where u.email = $1`,
    [ceo],
  );
});

afterEach(async () => {
  for (const one of desktops) await one.remove();
  desktops = [];
});

afterAll(() => central.drop());

async function inStep(email = ceo): Promise<TestDesktop> {
  const one = new TestDesktop(central.address);
  desktops.push(one);
  await one.signIn(email);
  await one.settled();
  return one;
}

/** Has everything compared, as the person does; what the log tells of it. */
async function check(one: TestDesktop): Promise<CheckReport & { level: string }> {
  const told = (): typeof one.log => one.log.filter((line) => line.event === 'sync.check');
  const before = told().length;
  await one.call('sync.check');
  const line = await waitFor(() => Promise.resolve(told()[before] ?? null), 'the end of the check');
  return { level: line.level, ...(line.details as unknown as CheckReport) };
}

describe('a replica that is whole', () => {
  it.each([...new Map(demoAccounts.map((account) => [account.role, account.email]))])(
    'is found to equal the centre by its %s, and nothing is fetched',
    async (role, email) => {
      const report = await check(await inStep(email));
      expect(report).toMatchObject({ level: 'info', fetched: 0, repaired: {} });
      const open = Object.values(accessRules).filter((rules) => isInternal(role) || rules.read?.[role]);
      expect(report.tables).toBe(open.length);
      expect(report.rows).toBeGreaterThan(0);
    },
  );

  it('still equals it, cell by cell as text, after edits, moves and their acknowledgements', async () => {
    const one = await inStep();
    const { rows } = await one.call('projects.list', { sort: 'project_id', descending: false });
    for (const [index, { id }] of rows.slice(0, 12).entries()) {
      await one.call('projects.update', { id, patch: { title: `Đợt ${index} "x" \\ y`, notes: index % 2 ? null : 'a\tb' } });
    }
    const { projects, stages } = await one.call('projects.board', {});
    const first = projects.find((row) => row.status === 'active' && row.current_stage_id === stages[0]?.id);
    await one.call('projects.move', { id: first?.id ?? '', to_stage_id: stages[1]?.id ?? '', reason: 'Kiểm tra' });
    await one.settled();
    expect(await check(one)).toMatchObject({ fetched: 0, repaired: {} });
    expect((await one.call('sync.status')).lastCheckAt).not.toBeNull();
    expect(await divergence(central, one)).toEqual([]);
  });

  it('goes on equalling it where a table or a column is not in this centre', async () => {
    const other = await createDemoCentral();
    try {
      await other.client.query('alter table contacts drop column tax_id; drop table stock_moves cascade');
      const one = new TestDesktop(other.address);
      desktops.push(one);
      await one.signIn(ceo);
      await one.settled();
      expect(await check(one)).toMatchObject({
        tables: Object.keys(accessRules).length - 1,
        fetched: 0,
        repaired: {},
      });
    } finally {
      for (const one of desktops.splice(0)) await one.remove();
      await other.drop();
    }
  });
});

const someContact = (sqlite: Sqlite): string =>
  sqlite.prepare('select id from contacts order by id limit 1 offset 1500').pluck().get() as string;

const damages: [what: string, table: string, damage: (sqlite: Sqlite) => void][] = [
  ['a cell that was overwritten', 'contacts', (sqlite) => sqlite.prepare(`update contacts set company_name = 'hỏng' where id = ?`).run(someContact(sqlite))],
  ['a cell that was emptied', 'projects', (sqlite) => sqlite.exec('update projects set description = null where id = (select max(id) from projects where description is not null)')],
  ['an empty text in place of nothing', 'contacts', (sqlite) => sqlite.prepare(`update contacts set tax_id = '' where id = ?`).run(someContact(sqlite))],
  ['a flag that was turned', 'workflow_stages', (sqlite) => sqlite.exec('update workflow_stages set is_active = 1 - is_active where id = (select min(id) from workflow_stages)')],
  ['a row that is missing', 'contacts', (sqlite) => sqlite.prepare('delete from contacts where id = ?').run(someContact(sqlite))],
  ['JSON that is spelled otherwise', 'contacts', (sqlite) => sqlite.prepare(`update contacts set metadata = replace(metadata, ': ', ':') where id = ?`).run(someContact(sqlite))],
  ['JSON that is none', 'organizations', (sqlite) => sqlite.exec(`update organizations set settings = '{'`)],
  ['a row that is too many', 'contacts', (sqlite) => {
    const names = (sqlite.pragma('table_info(contacts)') as { name: string }[]).map(({ name }) => name).filter((name) => name !== 'id').join(', ');
    const id = someContact(sqlite);
    sqlite.prepare(`insert into contacts (id, ${names}) select ?, ${names} from contacts where id = ?`).run(`${id.slice(0, 24)}${randomUUID().slice(24)}`, id);
  }],
];

describe('a replica that was damaged behind the back of the application', () => {
  it.each(damages)('heals %s by fetching that range alone, and says so', async (_, table, damage) => {
    const one = await inStep();
    // Else the application compares by itself after its next start, and may be done before it is asked.
    await check(one);
    await behindItsBack(one, damage);
    const report = await check(one);
    expect(report).toMatchObject({ level: 'warn', repaired: { [table]: 1 } });
    expect(Object.keys(report.repaired)).toEqual([table]);
    expect(report.fetched).toBeGreaterThanOrEqual(table === 'contacts' ? 999 : 1);
    expect(report.fetched).toBeLessThanOrEqual(1_001);
    expect(await divergence(central, one)).toEqual([]);
    const history = await behindItsBack(one, (sqlite) =>
      sqlite.prepare(`select rows, problems from sync_history where kind = 'check' order by id desc limit 1`).get(),
    );
    expect(history).toEqual({ rows: expect.any(Number) as number, problems: 1 });
    expect(await check(one)).toMatchObject({ level: 'info', fetched: 0 });
  });

  it('heals values that two rows swapped, and a whole table that is empty', async () => {
    const one = await inStep();
    // Else the application compares by itself after its next start, and may be done before it is asked.
    await check(one);
    await behindItsBack(one, (sqlite) => {
      const [a, b] = sqlite.prepare('select id, company_name from contacts order by id limit 2 offset 10').all() as { id: string; company_name: string }[];
      const set = sqlite.prepare('update contacts set company_name = ? where id = ?');
      set.run(b?.company_name, a?.id);
      set.run(a?.company_name, b?.id);
      sqlite.exec('delete from activity_log');
    });
    const report = await check(one);
    expect(report.repaired['contacts']).toBe(2);
    expect(report.repaired['activity_log']).toBeGreaterThan(50);
    expect(await divergence(central, one)).toEqual([]);
  });
});

describe('damage below changes that are not sent yet', () => {
  const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-check-'));
  let replica: Replica;
  let context: PullContext;
  let id: string;

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** A replica with edits in its outbox, and a connection on which nothing is pushed. */
  async function pendingEdits(work: () => Promise<void>): Promise<void> {
    replica = openReplica(join(folder, `${randomUUID()}.db`), randomBytes(32));
    const client = await connect(parseServerAddress({ url: central.address, ca: null }), ceo, demoPassword);
    try {
      const overlay = new Overlay(replica.write);
      const changes = new Changes();
      context = {
        client,
        replica,
        meta: new Meta(replica.write),
        overlay,
        outbox: new Outbox(replica.write, overlay),
        changes,
        columns: await readCentralColumns(client),
        signal: new AbortController().signal,
        progress: () => undefined,
      };
      await firstLoad(context);
      id = replica.read.prepare('select min(id) from projects').pluck().get() as string;
      const logged = replica.read.prepare('select min(id) from activity_log').pluck().get() as string;
      new WritePath(replica.write, overlay, changes).accept([
        { table_name: 'projects', row_id: id, op: 'update', patch: { title: 'Của tôi' } },
        { table_name: 'activity_log', row_id: logged, op: 'delete', patch: {} },
        { table_name: 'projects', row_id: randomUUID(), op: 'insert', patch: { title: 'Mới' }, derived: { ...newProject(), sync_xid: 0 } },
      ]);
      await work();
    } finally {
      await disconnect(client);
      replica.close();
    }
  }

  const newProject = (): Record<string, unknown> => {
    const row = replica.read.prepare('select * from projects limit 1').get() as Record<string, unknown>;
    return Object.fromEntries(Object.entries(row).filter(([name, value]) => name !== 'id' && typeof value === 'string' && !/^[[{]/.test(value)).concat([['metadata', {}], ['tags', []]]));
  };

  async function checkAll(): Promise<CheckReport> {
    const check = new SelfCheck(columnsDigest(context.columns));
    for (let outcome = 'more'; outcome === 'more'; ) {
      outcome = await check.step(context);
      expect(outcome).not.toBe('later');
    }
    return check.report;
  }

  const title = (): unknown => replica.read.prepare('select title from projects where id = ?').pluck().get(id);
  const outboxSize = (): unknown => replica.read.prepare('select count(*) from outbox').pluck().get();
  const shadowed = (): Record<string, unknown> => context.overlay.central({ table_name: 'projects', row_id: id }) ?? {};

  it('is none where the edits lie over what the centre has', async () => {
    await pendingEdits(async () => {
      expect(await checkAll()).toMatchObject({ fetched: 0, repaired: {} });
      expect([title(), outboxSize()]).toEqual(['Của tôi', 3]);
    });
  });

  it('heals in the shadow, and the edit stays on the screen', async () => {
    await pendingEdits(async () => {
      const whole = shadowed();
      replica.write.prepare(`update shadow set row = json_set(row, '$.description', 'hỏng') where row_id = ?`).run(id);
      expect((await checkAll()).repaired).toEqual({ projects: 1 });
      expect(shadowed()).toEqual(whole);
      expect([title(), outboxSize()]).toEqual(['Của tôi', 3]);
    });
  });

  it.each([
    ['is unreadable', `update shadow set row = '{' where row_id = ?`],
    ['is gone', 'delete from shadow where row_id = ?'],
    ['says that the centre has no such row', 'update shadow set row = null where row_id = ?'],
  ])('heals where the shadow %s', async (_, damage) => {
    await pendingEdits(async () => {
      const whole = shadowed();
      replica.write.prepare(damage).run(id);
      expect((await checkAll()).repaired).toEqual({ projects: 1 });
      expect(shadowed()).toEqual(whole);
      expect([title(), outboxSize()]).toEqual(['Của tôi', 3]);
    });
  });

  it('heals in the row that is shown, where the shadow is whole', async () => {
    await pendingEdits(async () => {
      replica.write.prepare(`update projects set title = 'hỏng' where id = ?`).run(id);
      expect((await checkAll()).repaired).toEqual({ projects: 1 });
      expect([title(), outboxSize()]).toEqual(['Của tôi', 3]);
    });
  });
});
