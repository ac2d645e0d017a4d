import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addCaseProject, stageId, usualAddress } from '../../../db/testing/case-project.ts';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { addCaseOrganizations } from '../../../db/testing/workflow-cases.ts';
import type { Role } from '../../../shared/domain/roles.ts';
import { TestDesktop } from '../testing/desktop.ts';

let central: DemoCentral;
const desktops: TestDesktop[] = [];

async function desktopOf(role: Role): Promise<TestDesktop> {
  const desktop = new TestDesktop(central.address);
  desktops.push(desktop);
  await desktop.signIn(usualAddress(role));
  await desktop.settled();
  return desktop;
}

beforeAll(async () => {
  central = await createDemoCentral();
  await addCaseOrganizations(central.client);
});

afterAll(async () => {
  for (const desktop of desktops) await desktop.remove();
  await central.drop();
});

describe('the overview', () => {
  it('counts a move at once, before the centre has heard of it, and the same afterwards', async () => {
    const id = await addCaseProject(central.client, { role: 'management' });
    await central.client.query("update public.projects set estimated_delivery_date = current_date - 30 where id = $1", [id]);
    const desktop = await desktopOf('management');
    const inStages = async () => {
      const { stages } = await desktop.call('dashboard.figures');
      return Object.fromEntries(stages.map((stage) => [stage.id, [stage.active, stage.overdue]]));
    };
    const before = await inStages();
    expect(before[stageId('intake')]?.[1]).toBeGreaterThan(0);
    expect((await desktop.call('dashboard.urgent')).overdue.map((row) => row.id)).toContain(id);
    await desktop.call('projects.move', { id, to_stage_id: stageId('review'), reason: null });
    const shown = await inStages();
    const [active = 0, overdue = 0] = before[stageId('intake')] ?? [];
    expect(shown[stageId('intake')]).toEqual([active - 1, overdue - 1]);
    await desktop.settled();
    expect(await inStages()).toEqual(shown);
    const { rows } = await central.client.query<{ stage: string; active: number; overdue: number }>(
      `select p.current_stage_id as stage, count(*) filter (where p.status = 'active')::int as active,
              count(*) filter (where p.estimated_delivery_date < current_date)::int as overdue
         from public.projects p where p.status in ('active', 'on_hold') and p.organization_id = (select organization_id from public.projects where id = $1)
        group by 1`,
      [id],
    );
    for (const row of rows) expect(shown[row.stage]).toEqual([row.active, row.overdue]);
  });

  it('tells what people did, and not what follows from it by itself', async () => {
    const id = await addCaseProject(central.client, { role: 'management' });
    const desktop = await desktopOf('management');
    await desktop.call('projects.move', { id, to_stage_id: stageId('closing'), reason: 'Customer is waiting' });
    await desktop.call('help.endTour');
    await desktop.settled();
    const { rows } = await central.client.query<{ entity_type: string; action: string }>(
      `select distinct entity_type, action from public.activity_log where project_id = $1 or entity_type = 'users'`,
      [id],
    );
    const logged = rows.map(({ entity_type, action }) => `${entity_type} ${action}`);
    expect(logged).toEqual(expect.arrayContaining(['projects UPDATE', 'project_sub_stage_progress INSERT', 'users UPDATE']));
    const recent = await desktop.call('dashboard.activity');
    const { activity } = await desktop.call('projects.get', { id });
    for (const list of [recent, activity]) {
      const told = list.map(({ entity_type, action }) => `${entity_type} ${action}`);
      expect(told).toContain('projects UPDATE');
      expect(told).not.toContain('project_sub_stage_progress INSERT');
      expect(told).not.toContain('users UPDATE');
    }
    expect(recent.some((entry) => entry.project_id === id)).toBe(true);
  });

  it.each(['customer', 'supplier'] as const)('is not for a %s', async (role) => {
    const desktop = await desktopOf(role);
    for (const name of ['dashboard.figures', 'dashboard.urgent', 'dashboard.mine', 'dashboard.activity', 'rates.list', 'workflow.get'] as const) {
      await expect(desktop.call(name), name).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    }
  });
});

describe('the tour', () => {
  it('is seen once by a person, on whatever machine', async () => {
    const first = await desktopOf('sales');
    expect(await first.call('help.tour')).toEqual({ seen: false });
    await first.call('help.endTour');
    expect(await first.call('help.tour')).toEqual({ seen: true });
    await first.settled();
    expect(await first.call('sync.attention')).toEqual([]);
    const second = await desktopOf('sales');
    expect(await second.call('help.tour')).toEqual({ seen: true });
  });
});
