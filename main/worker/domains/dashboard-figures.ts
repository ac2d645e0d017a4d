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

interface AgeCount {
  stage_id: string;
  entered_on: string;
  projects: number;
}

function readStageFigures(replica: Replica, reckoning: Reckoning, firstMonth: string): StageFigures[] {
  const { read } = replica;
  const stages = readStages(replica, false);
  const open = prepared(
    read,
    `select stage_id, status, sum(projects) as projects, sum(case when due <> '' and due < ? then projects else 0 end) as overdue
       from open_project_totals group by stage_id, status`,
  ).all(reckoning.today) as OpenCount[];
  const ages = prepared(read, 'select stage_id, entered_on, projects from stage_age_totals').all() as AgeCount[];
  const passages = prepared(
    read,
    'select stage_id, sum(passages) as passages, sum(seconds) as seconds from stage_passage_totals where month >= ? group by stage_id',
  ).all(firstMonth) as { stage_id: string; passages: number; seconds: number }[];
  const atRisk = new Map<string, number>();
  for (const group of readAtRisk(replica, stages, reckoning)) {
    atRisk.set(group.stage_id, (atRisk.get(group.stage_id) ?? 0) + group.projects);
  }
  const today = dayNumber(reckoning.todayUtc);
  return stages
    .map((stage): StageFigures => {
      const here = open.filter(({ stage_id }) => stage_id === stage.id);
      const count = (status: OpenCount['status']): number => here.find((row) => row.status === status)?.projects ?? 0;
      const age = ageOf(ages.filter(({ stage_id }) => stage_id === stage.id), today, stage.estimated_duration_days);
      const passed = passages.find(({ stage_id }) => stage_id === stage.id);
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
        over_estimate: age.over,
        average_age_days: age.average,
        passages: passed?.passages ?? 0,
        average_passage_days: passed && passed.passages > 0 ? passed.seconds / passed.passages / 86_400 : null,
      };
    })
    // A stage that was switched off is told of while something stands in it.
    .filter((stage) => stage.is_active || stage.active + stage.on_hold > 0);
}

function ageOf(rows: readonly AgeCount[], today: number, estimate: number | null): { over: number; average: number | null } {
  let projects = 0;
  let days = 0;
  let over = 0;
  for (const row of rows) {
    const age = Math.max(0, today - dayNumber(row.entered_on));
    projects += row.projects;
    days += age * row.projects;
    if (estimate !== null && age > estimate) over += row.projects;
  }
  return { over, average: projects === 0 ? null : days / projects };
}

export interface AtRiskGroup {
  status: string;
  due: string;
  stage_id: string;
  stage_entered_at: string;
  projects: number;
}

/**
 * Open projects that are due before their stages can be done: what remains of the estimate of the present one, and all of
 * the active ones behind it. In the order of their dates.
 */
export function readAtRisk(replica: Replica, stages: Stages, { today, todayUtc }: Reckoning): AtRiskGroup[] {
  const estimates = new Map<string, { own: number; behind: number }>();
  let behind = 0;
  for (const stage of stages.toReversed()) {
    const own = stage.estimated_duration_days ?? 0;
    estimates.set(stage.id, { own, behind });
    if (stage.is_active) behind += own;
  }
  const longest = Math.max(0, ...Array.from(estimates.values(), (estimate) => estimate.own + estimate.behind));
  const first = dayNumber(today);
  const groups = prepared(
    replica.read,
    `select status, estimated_delivery_date as due, current_stage_id as stage_id, stage_entered_at, count(*) as projects
       from projects indexed by projects_due
      where status in ('active', 'on_hold') and estimated_delivery_date >= ? and estimated_delivery_date < ?
      group by status, estimated_delivery_date, current_stage_id, stage_entered_at`,
  ).all(today, dayOf(first + longest)) as AtRiskGroup[];
  const utc = dayNumber(todayUtc);
  return groups
    .filter(({ stage_id, stage_entered_at, due }) => {
      const estimate = estimates.get(stage_id);
      if (!estimate) return false;
      const spent = Math.max(0, utc - dayNumber(stage_entered_at.slice(0, 10)));
      return dayNumber(due) - first < Math.max(0, estimate.own - spent) + estimate.behind;
    })
    .sort((one, other) => (one.due < other.due ? -1 : one.due > other.due ? 1 : 0));
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
      return rate ? [{ ...amount, ...rate }] : [];
    }),
    without_rate: amounts.filter(({ currency }) => !rates.has(currency)),
    without_value: withoutValue,
  };
}

function add(sums: Map<string, { projects: number; hundredths: bigint }>, key: string, projects: number, hundredths: bigint): void {
  const before = sums.get(key) ?? { projects: 0, hundredths: 0n };
  sums.set(key, { projects: before.projects + projects, hundredths: before.hundredths + hundredths });
}
