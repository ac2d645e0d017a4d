import { setTimeout as delay } from 'node:timers/promises';
import { parseServerAddress } from '../../main/worker/sync/server-address.ts';
import type { Edits, FleetMessage, FleetOrders, Part } from './fleet-orders.ts';
import { LightDesktop } from './light-desktop.ts';

/* A part of the fleet, in a process of its own: what desktops cost is not the server's cost. */

interface Member {
  desktop: LightDesktop;
  organization: number;
  /** Edited projects that came from others. */
  received: number;
  own: Set<string>;
}

/** An edit whose answer does not come in this time never gets one. */
const ANSWER_LIMIT_MS = 60_000;
const IN_STEP_LIMIT_MS = 120_000;

const fleet: Member[] = [];
let lagMs: number[] = [];
let pulls = 0;
let cpu = process.cpuUsage();
let connectedAt = 0;
let inStepMs: number[] = [];
let failures: Record<string, number> = {};
let pushMs: number[] = [];
let answers: Record<string, number> = {};

const orders: { [Name in keyof FleetOrders]: (order: FleetOrders[Name]['order']) => Promise<FleetOrders[Name]['report']> } = {
  async connect(part) {
    if (fleet.length === 0) assemble(part);
    [connectedAt, inStepMs, failures] = [performance.now(), [], {}];
    for (const { desktop } of fleet) desktop.start();
    await until(() => inStepMs.length >= fleet.length, IN_STEP_LIMIT_MS);
    return { inStepMs, failures };
  },

  async edit({ projects, everyMs }) {
    [lagMs, pulls, cpu, pushMs, answers] = [[], 0, process.cpuUsage(), [], {}];
    for (const member of fleet) [member.received, member.own] = [0, new Set()];
    planEdits({ projects, everyMs });
    await until(() => pushMs.length >= projects.length, projects.length * everyMs + ANSWER_LIMIT_MS);
    return { answers, pushMs };
  },

  async collect({ edited, limitMs }) {
    const missing = (): number =>
      fleet.reduce((sum, { organization, received, own }) => sum + Math.max(0, (edited[organization] ?? 0) - received - own.size), 0);
    await until(() => missing() === 0, limitMs);
    const { user, system } = process.cpuUsage(cpu);
    return { lagMs: Float64Array.from(lagMs), missing: missing(), pulls, cpuSeconds: (user + system) / 1e6 };
  },

  async disconnect() {
    await Promise.all(fleet.map(({ desktop }) => desktop.stop()));
    return null;
  },
};

function assemble({ server, desktops }: Part): void {
  const endpoint = parseServerAddress({ url: server, ca: null });
  for (const { email, organization } of desktops) {
    const desktop = new LightDesktop(endpoint, email, {
      inStep: () => inStepMs.push(performance.now() - connectedAt),
      failed: (code) => count(failures, code),
      pulled: () => (pulls += 1),
      answered: (status, ms) => {
        count(answers, status);
        pushMs.push(ms);
      },
      received: (projectId, ms) => {
        if (member.own.has(projectId)) return;
        member.received += 1;
        lagMs.push(ms);
      },
    });
    const member: Member = { desktop, organization, received: 0, own: new Set() };
    fleet.push(member);
  }
}

/** Every edit by another person of the project's organization, in turn; a late one holds no other up. */
function planEdits({ projects, everyMs }: Edits): void {
  for (const [index, { id, organization }] of projects.entries()) {
    const people = fleet.filter((member) => member.organization === organization);
    const member = people[(index * 7) % people.length];
    if (!member) throw new Error('an organization without people in this part of the fleet');
    setTimeout(() => {
      member.own.add(id);
      member.desktop.edit(id, `Lượt ${index}`);
    }, index * everyMs);
  }
}

const count = (counts: Record<string, number>, key: string): void => void (counts[key] = (counts[key] ?? 0) + 1);

async function until(holds: () => boolean, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  while (!holds() && performance.now() < end) await delay(20);
}

// The bench is gone, in whatever way: nothing is left to be done.
process.on('disconnect', () => process.exit(0));
process.on('message', ({ name, order }: FleetMessage) => {
  const carryOut = orders[name] as (order: unknown) => Promise<unknown>;
  void carryOut(order).then((report) => process.send?.(report));
});
