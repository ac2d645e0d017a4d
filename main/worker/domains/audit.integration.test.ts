import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { api, type Input, type Output } from '../../../shared/api/index.ts';
import { auditFilter, type AuditKey, type AuditRow } from '../../../shared/api/audit.ts';
import { demoPassword } from '../../../shared/demo-accounts.ts';
import { AuditLog } from '../testing/audit-log.ts';
import { TestDesktop } from '../testing/desktop.ts';
import { SyncWorker } from '../worker.ts';
import { auditHandlers } from './audit.ts';
import { chunkQuery, distinctQuery } from './audit-scan.ts';

let log: AuditLog;

const ask = async (input: Input<'audit.list'>): Promise<Output<'audit.list'>> =>
  auditHandlers['audit.list'](log.session(), api['audit.list'].input.parse(input));

/** Everything that a filter leaves, part by part. */
async function all(input: Input<'audit.list'>): Promise<AuditRow[]> {
  const rows: AuditRow[] = [];
  for (let before: AuditKey | null = null, first = true; first || before; first = false) {
    const part: Output<'audit.list'> = await ask({ ...input, before });
    rows.push(...part.rows);
    before = part.next;
  }
  return rows;
}

const ids = (rows: readonly AuditRow[]): string[] => rows.map(({ id }) => id);

describe('the audit log of a few entries', () => {
  beforeEach(() => {
    log = new AuditLog();
  });

  afterEach(() => {
    log.remove();
  });

  it('is told newest first, also where one push left many entries at one instant', async () => {
    const at = '2026-02-01 08:00:00+00';
    const together = Array.from({ length: 450 }, () => ({ id: randomUUID(), created_at: at }));
    const later = { id: randomUUID(), created_at: '2026-02-01 08:00:00.1+00' };
    const earlier = { id: randomUUID(), created_at: '2026-01-31 23:00:00+00' };
    log.add([later, ...together, earlier]);
    const found = ids(await all({ limit: 100 }));
    expect(found).toEqual([later.id, ...together.map(({ id }) => id).toReversed(), earlier.id]);
  });

  it('counts its days in the zone of the organization', async () => {
    const [before, first, last, after] = ['2026-01-31 16:59:59.9+00', '2026-01-31 17:00:00+00', '2026-02-01 16:59:59.9+00', '2026-02-01 17:00:00+00'].map(
      (created_at) => ({ id: randomUUID(), created_at }),
    );
    log.add([before, first, last, after].filter((entry) => entry !== undefined));
    expect(ids(await all({ from: '2026-02-01', to: '2026-02-01' }))).toEqual([last?.id, first?.id]);
    expect(ids(await all({ from: '2026-02-02' }))).toEqual([after?.id]);
    expect(ids(await all({ to: '2026-01-31' }))).toEqual([before?.id]);
  });

  it('is found by names and values with or without diacritics, deep inside and behind ids', async () => {
    const at = '2026-02-01 08:00:00+00';
    const [khanh, vy] = log.people;
    const entry = (more: object) => ({ id: randomUUID(), created_at: at, ...more });
    const byPerson = entry({ user_id: khanh?.id });
    const byProject = entry({ project_id: log.project.id });
    const byValue = entry({ old_values: { notes: 'Đã báo Giám đốc' }, new_values: { notes: null } });
    const byAssignee = entry({ new_values: { assigned_to: vy?.id } });
    const deep = entry({ new_values: { metadata: { lô: [{ vật_liệu: 'Thép không gỉ 304' }] } } });
    const byDevice = entry({ device_id: log.device.id });
    log.add([byPerson, byProject, byValue, byAssignee, deep, byDevice]);
    const finds = async (search: string) => ids(await all({ search }));
    expect(await finds('do quoc khanh')).toEqual([byPerson.id]);
    expect(await finds('ĐỖ QUỐC')).toEqual([byPerson.id]);
    expect(await finds('26010101')).toEqual([byProject.id]);
    expect(await finds('cảm biến giá')).toEqual([byProject.id]);
    expect(await finds('giam doc')).toEqual([byValue.id]);
    expect(await finds('lam thuy vy')).toEqual([byAssignee.id]);
    expect(await finds('thep 304')).toEqual([deep.id]);
    expect(await finds('may-van-phong')).toEqual([byDevice.id]);
    // The name of a column is no value.
    expect(await finds('assigned_to')).toEqual([]);
    expect(await finds('metadata')).toEqual([]);
  });

  it('takes hostile text for what it is', async () => {
    const hostile = [`'; drop table activity_log; --`, '%', '_', '\\', '" or 1=1', '<img src=x onerror=alert(1)>', '=cmd|x', '\u202egnp', '[a-z]+', '${1}'];
    log.add(hostile.map((notes, index) => ({ created_at: `2026-02-01 08:00:0${index}+00`, new_values: { notes } })));
    for (const search of hostile) {
      const found = await all({ search });
      expect(found.length, search).toBeGreaterThan(0);
      expect(found.length, search).toBeLessThan(hostile.length);
    }
    expect(await all({ entity_type: `projects' or '1'='1` })).toEqual([]);
    expect(await all({})).toHaveLength(hostile.length);
  });

  it('opens an entry with names for ids, the changed columns only, and the currency of its amounts', async () => {
    const [khanh, vy, nghia] = log.people;
    const id = randomUUID();
    log.add([
      {
        id,
        created_at: '2026-02-01 08:00:00+00',
        client_time: '2026-02-01 07:00:00+00',
        user_id: khanh?.id ?? null,
        device_id: log.device.id,
        entity_id: log.project.id,
        project_id: log.project.id,
        old_values: { assigned_to: vy?.id, estimated_value: '1000.00', tags: ['a'], title: 'x' },
        new_values: { assigned_to: nghia?.id, estimated_value: '2000.00', tags: ['a', 'b'], title: 'x' },
      },
    ]);
    expect(await auditHandlers['audit.get'](log.session(), { id })).toEqual({
      id,
      created_at: '2026-02-01 08:00:00+00',
      client_time: '2026-02-01 07:00:00+00',
      user_id: khanh?.id,
      user_name: 'Đỗ Quốc Khánh',
      device_id: log.device.id,
      device_name: 'MAY-VAN-PHONG',
      entity_type: 'projects',
      entity_id: log.project.id,
      subject: null,
      project: log.project,
      action: 'UPDATE',
      description: null,
      columns: ['assigned_to', 'estimated_value', 'tags'],
      changes: [
        { column: 'assigned_to', before: 'Lâm Thúy Vy', after: 'Đinh Hữu Nghĩa' },
        { column: 'estimated_value', before: '1000.00', after: '2000.00' },
        { column: 'tags', before: ['a'], after: ['a', 'b'] },
      ],
      currency: 'VND',
    });
    expect(() => auditHandlers['audit.get'](log.session(), { id: randomUUID() })).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });

  it('calls a record that is gone by what the log holds of it', async () => {
    log.add([{ created_at: '2026-02-01 08:00:00+00', entity_type: 'contacts', entity_id: randomUUID(), action: 'DELETE', old_values: { company_name: 'Thép An Thịnh' } }]);
    expect(await all({ search: 'an thinh' })).toEqual([expect.objectContaining({ subject: 'Thép An Thịnh', columns: ['company_name'] })]);
  });

  it('is closed to every role but administration and management', async () => {
    const roles = ['sales', 'procurement', 'engineering', 'qa', 'production', 'supplier', 'customer'] as const;
    for (const role of roles) {
      const session = log.session(role);
      const calls = [
        () => auditHandlers['audit.overview'](session, undefined),
        () => auditHandlers['audit.list'](session, api['audit.list'].input.parse({})),
        () => auditHandlers['audit.get'](session, { id: randomUUID() }),
        () => auditHandlers['audit.cancelExport'](session, undefined),
      ];
      for (const call of calls) expect(call, role).toThrow(expect.objectContaining({ code: 'NOT_ALLOWED' }));
    }
    for (const role of ['admin', 'management'] as const) {
      expect(await auditHandlers['audit.overview'](log.session(role), undefined)).toMatchObject({ newest: null, kinds: [], actions: [] });
    }
  });
});

