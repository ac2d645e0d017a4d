import type { ChildProcess } from 'node:child_process';
import type { DemoCentral } from '../../db/testing/demo-central.ts';
import { exitCodeOf } from '../lib/node.mjs';
import { startScript } from '../lib/run-ts.mjs';
import { percentile, rounded, type Figures } from './figures.ts';
import { addOrganization, dropPeople, type FleetOrganization } from './fleet-central.ts';
import type { FleetOrders, Part } from './fleet-orders.ts';
import { ServerLoad } from './server-load.ts';

export interface FleetOptions {
  desktops: number;
  organizations: number;
  editsPerSecond: number;
  seconds: number;
  /** False: wake-ups are switched off at the centre, and polling alone remains. */
  wakeUps: boolean;
  /** How many pulls a second wake-ups may cause; absent, what the centre has by itself. */
  wakePulls?: number;
}

/** The fleet's own work is spread over as many processes as desktops of one organization can be shared out to. */
const PROCESSES = 2;
/** After the last edit: until every desktop must hold everything. */
const QUIET_LIMIT_MS = 60_000;

/**
 * Many desktops at one centre: all connect in one moment, as after a power cut, then people edit at a steady rate.
 * A desktop lags from the beginning of the transaction that wrote a row until it holds the row.
 */
export async function fleet(central: DemoCentral, options: FleetOptions): Promise<Figures> {
  const { organizations, seconds, editsPerSecond, wakeUps, wakePulls } = options;
  const processes: FleetProcess[] = [];
  try {
    const edits = seconds * editsPerSecond;
    const size = { people: Math.ceil(options.desktops / organizations), projects: Math.ceil(edits / organizations) };
    const places: FleetOrganization[] = [];
    for (let number = 0; number < organizations; number++) places.push(await addOrganization(central, number, size));
    const { client } = central;
    const { rows: settings } = await client.query<{ wake_pulls_per_s: number }>(
      'update sync.instance set notify_enabled = $1, wake_pulls_per_s = coalesce($2, wake_pulls_per_s) returning wake_pulls_per_s',
      [wakeUps, wakePulls],
    );

    for (let number = 0; number < PROCESSES; number++) {
      const desktops = places.flatMap(({ people }, organization) =>
        people.filter((_, index) => index % PROCESSES === number).map((email) => ({ email, organization })),
      );
      processes.push(await FleetProcess.start({ server: central.address, desktops }));
    }
    const connectAll = () => Promise.all(processes.map((process) => process.carryOut('connect', process.part)));
    const disconnectAll = () => Promise.all(processes.map((process) => process.carryOut('disconnect', null)));

    // A roll-out first: from then on the centre knows how many desktops there are.
    await connectAll();
    await disconnectAll();

    const load = await ServerLoad.of(client);
    const storm = await connectAll();
    const inStepMs = storm.flatMap((report) => report.inStepMs);
    const connections = await countDesktops(central);

    const turns = places.flatMap(({ projects }, organization) => projects.map((id, index) => ({ id, organization, index })));
    turns.sort((a, b) => a.index - b.index || a.organization - b.organization);
    const begun = { at: performance.now(), cpu: load?.cpuSeconds() ?? Number.NaN };
    const answered = await Promise.all(
      processes.map((process, number) =>
        process.carryOut('edit', {
          projects: turns.slice(0, edits).filter((_, index) => index % PROCESSES === number),
          everyMs: (1_000 * PROCESSES) / editsPerSecond,
        }),
      ),
    );
    const took = (performance.now() - begun.at) / 1_000;
    const serverCpu = (load?.cpuSeconds() ?? Number.NaN) - begun.cpu;
    const memoryMb = load?.memoryMb() ?? Number.NaN;

    const edited = places.map((_, organization) => turns.slice(0, edits).filter((turn) => turn.organization === organization).length);
    const seen = await Promise.all(processes.map((process) => process.carryOut('collect', { edited, limitMs: QUIET_LIMIT_MS })));
    const lag = seen.flatMap(({ lagMs }) => [...lagMs]);
    const pushMs = answered.flatMap((report) => report.pushMs);
    const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
    await disconnectAll();
    return {
      wake_ups: wakeUps ? 'on' : 'off',
      wake_pulls_per_s: settings[0]?.wake_pulls_per_s ?? Number.NaN,
      desktops: sum(processes.map(({ part }) => part.desktops.length)),
      organizations,
      connections,
      storm_in_step: inStepMs.length,
      storm_p50_ms: rounded(percentile(inStepMs, 0.5)),
      storm_last_ms: rounded(Math.max(...inStepMs)),
      storm_failures: JSON.stringify(merged(storm.map((report) => report.failures))),
      edits: pushMs.length,
      edits_per_s: rounded(pushMs.length / took),
      answers: JSON.stringify(merged(answered.map((report) => report.answers))),
      push_p50_ms: rounded(percentile(pushMs, 0.5)),
      push_p95_ms: rounded(percentile(pushMs, 0.95)),
      lag_p50_ms: rounded(percentile(lag, 0.5)),
      lag_p95_ms: rounded(percentile(lag, 0.95)),
      lag_p99_ms: rounded(percentile(lag, 0.99)),
      lag_max_ms: rounded(lag.reduce((a, b) => Math.max(a, b), 0)),
      missing: sum(seen.map((report) => report.missing)),
      pulls_per_s: rounded(sum(seen.map((report) => report.pulls)) / took),
      server_cores: rounded(serverCpu / took),
      server_ms_per_edit: rounded((serverCpu * 1_000) / pushMs.length),
      server_memory_mb: rounded(memoryMb),
      fleet_cores: rounded(sum(seen.map((report) => report.cpuSeconds)) / took),
    };
  } finally {
    await Promise.all(processes.map((process) => process.end()));
    await dropPeople(central);
  }
}

async function countDesktops({ client }: DemoCentral): Promise<number> {
  const { rows } = await client.query<{ n: string }>(
    "select count(*) as n from pg_stat_activity where datname = current_database() and application_name = 'Factory Pulse'",
  );
  return Number(rows[0]?.n);
}

function merged(counts: Record<string, number>[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const [key, n] of counts.flatMap((part) => Object.entries(part))) all[key] = (all[key] ?? 0) + n;
  return all;
}

/** One of the processes that play the fleet; it carries out one order after the other. */
class FleetProcess {
  readonly part: Part;
  readonly #child: ChildProcess;

  private constructor(part: Part, child: ChildProcess) {
    this.part = part;
    this.#child = child;
  }

  static async start(part: Part): Promise<FleetProcess> {
    return new FleetProcess(
      part,
      await startScript('scripts/bench/fleet-process.ts', [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' }),
    );
  }

  carryOut<Name extends keyof FleetOrders>(name: Name, order: FleetOrders[Name]['order']): Promise<FleetOrders[Name]['report']> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error('a process of the fleet has ended'));
      this.#child.once('exit', ended);
      this.#child.once('message', (report) => {
        this.#child.off('exit', ended);
        resolve(report as FleetOrders[Name]['report']);
      });
      this.#child.send({ name, order });
    });
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = exitCodeOf(this.#child);
    if (this.#child.connected) this.#child.disconnect();
    await ended;
  }
}
