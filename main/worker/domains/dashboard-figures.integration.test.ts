import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { replicaMigrations } from '../../../db/replica/migrations.ts';
import { ProjectReplica, type PlainProject, type PlainStage } from '../testing/project-replica.ts';
import { perhapsAtRisk, readAtRisk, readFigures } from './dashboard-figures.ts';

const reckoning = { today: '2026-03-15', todayUtc: '2026-03-15', currency: 'VND' };

let world: ProjectReplica;

beforeAll(() => {
  world = new ProjectReplica();
});

beforeEach(() => {
  world.clear();
});

afterAll(() => {
  world.remove();
});

const figures = () => readFigures(world.replica, reckoning);

const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 86_400_000;
const day = fc.integer({ min: dayNumber('2025-02-01'), max: dayNumber('2026-06-30') }).map((n) => new Date(n * 86_400_000).toISOString().slice(0, 10));

const stages: fc.Arbitrary<PlainStage[]> = fc
  .array(fc.record({ days: fc.option(fc.integer({ min: 0, max: 30 })), is_active: fc.boolean() }), { minLength: 1, maxLength: 5 })
  .map((list) => list.map((stage, index) => ({ id: `stage-${index}`, ...stage })));

/** As the centre prints them, and as they may stand in a change that was made here. */
const amount = fc.oneof(
  fc.bigInt({ min: 0n, max: 999_999_999_999_999_999n }).map((n) => `${n / 100n}.${String(n % 100n).padStart(2, '0')}`),
  fc.nat(1_000_000).map(String),
  fc.nat(9).map((n) => `12.${n}`),
);

const project = (index: number): fc.Arbitrary<Omit<PlainProject, 'stage'> & { place: number }> =>
  fc.record({
    id: fc.constant(`project-${String(index).padStart(3, '0')}`),
    place: fc.nat(4),
    status: fc.constantFrom('active', 'on_hold', 'completed', 'cancelled'),
    currency: fc.constantFrom('VND', 'USD', 'EUR'),
    value: fc.option(amount),
    due: fc.option(day),
    delivered: fc.option(day),
    entered_at: day.map((d) => `${d} 08:00:00+00`),
  });

/** Each project in two states, one after the other, or gone in the end. */
const lives = fc.integer({ min: 0, max: 25 }).chain((count) =>
  fc.tuple(...Array.from({ length: count }, (_, index) => fc.record({ before: project(index), after: fc.option(project(index)) }))),
);

const open = (one: PlainProject): boolean => one.status === 'active' || one.status === 'on_hold';
const hundredths = (value: string | null): bigint => {
  const [whole = '0', fraction = ''] = (value ?? '0').split('.');
  return BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0'));
};

/** The slow way: project by project. */
function plainly(all: readonly PlainProject[], workflow: readonly PlainStage[]) {
  const today = dayNumber(reckoning.today);
  const left = (one: PlainProject): number => {
    const place = workflow.findIndex(({ id }) => id === one.stage);
    const spent = Math.max(0, today - dayNumber(one.entered_at.slice(0, 10)));
    const behind = workflow.slice(place + 1).reduce((sum, stage) => sum + (stage.is_active ? (stage.days ?? 0) : 0), 0);
    return Math.max(0, (workflow[place]?.days ?? 0) - spent) + behind;
  };
  return workflow
    .map((stage) => {
      const here = all.filter((one) => one.stage === stage.id && open(one));
      const active = here.filter(({ status }) => status === 'active');
      const ages = active.map((one) => Math.max(0, today - dayNumber(one.entered_at.slice(0, 10))));
      return {
        id: stage.id,
        is_active: stage.is_active,
        active: active.length,
        on_hold: here.length - active.length,
        overdue: here.filter(({ due }) => due !== null && due < reckoning.today).length,
        at_risk: here.filter((one) => one.due !== null && one.due >= reckoning.today && dayNumber(one.due) - today < left(one)).length,
        over_estimate: stage.days === null ? 0 : ages.filter((age) => age > (stage.days ?? 0)).length,
        average_age_days: ages.length === 0 ? null : ages.reduce((sum, age) => sum + age, 0) / ages.length,
      };
    })
    .filter((stage) => stage.is_active || stage.active + stage.on_hold > 0);
}