describe('the audit log of many entries', () => {
  const COUNT = 200_000;

  beforeAll(() => {
    log = new AuditLog();
    log.fill(COUNT);
  }, 120_000);

  afterAll(() => {
    log.remove();
  });

  it('gives every entry once, whatever the size of the parts', async () => {
    const found = await all({ limit: 200, action: 'DELETE' });
    expect(found).toHaveLength(COUNT / 1_000);
    expect(new Set(ids(found)).size).toBe(found.length);
    expect(found.map(({ created_at }) => created_at)).toEqual(found.map(({ created_at }) => created_at).toSorted().toReversed());
  });

  it('combines its filters', async () => {
    const [khanh] = log.people;
    const found = await all({ limit: 200, action: 'DELETE', user_id: khanh?.id ?? null, project_id: log.project.id, entity_type: 'contacts' });
    const expected = Array.from({ length: COUNT }, (_, n) => n).filter((n) => n % 1_000 === 0 && n % 3 === 0);
    expect(found).toHaveLength(expected.length);
    const lastDay = await all({ limit: 200, action: 'DELETE', from: '2026-02-28', to: '2026-03-01' });
    expect(lastDay.length).toBeGreaterThan(0);
    expect(lastDay.length).toBeLessThan(5);
  });

  it('lets other requests have their turn while it looks for what is nowhere, and says how far it came', async () => {
    let turns = 0;
    let running = true;
    const others = (async () => {
      for (; running; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    })();
    let parts = 0;
    let reached = '~';
    for (let before: AuditKey | null = null, first = true; first || before; first = false) {
      const part: Output<'audit.list'> = await ask({ search: 'không có ở đâu', before });
      expect(part.rows).toEqual([]);
      if (part.next) expect(part.next.created_at < reached).toBe(true);
      reached = part.next?.created_at ?? '';
      before = part.next;
      parts += 1;
    }
    running = false;
    await others;
    expect(parts).toBeGreaterThan(1);
    // A slice reads some hundred entries, never all of them.
    expect(turns).toBeGreaterThan(COUNT / 10_000);
  }, 60_000);

  it('reads what it needs from indexes alone, in order, without sorting', () => {
    const plan = (sql: string, parameters: object) =>
      (log.replica.read.prepare(`explain query plan ${sql}`).all(parameters) as { detail: string }[]).map(({ detail }) => detail);
    const bounds = { created_at: '~', position: 0, from: '' };
    const index = (column: string) => `SEARCH activity_log USING INDEX activity_log_${column}_created_at (${column}=? AND created_at>? AND created_at<?)`;
    expect(plan(chunkQuery(null), bounds)).toEqual(['SEARCH activity_log USING INDEX activity_log_created_at (created_at>? AND created_at<?)']);
    for (const column of ['project_id', 'user_id', 'entity_type', 'action'] as const) {
      expect(plan(chunkQuery(column), { ...bounds, value: 'x' }), column).toEqual([index(column)]);
    }
    for (const column of ['entity_type', 'action'] as const) {
      const steps = plan(distinctQuery(column), {}).filter((detail) => detail.includes('activity_log'));
      expect(steps.length, column).toBeGreaterThan(1);
      for (const step of steps) expect(step).toContain(`SEARCH activity_log USING COVERING INDEX activity_log_${column}_created_at`);
    }
  });

  it('tells what it can be filtered by', async () => {
    const overview = await auditHandlers['audit.overview'](log.session(), undefined);
    expect(overview.kinds).toEqual(['contacts', 'projects']);
    expect(overview.actions).toEqual(['DELETE', 'UPDATE']);
    expect(overview.people.map(({ name }) => name).toSorted()).toEqual(log.people.map(({ name }) => name).toSorted());
    expect(overview.newest?.created_at).toBe('2026-02-28 23:59:00+00');
  });
});

describe('the audit log of the centre', () => {
  let central: DemoCentral;
  const desktops: TestDesktop[] = [];

  beforeAll(async () => {
    central = await createDemoCentral();
  });

  afterAll(async () => {
    for (const desktop of desktops) await desktop.remove();
    await central.drop();
  });

  async function desktopOf(email: string): Promise<TestDesktop> {
    const desktop = new TestDesktop(central.address);
    desktops.push(desktop);
    await desktop.signIn(email);
    await desktop.settled();
    return desktop;
  }

  it('tells a manager what was changed on this machine, from what to what', async () => {
    const desktop = await desktopOf('ceo@factorypulse.vn');
    const { rows } = await desktop.call('projects.list', {});
    const [project] = rows.filter(({ status }) => status === 'active');
    await desktop.call('projects.update', { id: project?.id ?? '', patch: { notes: 'Kiểm tra nhật ký' } });
    await desktop.settled();
    await desktop.until(({ pending }) => pending === 0, 'sent');
    const found = await desktop.call('audit.list', { search: 'kiem tra nhat ky' });
    expect(found.rows).toEqual([
      expect.objectContaining({ user_name: 'Đỗ Quốc Khánh', entity_type: 'projects', action: 'UPDATE', columns: ['notes'], device_name: expect.any(String) as string }),
    ]);
    expect(found.rows[0]?.project?.id).toBe(project?.id);
  });

  it('is refused to an engineer by the worker itself', async () => {
    const desktop = await desktopOf('senior.engineer@factorypulse.vn');
    for (const name of ['audit.overview', 'audit.list'] as const) {
      await expect(desktop.call(name, (name === 'audit.list' ? {} : undefined) as never), name).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    }
  });

  it('is exported by the worker for nobody else either, whoever asks it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-'));
    const worker = new SyncWorker({ userDataDir: folder, appVersion: '0.0.0-test', emit: () => undefined, log: () => undefined });
    try {
      const credentials = { email: 'qa.engineer@factorypulse.vn', password: demoPassword };
      await worker.answer('worker.signIn', { credentials, server: { url: central.address, ca: null }, resume: false });
      const file = join(folder, 'log.csv');
      const answer = await worker.answer('worker.exportAudit', { file, draft: `${file}.tmp`, format: 'csv', filter: auditFilter.parse({}), words: {} });
      expect(answer).toMatchObject({ ok: false, error: { code: 'NOT_ALLOWED' } });
      expect(readdirSync(folder).filter((name) => name.startsWith('log'))).toEqual([]);
    } finally {
      await worker.answer('worker.stop', undefined);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
