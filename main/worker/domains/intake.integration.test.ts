import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import type { Input } from '../../../shared/api/index.ts';
import type { IntakeDraft } from '../../../shared/api/intake.ts';
import { TestDesktop } from '../testing/desktop.ts';

let central: DemoCentral;
const desktops: TestDesktop[] = [];

async function desktopOf(mailbox: string): Promise<TestDesktop> {
  const created = new TestDesktop(central.address);
  desktops.push(created);
  await created.signIn(`${mailbox}@factorypulse.vn`);
  await created.settled();
  return created;
}

beforeAll(async () => {
  central = await createDemoCentral();
});

afterAll(async () => {
  for (const one of desktops) await one.remove();
  await central.drop();
});

type Inquiry = Input<'projects.create'>;

const inquiry = (more: Partial<Inquiry> = {}): Inquiry => ({ intake_type: 'rfq', title: 'Vỏ hộp số nhôm đúc', currency: 'VND', ...more });

const draft = (title: string): IntakeDraft => ({
  customer_id: null,
  customer: 'Toyo',
  new_customer: null,
  title,
  quantity: 'một nghìn',
  material: '',
  price: '',
  currency: 'VND',
  delivery_date: null,
  tags: [],
  notes: '😀 مرحبا',
  source: '',
  links: '',
  files: '',
  attachments: [],
});

const codeInCentre = async (id: string): Promise<string | undefined> =>
  (await central.client.query<{ project_id: string }>('select project_id from public.projects where id = $1', [id])).rows[0]?.project_id;

describe('an inquiry that is taken in', () => {
  it('begins in the stage and with the priority of its type, as the centre confirms, down to the ids of its steps', async () => {
    const desktop = await desktopOf('customer.service');
    const [customer] = await desktop.call('contacts.find', { search: 'toyota', types: ['customer'] });
    const wanted = { rfq: [1, 'medium'], direct_request: [1, 'medium'], project_idea: [2, 'low'], purchase_order: [5, 'high'] } as const;
    for (const [type, [order, priority]] of Object.entries(wanted)) {
      const { id } = await desktop.call('projects.create', inquiry({
        intake_type: type as Inquiry['intake_type'],
        customer: { id: customer?.id ?? '' },
        price: '85.000.000',
        quantity: '1.200',
        tags: ['nhôm', 'nhôm'],
        links: ['https://example.vn/ban-ve', ''],
      }));
      const shown = await desktop.call('projects.get', { id });
      expect(shown.project).toMatchObject({ priority_level: priority, estimated_value: '85000000.00', tags: ['nhôm'], status: 'active' });
      expect(shown.project.metadata).toEqual({ quantity: 1200, links: ['https://example.vn/ban-ve'] });
      expect(shown.stages.find((stage) => stage.id === shown.project.current_stage_id)?.stage_order).toBe(order);
      await desktop.settled();
      const steps = (page: typeof shown) => page.sub_stages.map((step) => [step.id, step.status, step.settable]);
      const confirmed = await desktop.call('projects.get', { id });
      expect(steps(confirmed)).toEqual(steps(shown));
      expect(confirmed.project.created_by_name).toBe(shown.project.created_by_name);
      const { rows } = await central.client.query('select id from public.project_sub_stage_progress where project_id = $1', [id]);
      expect(rows.length).toBe(shown.sub_stages.filter((step) => step.workflow_stage_id === shown.project.current_stage_id).length);
      expect(await desktop.call('sync.attention')).toEqual([]);
    }
  });

  it('has a visibly provisional code until the centre numbers it, and two desktops at once get different numbers', async () => {
    const [one, other] = [await desktopOf('sales.manager'), await desktopOf('procurement')];
    const created = await Promise.all([one, other].map((desktop) => desktop.call('projects.create', inquiry())));
    for (const { project_id } of created) expect(project_id).toMatch(/^P-\d{6}·[2-9A-Z]{3}$/);
    await Promise.all([one.settled(), other.settled()]);
    const codes = await Promise.all(created.map(({ id }) => codeInCentre(id)));
    expect(new Set(codes).size).toBe(2);
    for (const code of codes) expect(code).toMatch(/^P-\d{8,}$/);
    const shown = await one.call('projects.get', { id: created[0]?.id ?? '' });
    expect(shown.project.project_id).toBe(codes[0]);
  });

  it('brings its new customer along, once', async () => {
    const desktop = await desktopOf('sales.manager');
    const { id } = await desktop.call('projects.create', inquiry({
      customer: { create: { type: 'customer', company_name: 'Cơ khí Đông Á', phone: '0903 111 222' } },
    }));
    expect((await desktop.call('projects.get', { id })).project.customer_name).toBe('Cơ khí Đông Á');
    await desktop.settled();
    expect(await desktop.call('sync.attention')).toEqual([]);
    const { rows } = await central.client.query<{ company_name: string }>(
      'select c.company_name from public.projects p join public.contacts c on c.id = p.customer_id where p.id = $1',
      [id],
    );
    expect(rows).toEqual([{ company_name: 'Cơ khí Đông Á' }]);
    expect(await desktop.call('contacts.like', { company_name: 'CÔNG TY TNHH CO KHI DONG A' })).toMatchObject([{ by: ['name'] }]);
    expect(await desktop.call('contacts.like', { company_name: 'khác', phone: '+84 903.111.222' })).toMatchObject([{ by: ['phone'] }]);
  });

  it('is refused as an order without a value and a customer, before it is accepted', async () => {
    const desktop = await desktopOf('sales.manager');
    const create = desktop.call('projects.create', inquiry({ intake_type: 'purchase_order', price: '0' }));
    await expect(create).rejects.toMatchObject({
      code: 'MOVE_BLOCKED',
      details: { missing: [{ code: 'VALUE_REQUIRED' }, { code: 'CUSTOMER_REQUIRED' }] },
    });
    expect((await desktop.call('sync.status')).pending).toBe(0);
  });

  it('is nobody’s business whose role creates no projects, and procurement creates no customers', async () => {
    const [engineer, buyer] = [await desktopOf('mechanical.engineer'), await desktopOf('procurement')];
    for (const ask of [engineer.call('intake.form'), engineer.call('projects.create', inquiry())]) {
      await expect(ask).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    }
    expect((await buyer.call('intake.form')).may_create_customer).toBe(false);
    const create = buyer.call('projects.create', inquiry({ customer: { create: { type: 'customer', company_name: 'Khách mới' } } }));
    await expect(create).rejects.toMatchObject({ code: 'CONTACT_NOT_ALLOWED' });
  });

  it('suggests the inquiry that the same customer made before', async () => {
    const desktop = await desktopOf('sales.manager');
    const [customer] = await desktop.call('contacts.find', { search: 'honda', types: ['customer'] });
    const customer_id = customer?.id ?? '';
    const { id } = await desktop.call('projects.create', inquiry({ title: 'Đồ gá kiểm tra nắp máy', customer: { id: customer_id } }));
    const similar = (title: string) => desktop.call('intake.similar', { customer_id, title });
    expect((await similar('do ga kiem tra NAP MAY moi')).map((project) => project.id)).toContain(id);
    expect(await similar('Khuôn thổi chai')).toEqual([]);
  });

  it('that the centre refuses keeps what was entered, says why, and is sent again where an inquiry begins now', async () => {
    const desktop = await desktopOf('sales.manager');
    const form = await desktop.call('intake.form');
    const idea = form.beginnings.find(({ type }) => type === 'project_idea')?.stage?.id ?? '';
    const setActive = (active: boolean) =>
      central.client.query('update public.workflow_stages set is_active = $2 where id = $1', [idea, active]);
    await setActive(false);
    try {
      await desktop.call('projects.create', inquiry({ intake_type: 'project_idea', title: 'Ý tưởng bị từ chối' }));
      await desktop.until(({ attention }) => attention === 1, 'a refused creation');
      const [refused] = await desktop.call('sync.attention');
      expect(refused).toMatchObject({ table_name: 'projects', op: 'insert', code: 'VALUE_REFUSED', can_retry: true });
      expect(refused?.subject).toContain('Ý tưởng bị từ chối');
      await desktop.settled();
      await desktop.call('sync.retryAttention', { id: refused?.id ?? '' });
      await desktop.settled();
      expect(await desktop.call('sync.attention')).toEqual([]);
      const { project, stages } = await desktop.call('projects.get', { id: refused?.row_id ?? '' });
      expect(stages.find((stage) => stage.id === project.current_stage_id)?.stage_order).toBe(1);
    } finally {
      await setActive(true);
    }
  });
});

