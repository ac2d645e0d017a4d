import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addCaseProject, stageId, usualAddress } from '../../../db/testing/case-project.ts';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { addCaseOrganizations } from '../../../db/testing/workflow-cases.ts';
import type { Role } from '../../../shared/domain/roles.ts';
import type { SubStageRow } from '../../../shared/api/projects.ts';
import { parseTimestamp } from '../../../shared/domain/timestamps.ts';
import { TestDesktop, waitFor } from '../testing/desktop.ts';

let central: DemoCentral;
const desktops = new Map<Role, TestDesktop>();
const roles = ['management', 'qa', 'sales', 'engineering'] as const;

const of = (role: (typeof roles)[number]): TestDesktop => desktops.get(role) as TestDesktop;

beforeAll(async () => {
  central = await createDemoCentral();
  await addCaseOrganizations(central.client);
  for (const role of roles) {
    const desktop = new TestDesktop(central.address);
    desktops.set(role, desktop);
    await desktop.signIn(usualAddress(role));
    await desktop.settled();
  }
});

afterAll(async () => {
  for (const desktop of desktops.values()) await desktop.remove();
  await central.drop();
});

/** The project of this test. */
let id: string;

beforeEach(async () => {
  id = await addCaseProject(central.client);
});

/** Waits until a desktop has what the centre has. */
async function seen(desktop: TestDesktop): Promise<void> {
  await waitFor(async () => desktop.call('projects.get', { id }).catch(() => null), 'the project');
  await desktop.settled();
}

async function stored(): Promise<Record<string, unknown>> {
  const { rows } = await central.client.query<Record<string, unknown>>(
    `select title, status, customer_id, assigned_to, estimated_value::text, currency, tags, metadata from public.projects where id = $1`,
    [id],
  );
  return rows[0] ?? {};
}

const personId = async (role: Role): Promise<string> => {
  const { rows } = await central.client.query<{ id: string }>('select id from public.users where email = $1', [usualAddress(role)]);
  return rows[0]?.id ?? '';
};