describe('the figures of the overview', () => {
  it('are those of a plain computation over every project, whatever became of the projects meanwhile', () => {
    fc.assert(
      fc.property(stages, lives, (workflow, projects) => {
        world.clear();
        world.addStages(workflow);
        const place = ({ place: at, ...rest }: Omit<PlainProject, 'stage'> & { place: number }): PlainProject => ({
          ...rest,
          stage: `stage-${at % workflow.length}`,
        });
        for (const { before } of projects) world.addProject(place(before));
        const left: PlainProject[] = [];
        for (const { before, after } of projects) {
          if (after === null) world.removeProject(before.id);
          else {
            world.addProject(place(after));
            left.push(place(after));
          }
        }
        const found = figures();
        expect(found.stages).toEqual(plainly(left, workflow).map((stage) => expect.objectContaining(stage) as unknown));
        const delivered = left.filter((one) => one.status === 'completed' && one.delivered !== null);
        for (const month of found.months) {
          const of = delivered.filter((one) => one.delivered?.startsWith(month.month));
          const onTime = of.filter((one) => one.due !== null && (one.delivered ?? '') <= one.due).length;
          const undated = of.filter(({ due }) => due === null).length;
          expect(month).toEqual({ month: month.month, on_time: onTime, late: of.length - onTime - undated, undated });
        }
        const valued = left.filter((one) => open(one) && hundredths(one.value) > 0n);
        const inVnd = valued.filter(({ currency }) => currency === 'VND').reduce((sum, one) => sum + hundredths(one.value), 0n);
        expect(hundredths(found.pipeline.total)).toBe(inVnd);
        expect(found.pipeline.without_value).toBe(left.filter(open).length - valued.length);
        expect(found.pipeline.without_rate.map((row) => [row.currency, row.projects, hundredths(row.amount)])).toEqual(
          ['EUR', 'USD'].flatMap((currency) => {
            const of = valued.filter((one) => one.currency === currency);
            return of.length === 0 ? [] : [[currency, of.length, of.reduce((sum, one) => sum + hundredths(one.value), 0n)]];
          }),
        );
        const all = readAtRisk(world.replica, reckoning, 100);
        expect(all).toHaveLength(found.stages.reduce((sum, stage) => sum + stage.at_risk, 0));
        expect(readAtRisk(world.replica, reckoning, 3)).toEqual(all.slice(0, 3));
      }),
      { numRuns: 150 },
    );
  });

  it('leave nothing behind of projects that are gone', () => {
    world.addStages([{ id: 'stage-0', days: 3, is_active: true }]);
    const one = { id: 'p', status: 'active', stage: 'stage-0', currency: 'VND', value: '5.00', due: '2026-03-10', delivered: null, entered_at: '2026-03-01 08:00:00+00' };
    world.addProject(one);
    world.addProject({ ...one, status: 'completed', delivered: '2026-03-09' });
    world.removeProject('p');
    for (const table of ['open_project_totals', 'stage_age_totals']) {
      expect(world.replica.read.prepare(`select * from ${table}`).all()).toEqual([]);
    }
  });

  it('tell how long stages took in the last twelve months', () => {
    world.addStages([{ id: 'stage-0', days: 3, is_active: true }]);
    world.addPassage('stage-0', '2025-03-31 23:00:00+00', 900 * 86_400);
    world.addPassage('stage-0', '2025-04-01 00:00:00+00', 2 * 86_400);
    world.addPassage('stage-0', '2026-03-14 00:00:00+00', 5 * 86_400);
    expect(figures().stages).toMatchObject([{ passages: 2, average_passage_days: 3.5 }]);
    expect(figures().months.map(({ month }) => month)).toEqual([
      '2025-04', '2025-05', '2025-06', '2025-07', '2025-08', '2025-09', '2025-10', '2025-11', '2025-12', '2026-01', '2026-02', '2026-03',
    ]);
  });
});