describe('a move of a project that the centre refuses to create', () => {
  it('waits with it for the person, and neither holds up what comes after', async () => {
    const desktop = await desktopOf('operations');
    const form = await desktop.call('intake.form');
    const first = form.beginnings.find(({ type }) => type === 'rfq')?.stage?.id ?? '';
    const setActive = (active: boolean) =>
      central.client.query('update public.workflow_stages set is_active = $2 where id = $1', [first, active]);
    await setActive(false);
    try {
      const { id } = await desktop.call('projects.create', inquiry({ title: 'Chuyển khi chưa gửi' }));
      const { moves } = await desktop.call('projects.get', { id });
      await desktop.call('projects.move', { id, to_stage_id: moves[0]?.to_stage_id ?? null, reason: 'Khách quen' });
      await desktop.until(({ attention, pending }) => attention === 2 && pending === 0, 'both refused');
      const refused = await desktop.call('sync.attention');
      expect(refused.map(({ code }) => code).sort()).toEqual(['DEPENDS_ON_REFUSED', 'VALUE_REFUSED']);
    } finally {
      await setActive(true);
    }
    await desktop.call('projects.create', inquiry({ title: 'Yêu cầu kế tiếp' }));
    await desktop.settled();
  });
});

describe('a draft', () => {
  it('is there after a restart as it was typed, one for each type, and of its person alone', async () => {
    const desktop = await desktopOf('sales.manager');
    await desktop.call('intake.saveDraft', { intake_type: 'rfq', draft: draft('Vỏ hộp số') });
    await desktop.call('intake.saveDraft', { intake_type: 'project_idea', draft: draft('x'.repeat(10_000)) });
    await desktop.restart();
    await desktop.signIn('customer.service@factorypulse.vn');
    expect(await desktop.call('intake.drafts')).toEqual({ drafts: {}, last: null });
    await desktop.signIn('sales.manager@factorypulse.vn');
    expect(await desktop.call('intake.drafts')).toEqual({
      drafts: { rfq: draft('Vỏ hộp số'), project_idea: draft('x'.repeat(10_000)) },
      last: 'project_idea',
    });
    await desktop.call('intake.discardDraft', { intake_type: 'project_idea' });
    await desktop.call('projects.create', inquiry());
    expect(await desktop.call('intake.drafts')).toMatchObject({ drafts: {} });
  });
});