describe('the facts of a project', () => {
  it('are edited one by one, and the centre takes every one of them', async () => {
    const desktop = of('management');
    await seen(desktop);
    const [customer] = await desktop.call('project.customers', {});
    const owner = await personId('qa');
    const patch = { customer_id: customer?.id ?? null, assigned_to: owner, estimated_value: '85000000.50', currency: 'USD', tags: ['gấp', 'CNC'] };
    for (const [column, value] of Object.entries(patch)) await desktop.call('project.edit', { id, patch: { [column]: value } });
    await desktop.settled();
    expect(await stored()).toMatchObject(patch);
    const { project } = await desktop.call('projects.get', { id });
    expect(project).toMatchObject({ ...patch, assigned_name: expect.any(String) as string });
  });

  it('are undone to what they were, and not where somebody changed them since', async () => {
    const desktop = of('management');
    await seen(desktop);
    const { project } = await desktop.call('projects.get', { id });
    await desktop.call('project.edit', { id, patch: { title: 'Sửa nhầm' } });
    await desktop.call('project.edit', { id, patch: { title: project.title }, expected: { title: 'Sửa nhầm' } });
    expect((await desktop.call('projects.get', { id })).project.title).toBe(project.title);

    await desktop.call('project.edit', { id, patch: { tags: ['một'] } });
    await desktop.call('project.edit', { id, patch: { tags: ['một', 'hai'] } });
    await expect(desktop.call('project.edit', { id, patch: { tags: [] }, expected: { tags: ['một'] } })).rejects.toMatchObject({
      code: 'EDIT_OVERTAKEN',
      details: { column: 'tags' },
    });
    expect((await desktop.call('projects.get', { id })).project.tags).toEqual(['một', 'hai']);
  });

  it('keep value and customer from the confirmed order on', async () => {
    id = await addCaseProject(central.client, { stage: 'order_confirmed' });
    const desktop = of('management');
    await seen(desktop);
    const clear = (patch: Record<string, null | string>) => desktop.call('project.edit', { id, patch });
    await expect(clear({ estimated_value: null })).rejects.toMatchObject({ code: 'ORDER_INCOMPLETE', details: { missing: ['VALUE_REQUIRED'] } });
    await expect(clear({ estimated_value: '0.00' })).rejects.toMatchObject({ code: 'ORDER_INCOMPLETE' });
    await expect(clear({ customer_id: null })).rejects.toMatchObject({ code: 'ORDER_INCOMPLETE', details: { missing: ['CUSTOMER_REQUIRED'] } });
    await clear({ estimated_value: '2.00' });
    await desktop.settled();
    expect(await stored()).toMatchObject({ estimated_value: '2.00' });
  });

  it('may lose both before there is an order, and an order that lacks both gets one after the other', async () => {
    const desktop = of('management');
    await seen(desktop);
    const { project } = await desktop.call('projects.get', { id });
    await desktop.call('project.edit', { id, patch: { estimated_value: null } });
    await desktop.call('project.edit', { id, patch: { customer_id: null } });
    await desktop.settled();
    expect(await stored()).toMatchObject({ estimated_value: null, customer_id: null });

    id = await addCaseProject(central.client, { stage: 'order_confirmed', value: null, hasCustomer: false });
    await seen(desktop);
    await desktop.call('project.edit', { id, patch: { customer_id: project.customer_id } });
    await desktop.call('project.edit', { id, patch: { estimated_value: '5.00' } });
    await desktop.settled();
    expect(await stored()).toMatchObject({ estimated_value: '5.00', customer_id: project.customer_id });
  });

  it('are given to active staff by managers and by whoever has the project, and by nobody else', async () => {
    const [qa, management] = [of('qa'), of('management')];
    await seen(qa);
    await seen(management);
    const [manager, owner] = [await personId('management'), await personId('qa')];
    expect((await qa.call('projects.get', { id })).can_assign).toBe(false);
    await expect(qa.call('project.edit', { id, patch: { assigned_to: owner } })).rejects.toMatchObject({
      code: expect.stringMatching(/^(ASSIGN|EDIT)_NOT_ALLOWED$/) as string,
    });
    await expect(management.call('project.edit', { id, patch: { assigned_to: await personId('customer') } })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    await management.call('project.edit', { id, patch: { assigned_to: owner } });
    await management.settled();
    await waitFor(async () => ((await qa.call('projects.get', { id })).can_assign ? true : null), 'the project to be theirs');
    await qa.call('project.edit', { id, patch: { assigned_to: manager } });
    await qa.settled();
    expect(await stored()).toMatchObject({ assigned_to: manager });
  });

  it('are held, cancelled and taken up again, with a reason that stays while it holds', async () => {
    const desktop = of('management');
    await seen(desktop);
    await expect(desktop.call('project.setStatus', { id, status: 'on_hold', reason: '  ' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await desktop.call('project.setStatus', { id, status: 'on_hold', reason: 'Chờ khách đặt cọc' });
    await desktop.settled();
    expect(await stored()).toMatchObject({ status: 'on_hold', metadata: { status_reason: 'Chờ khách đặt cọc' } });
    await desktop.call('project.setStatus', { id, status: 'active' });
    await desktop.settled();
    const now = await stored();
    expect(now).toMatchObject({ status: 'active' });
    expect(now['metadata']).not.toHaveProperty('status_reason');
    const { activity } = await desktop.call('projects.get', { id });
    expect(activity.flatMap(({ changes }) => changes)).toContainEqual({ column: 'status_reason', before: null, after: 'Chờ khách đặt cọc' });
    await central.client.query(
      `begin; set local factory_pulse.maintenance = 'on'; update public.projects set status = 'completed' where id = '${id}'; commit`,
    );
    await waitFor(async () => ((await desktop.call('projects.get', { id })).project.status === 'completed' ? true : null), 'completed');
    await expect(desktop.call('project.setStatus', { id, status: 'cancelled', reason: 'x' })).rejects.toMatchObject({ code: 'STATUS_NOT_ALLOWED' });
  });
});

describe('a step', () => {
  const steps = async (desktop: TestDesktop): Promise<SubStageRow[]> => {
    const { sub_stages } = await desktop.call('projects.get', { id });
    return sub_stages.filter(({ workflow_stage_id }) => workflow_stage_id === stageId('intake'));
  };

  it('is given to somebody who then may set it, and keeps its notes', async () => {
    id = await addCaseProject(central.client, { progress: {} });
    const [management, engineering] = [of('management'), of('engineering')];
    await seen(management);
    await seen(engineering);
    const step = (await steps(engineering)).find(({ can_edit, requires_approval }) => !can_edit && !requires_approval);
    expect(step, 'a step that engineering may not edit').toBeDefined();
    const sub_stage_id = step?.id ?? '';
    await expect(engineering.call('project.editStep', { id, sub_stage_id, patch: { notes: 'x' } })).rejects.toMatchObject({
      code: 'SUB_STAGE_NOT_ALLOWED',
    });
    const engineer = await personId('engineering');
    await management.call('project.editStep', { id, sub_stage_id, patch: { assigned_to: engineer, notes: 'Gọi lại cho khách' } });
    await management.settled();
    const mine = await waitFor(
      async () => (await steps(engineering)).find((one) => one.id === sub_stage_id && one.assigned_to === engineer) ?? null,
      'the step',
    );
    expect(mine).toMatchObject({ notes: 'Gọi lại cho khách', can_edit: true, status: 'pending' });
    await engineering.call('projects.setProgress', { id, sub_stage_id, status: 'completed' });
    await engineering.settled();
    expect((await steps(engineering)).find((one) => one.id === sub_stage_id)).toMatchObject({ status: 'completed', notes: 'Gọi lại cho khách' });
  });

  it('is not taken back from whoever got it since', async () => {
    const management = of('management');
    await seen(management);
    const [first, second] = [await personId('qa'), await personId('sales')];
    const [step] = await steps(management);
    const give = (assigned_to: string | null, expected: { assigned_to: string } | null = null) =>
      management.call('project.editStep', { id, sub_stage_id: step?.id ?? '', patch: { assigned_to }, expected });
    await give(first);
    await give(second);
    await expect(give(null, { assigned_to: first })).rejects.toMatchObject({ code: 'EDIT_OVERTAKEN' });
    await give(null, { assigned_to: second });
    expect((await steps(management))[0]?.assigned_to).toBeNull();
    await expect(give(await personId('supplier'))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('is due by the estimates of its stage, and of no other', async () => {
    await central.client.query(
      `begin; set local factory_pulse.maintenance = 'on';
       update public.workflow_sub_stages set estimated_duration_hours = 5 where workflow_stage_id = '${stageId('intake')}'; commit`,
    );
    const desktop = of('management');
    await seen(desktop);
    const found = await waitFor(async () => {
      const { project, sub_stages } = await desktop.call('projects.get', { id });
      const present = sub_stages.filter(({ workflow_stage_id }) => workflow_stage_id === project.current_stage_id);
      return present.every(({ estimated_duration_hours }) => estimated_duration_hours === 5) ? { project, sub_stages, present } : null;
    }, 'the estimates');
    const entered = parseTimestamp(found.project.stage_entered_at ?? '').getTime();
    expect(found.present.map(({ due_at }) => (parseTimestamp(due_at ?? '').getTime() - entered) / 3_600_000)).toEqual(
      found.present.map((_, index) => 5 * (index + 1)),
    );
    expect(found.sub_stages.filter((step) => !found.present.includes(step) && step.due_at !== null)).toEqual([]);
  });
});

describe('the team of a project', () => {
  it('is formed by managers, and gives and takes the right to edit', async () => {
    id = await addCaseProject(central.client, { stage: 'intake' });
    const [management, engineering] = [of('management'), of('engineering')];
    await seen(management);
    await seen(engineering);
    const user_id = await personId('engineering');
    await expect(engineering.call('project.setMember', { id, user_id, part: 'member' })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect((await engineering.call('projects.get', { id })).can_edit).toBe(false);

    const theirs = async () => (await management.call('project.team', { id })).filter((member) => member.user_id === user_id);
    await management.call('project.setMember', { id, user_id, part: 'lead' });
    expect(await theirs()).toMatchObject([{ part: 'lead', role: 'engineering', pending: true, assigned_by_name: 'management' }]);
    expect((await management.call('projects.get', { id })).project.sync.pending).toBe(1);
    await management.settled();
    await waitFor(async () => ((await engineering.call('projects.get', { id })).can_edit ? true : null), 'the right to edit');

    await management.call('project.setMember', { id, user_id, part: 'excluded' });
    await management.settled();
    await waitFor(async () => ((await engineering.call('projects.get', { id })).can_edit ? null : true), 'no right to edit');
    expect(await theirs()).toMatchObject([{ part: 'excluded', pending: false }]);

    await management.call('project.removeMember', { id, user_id });
    await management.settled();
    expect(await theirs()).toEqual([]);
    // A person who was there before comes back in the same row.
    await management.call('project.setMember', { id, user_id, part: 'member' });
    await management.settled();
    const { rows } = await central.client.query('select role, is_active from public.project_assignments where project_id = $1 and user_id = $2', [id, user_id]);
    expect(rows).toEqual([{ role: 'member', is_active: true }]);
  });
});

describe('what hangs on a project', () => {
  /** One record of every kind, for the project of this test. */
  async function addRecords(): Promise<void> {
    await central.client.query(
      `begin; set local factory_pulse.maintenance = 'on';
       with project as (select id, organization_id from public.projects where id = '${id}'),
       supplier as (insert into public.contacts (organization_id, type, company_name)
         select organization_id, 'supplier', 'Thép Bắc Việt' from project returning id),
       document as (insert into public.documents (organization_id, project_id, title, version, is_current_version)
         select organization_id, id, 'Bản vẽ', 3, true from project),
       review as (insert into public.reviews (organization_id, project_id, review_type, status)
         select organization_id, id, 'engineering', 'pending' from project),
       rfq as (insert into public.supplier_rfqs (organization_id, project_id, supplier_id, rfq_number, title, status)
         select p.organization_id, p.id, s.id, 'RFQ-1', 'Thép tấm', 'sent' from project p, supplier s returning *),
       quote as (insert into public.supplier_quotes (organization_id, supplier_rfq_id, supplier_id, quote_number, status, total_amount, currency)
         select organization_id, id, supplier_id, 'BG-1', 'submitted', 1250.5, 'USD' from rfq),
       bought as (insert into public.purchase_orders (organization_id, project_id, supplier_id, po_number, status, total_amount)
         select p.organization_id, p.id, s.id, 'PO-1', 'sent', 99 from project p, supplier s)
       insert into public.production_orders (organization_id, project_id, order_number, title, status, quantity)
         select organization_id, id, 'LSX-1', 'Gia công trục', 'planned', 4 from project; commit`,
    );
  }

  it('is listed by kind, as far as the role reads it', async () => {
    await addRecords();
    const [management, engineering] = [of('management'), of('engineering')];
    await seen(management);
    await seen(engineering);
    const related = await waitFor(async () => {
      const found = await management.call('project.related', { id });
      return Object.values(found).every(({ total }) => total === 1) ? found : null;
    }, 'the records');
    expect(related).toMatchObject({
      documents: { rows: [{ title: 'Bản vẽ', version: 3, is_current: true, status: null }] },
      reviews: { rows: [{ code: 'engineering', status: 'pending' }] },
      supplier_rfqs: { rows: [{ code: 'RFQ-1', title: 'Thép tấm', status: 'sent', who: 'Thép Bắc Việt' }] },
      supplier_quotes: { rows: [{ code: 'BG-1', title: 'Thép tấm', amount: '1250.50', currency: 'USD' }] },
      purchase_orders: { rows: [{ code: 'PO-1', amount: '99.00', who: 'Thép Bắc Việt' }] },
      production_orders: { rows: [{ code: 'LSX-1', title: 'Gia công trục', status: 'planned' }] },
    });
    expect(Object.keys(await engineering.call('project.related', { id }))).toEqual([
      'documents',
      'reviews',
      'supplier_rfqs',
      'production_orders',
    ]);
  });
});

describe('customers to choose from', () => {
  it('are found by any word of their name without diacritics, and are no suppliers', async () => {
    const desktop = of('management');
    const { rows } = await central.client.query<{ organization_id: string }>('select organization_id from public.users where email = $1', [
      usualAddress('management'),
    ]);
    await central.client.query(
      `insert into public.contacts (organization_id, type, company_name) values
         ($1, 'customer', 'Công ty Cơ khí Động Cơ Đông Á'), ($1, 'supplier', 'Thép Động Cơ Bắc')`,
      [rows[0]?.organization_id],
    );
    await waitFor(async () => {
      const found = await desktop.call('project.customers', { search: 'dong A co' });
      return found.map(({ company_name }) => company_name).join() === 'Công ty Cơ khí Động Cơ Đông Á' ? true : null;
    }, 'the new customer alone');
    expect(await desktop.call('project.customers', { search: 'bac' })).toEqual([]);
  });
});