describe('the value of the pipeline', () => {
  const worth = (id: string, currency: string, value: string): void => {
    world.addProject({ id, status: 'active', stage: 'stage-0', currency, value, due: null, delivered: null, entered_at: '2026-03-01 08:00:00+00' });
  };

  beforeEach(() => {
    world.addStages([{ id: 'stage-0', days: 3, is_active: true }]);
  });

  it('is converted at the rate that holds today: not at one to come, one that was switched off, or one that was replaced', () => {
    worth('a', 'USD', '100.50');
    worth('b', 'VND', '1000.00');
    world.addRate('USD', '24000', '2025-01-01');
    world.addRate('USD', '25000.5000000000', '2026-03-15');
    world.addRate('USD', '26000', '2026-03-16');
    world.addRate('USD', '1', '2026-03-15', { is_active: false });
    world.addRate('USD', '2', '2026-03-15', { created_at: '2025-12-31 00:00:00+00' });
    expect(figures().pipeline).toEqual({
      currency: 'VND',
      total: '2513550.25',
      stages: [{ stage_id: 'stage-0', projects: 2, amount: '2513550.25' }],
      converted: [{ currency: 'USD', projects: 1, amount: '100.50', rate: '25000.5000000000', valid_from: '2026-03-15' }],
      without_rate: [],
      without_value: 0,
    });
  });

  it('counts amounts without a rate apart, and adds them to nothing', () => {
    worth('a', 'JPY', '900000.00');
    worth('b', 'VND', '1000.00');
    world.addRate('JPY', '170', '2026-03-16');
    expect(figures().pipeline).toMatchObject({
      total: '1000.00',
      converted: [],
      without_rate: [{ currency: 'JPY', projects: 1, amount: '900000.00' }],
    });
  });

  it('is exact to the last hundredth beyond what a float or 64 bits hold', () => {
    for (let n = 0; n < 20; n += 1) worth(`big-${n}`, 'VND', '9999999999999999.99');
    expect(figures().pipeline.total).toBe('199999999999999999.80');
  });
});

describe('on 100,000 projects', () => {
  it('no figure reads the projects one by one', () => {
    const found = world.replica.read.prepare(`explain query plan ${perhapsAtRisk}`).all({ stage_id: '', certain: '', end: '', shift: '' }) as { detail: string }[];
    expect(found.map(({ detail }) => detail)).toEqual([
      'SEARCH projects USING COVERING INDEX projects_stage_due (current_stage_id=? AND status=? AND estimated_delivery_date>? AND estimated_delivery_date<?)',
    ]);
  });
});

describe('a replica that was filled before the sums existed', () => {
  it('gets them from what it holds', () => {
    const migrations = replicaMigrations.map(({ name, sql }) => ({ name, sql: sql.replaceAll('--> statement-breakpoint', '') }));
    const own = migrations.findIndex(({ name }) => name.startsWith('0008'));
    const older = new Database(':memory:');
    for (const { sql } of migrations.slice(0, own)) older.exec(sql);
    world.addStages([{ id: 'stage-0', days: 3, is_active: true }]);
    const one = { status: 'active', stage: 'stage-0', currency: 'VND', value: '5.25', due: '2026-03-10', delivered: null, entered_at: '2026-03-01 08:00:00+00' };
    world.addProject({ ...one, id: 'a' });
    world.addProject({ ...one, id: 'b', value: '9999999999999999.99' });
    world.addProject({ ...one, id: 'c', status: 'on_hold', value: null, due: null, currency: 'USD' });
    world.addProject({ ...one, id: 'd', status: 'completed', delivered: '2026-03-11' });
    world.addPassage('stage-0', '2026-02-01 00:00:00+00', 86_400);
    older.pragma('foreign_keys = OFF');
    for (const table of ['projects', 'project_stage_history']) {
      for (const row of world.replica.read.prepare(`select * from ${table}`).all() as Record<string, unknown>[]) {
        const names = Object.keys(row).filter((name) => (older.pragma(`table_info(${table})`) as { name: string }[]).some((column) => column.name === name));
        older.prepare(`insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`).run(names.map((name) => row[name]));
      }
    }
    older.exec(migrations[own]?.sql ?? '');
    for (const [table, count] of [['open_project_totals', 'projects'], ['stage_age_totals', 'projects'], ['delivery_totals', 'projects'], ['stage_passage_totals', 'passages']]) {
      const rows = older.prepare(`select * from ${table}`).all();
      expect(rows.length).toBeGreaterThan(0);
      expect(rows).toEqual(world.replica.read.prepare(`select * from ${table} where ${count} > 0`).all());
    }
    older.close();
  });
});
