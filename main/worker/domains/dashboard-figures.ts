import type { DashboardFigures, ForeignAmount, MonthFigures, Pipeline, StageFigures } from '../../../shared/api/dashboard.ts';
import { convertHundredths, fromHundredths } from '../../../shared/domain/money.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import { readRatesOfDay } from './exchange-rates.ts';
import { readStages } from './project-rows.ts';

/*
 * What the overview counts. The sums come from tables that triggers keep (db/replica/migrations/0008_project_totals.sql);
 * only what is due in the days to come is looked up project by project, in an index.
 */

const MONTHS = 12;
const DAY_MS = 86_400_000;

export interface Reckoning {
  /** In the organization's zone. */
  today: string;
  /** In UTC, as the days on which stages were entered are kept. */
  todayUtc: string;
  currency: string;
}

const dayNumber = (day: string): number => Math.floor(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
const dayOf = (number: number): string => new Date(number * DAY_MS).toISOString().slice(0, 10);

export function readFigures(replica: Replica, reckoning: Reckoning): DashboardFigures {
  const months = lastMonths(reckoning.today);
  return {
    today: reckoning.today,
    stages: readStageFigures(replica, reckoning, months[0] ?? ''),
    months: readMonths(replica, months),
    pipeline: readPipeline(replica, reckoning),
  };
}

/** The last twelve months, the present one last. */
function lastMonths(today: string): string[] {
  const [year = 0, month = 0] = today.split('-').map(Number);
  return Array.from({ length: MONTHS }, (_, index) =>
    new Date(Date.UTC(year, month - MONTHS + index, 1)).toISOString().slice(0, 7),
  );
}

type Stages = ReturnType<typeof readStages>;

interface OpenCount {
  stage_id: string;
  status: 'active' | 'on_hold';
  projects: number;
  overdue: number;
}

const ages = `
  select a.stage_id, sum(a.projects) as projects,
         sum(a.projects * max(0, cast(julianday(:today) - julianday(a.entered_on) as integer))) as days,
         sum(case when a.entered_on < date(:today, '-' || g.estimated_duration_days || ' days') then a.projects else 0 end) as over
    from stage_age_totals a join workflow_stages g on g.id = a.stage_id group by a.stage_id`;

function readStageFigures(replica: Replica, reckoning: Reckoning, firstMonth: string): StageFigures[] {
  const { read } = replica;
  const stages = readStages(replica, false);
  const open = prepared(
    read,
    `select stage_id, status, sum(projects) as projects, sum(case when due <> '' and due < ? then projects else 0 end) as overdue
       from open_project_totals group by status, stage_id`,
  ).all(reckoning.today) as OpenCount[];
  const aged = byStage(
    prepared(read, ages).all({ today: reckoning.todayUtc }) as { stage_id: string; projects: number; days: number; over: number }[],
  );
  const passages = byStage(
    prepared(
      read,
      'select stage_id, sum(passages) as passages, sum(seconds) as seconds from stage_passage_totals where month >= ? group by stage_id',
    ).all(firstMonth) as { stage_id: string; passages: number; seconds: number }[],
  );
  const atRisk = new Map(riskWindows(stages, reckoning).map((window) => [window.stage_id, countAtRisk(replica, window)]));
  return stages
    .map((stage): StageFigures => {
      const here = open.filter(({ stage_id }) => stage_id === stage.id);
      const count = (status: OpenCount['status']): number => here.find((row) => row.status === status)?.projects ?? 0;
      const age = aged.get(stage.id);
      const passed = passages.get(stage.id);
      return {
        id: stage.id,
        name: stage.name,
        color: stage.color,
        is_active: stage.is_active,
        estimated_duration_days: stage.estimated_duration_days,
        active: count('active'),
        on_hold: count('on_hold'),
        overdue: here.reduce((sum, { overdue }) => sum + overdue, 0),
        at_risk: atRisk.get(stage.id) ?? 0,
        over_estimate: age?.over ?? 0,
        average_age_days: age && age.projects > 0 ? age.days / age.projects : null,
        passages: passed?.passages ?? 0,
        average_passage_days: passed && passed.passages > 0 ? passed.seconds / passed.passages / 86_400 : null,
      };
    })
    // A stage that was switched off is told of while something stands in it.
    .filter((stage) => stage.is_active || stage.active + stage.on_hold > 0);
}

const byStage = <Row extends { stage_id: string }>(rows: readonly Row[]): Map<string, Row> =>
  new Map(rows.map((row) => [row.stage_id, row]));

/**
 * A project is at risk where it is due before its stages can be done by their estimates: what remains of its present one,
 * and all of the active ones behind it. Due between `today` and `certain`, the stages behind alone are too long; between
 * `certain` and `end` it depends on the day on which it entered its stage, which must then lie `shift` days after the due one.
 */
interface RiskWindow {
  stage_id: string;
  today: string;
  certain: string;
  end: string;
  shift: string;
}

function riskWindows(stages: Stages, { today, todayUtc }: Reckoning): RiskWindow[] {
  const windows: RiskWindow[] = [];
  const first = dayNumber(today);
  let behind = 0;
  for (const stage of stages.toReversed()) {
    const own = stage.estimated_duration_days ?? 0;
    windows.push({
      stage_id: stage.id,
      today,
      certain: dayOf(first + behind),
      end: dayOf(first + behind + own),
      shift: `${dayNumber(todayUtc) - first - own - behind} days`,
    });
    if (stage.is_active) behind += own;
  }
  return windows;
}

const entersLate = `date(estimated_delivery_date, :shift) < substr(stage_entered_at, 1, 10)`;

const certainlyAtRisk = `
  select coalesce(sum(projects), 0) from open_project_totals
   where status in ('active', 'on_hold') and stage_id = :stage_id and due >= :today and due < :certain`;
export const perhapsAtRisk = `
  select count(*) from projects indexed by projects_stage_due
   where current_stage_id = :stage_id and status in ('active', 'on_hold')
     and estimated_delivery_date >= :certain and estimated_delivery_date < :end and ${entersLate}`;

const countAtRisk = ({ read }: Replica, window: RiskWindow): number =>
  (prepared(read, certainlyAtRisk).pluck().get(window) as number) + (prepared(read, perhapsAtRisk).pluck().get(window) as number);

const firstAtRisk = `
  select id, estimated_delivery_date as due from projects indexed by projects_stage_due
   where current_stage_id = :stage_id and status = :status and estimated_delivery_date >= :today and estimated_delivery_date < :end
     and (estimated_delivery_date < :certain or ${entersLate})
   order by estimated_delivery_date limit :most`;

/** The ids of those that are due first. */
export function readAtRisk(replica: Replica, reckoning: Reckoning, most: number): string[] {
  const rows = riskWindows(readStages(replica, false), reckoning).flatMap((window) =>
    ['active', 'on_hold'].flatMap(
      (status) => prepared(replica.read, firstAtRisk).all({ ...window, status, most }) as { id: string; due: string }[],
    ),
  );
  return rows
    .sort((one, other) => one.due.localeCompare(other.due) || one.id.localeCompare(other.id))
    .slice(0, most)
    .map(({ id }) => id);
}

function readMonths(replica: Replica, months: readonly string[]): MonthFigures[] {
  const rows = prepared(replica.read, 'select month, outcome, projects from delivery_totals where month >= ?').all(months[0]) as {
    month: string;
    outcome: 'on_time' | 'late' | 'undated';
    projects: number;
  }[];
  return months.map((month) => {
    const figures: MonthFigures = { month, on_time: 0, late: 0, undated: 0 };
    for (const row of rows) if (row.month === month) figures[row.outcome] = row.projects;
    return figures;
  });
}

interface Sum {
  stage_id: string;
  currency: string;
  projects: number;
  without_value: number;
  value_high: number;
  value_low: number;
}

const VALUE_SPLIT = 1_000_000_000n;
const hundredthsOf = (row: Pick<Sum, 'value_high' | 'value_low'>): bigint =>
  BigInt(row.value_high) * VALUE_SPLIT + BigInt(row.value_low);

/** Converted per stage and currency, so that each sum is rounded once. */
function readPipeline(replica: Replica, { today, currency: own }: Reckoning): Pipeline {
  const rows = prepared(
    replica.read,
    `select stage_id, currency, sum(projects) as projects, sum(without_value) as without_value,
            sum(value_high) as value_high, sum(value_low) as value_low
       from open_project_totals group by stage_id, currency`,
  ).all() as Sum[];
  const rates = readRatesOfDay(replica, today);
  const stages = new Map<string, { projects: number; hundredths: bigint }>();
  const foreign = new Map<string, { projects: number; hundredths: bigint }>();
  let total = 0n;
  let withoutValue = 0;
  for (const row of rows) {
    withoutValue += row.without_value;
    const projects = row.projects - row.without_value;
    if (projects === 0) continue;
    const hundredths = hundredthsOf(row);
    if (row.currency !== own) add(foreign, row.currency, projects, hundredths);
    const rate = row.currency === own ? '1' : rates.get(row.currency)?.rate;
    if (rate === undefined) continue;
    const converted = convertHundredths(hundredths, rate);
    add(stages, row.stage_id, projects, converted);
    total += converted;
  }
  const amounts = Array.from(foreign, ([currency, sum]): ForeignAmount => ({
    currency,
    projects: sum.projects,
    amount: fromHundredths(sum.hundredths),
  })).sort((one, other) => one.currency.localeCompare(other.currency));
  return {
    currency: own,
    total: fromHundredths(total),
    stages: Array.from(stages, ([stage_id, sum]) => ({ stage_id, projects: sum.projects, amount: fromHundredths(sum.hundredths) })),
    converted: amounts.flatMap((amount) => {
      const rate = rates.get(amount.currency);
      return rate ? [{ ...amount, rate: rate.rate, valid_from: rate.valid_from }] : [];
    }),
    without_rate: amounts.filter(({ currency }) => !rates.has(currency)),
    without_value: withoutValue,
  };
}

function add(sums: Map<string, { projects: number; hundredths: bigint }>, key: string, projects: number, hundredths: bigint): void {
  const before = sums.get(key) ?? { projects: 0, hundredths: 0n };
  sums.set(key, { projects: before.projects + projects, hundredths: before.hundredths + hundredths });
}
