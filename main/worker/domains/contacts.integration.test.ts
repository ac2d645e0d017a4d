import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
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

const inCentre = async (id: string): Promise<Record<string, unknown> | undefined> =>
  (await central.client.query<Record<string, unknown>>('select * from public.contacts where id = $1', [id])).rows[0];

describe('a contact', () => {
  it('is found by every word without diacritics, in every kind of fact, and listed in the order of its name', async () => {
    const desktop = await desktopOf('sales.manager');
    await desktop.call('contacts.create', { type: 'customer', company_name: 'Động cơ Đại Thành', phone: '028 3822 1234', city: 'Đà Nẵng' });
    for (const search of ['dong co', 'ĐẠI thanh', 'da nang dai', '02838221234']) {
      expect((await desktop.call('contacts.list', { search })).rows.map((row) => row.company_name), search).toEqual(['Động cơ Đại Thành']);
    }
    await desktop.call('contacts.create', { type: 'customer', company_name: 'Không rõ thành phố' });
    const { rows, total } = await desktop.call('contacts.list', { state: 'all' });
    expect(total).toBe(rows.length);
    const { rows: back } = await desktop.call('contacts.list', { state: 'all', descending: true });
    expect(back.map(({ id }) => id)).toEqual(rows.map(({ id }) => id).reverse());
    const { rows: part } = await desktop.call('contacts.list', { state: 'all', offset: 2, limit: 3 });
    expect(part.map(({ id }) => id)).toEqual(rows.slice(2, 5).map(({ id }) => id));
    const { rows: cities } = await desktop.call('contacts.list', { state: 'all', sort: 'city' });
    expect(cities.findIndex(({ city }) => city === null)).toBeGreaterThan(cities.findLastIndex(({ city }) => city !== null));
  });

  it('is created, changed and put out of use, as the centre confirms', async () => {
    const desktop = await desktopOf('sales.manager');
    const { id } = await desktop.call('contacts.create', { type: 'customer', company_name: 'Cơ khí Zét', email: '', credit_limit: '1.500.000' });
    await desktop.call('contacts.update', { id, patch: { tax_id: '0312345678', credit_limit: '2,000,000.50', payment_terms: 'Net 30' } });
    const shown = await desktop.call('contacts.get', { id });
    expect(shown.contact).toMatchObject({ email: null, credit_limit: '2000000.50', currency: 'VND' });
    expect(shown.pending_columns).toContain('tax_id');
    await desktop.call('contacts.update', { id, patch: { is_active: false } });
    await desktop.settled();
    expect(await inCentre(id)).toMatchObject({ tax_id: '0312345678', credit_limit: '2000000.50', is_active: false, payment_terms: 'Net 30' });
    expect((await desktop.call('contacts.get', { id })).pending_columns).toEqual([]);
    expect((await desktop.call('contacts.list', { search: 'co khi zet' })).total).toBe(0);
    expect((await desktop.call('contacts.list', { search: 'co khi zet', state: 'inactive' })).total).toBe(1);
    expect(await desktop.call('contacts.find', { search: 'co khi zet', types: ['customer'] })).toEqual([]);
  });

  it('is changed by those alone who look after its kind, which also holds for turning it into another kind', async () => {
    const [seller, buyer, engineer] = [await desktopOf('sales.manager'), await desktopOf('procurement'), await desktopOf('mechanical.engineer')];
    const { id } = await seller.call('contacts.create', { type: 'customer', company_name: 'Khách riêng' });
    await seller.settled();
    await buyer.call('sync.now');
    await buyer.settled();
    const refused = { code: 'CONTACT_NOT_ALLOWED' };
    expect((await buyer.call('contacts.get', { id })).may_edit).toBe(false);
    await expect(buyer.call('contacts.update', { id, patch: { notes: 'x' } })).rejects.toMatchObject(refused);
    await expect(seller.call('contacts.update', { id, patch: { type: 'supplier' } })).rejects.toMatchObject(refused);
    await expect(seller.call('contacts.create', { type: 'supplier', company_name: 'Thép' })).rejects.toMatchObject(refused);
    await expect(engineer.call('contacts.create', { type: 'customer', company_name: 'Thép' })).rejects.toMatchObject(refused);
  });

  it('shows its projects and, to those who may read it, what was done to it', async () => {
    const [seller, manager] = [await desktopOf('sales.manager'), await desktopOf('ceo')];
    const [toyota] = await seller.call('contacts.find', { search: 'toyota', types: ['customer'] });
    const id = toyota?.id ?? '';
    await seller.call('contacts.update', { id, patch: { payment_terms: 'Net 45' } });
    await seller.settled();
    await manager.call('sync.now');
    await manager.settled();
    const [forSeller, forManager] = [await seller.call('contacts.get', { id }), await manager.call('contacts.get', { id })];
    expect(forSeller.projects.total).toBeGreaterThan(0);
    expect(forSeller.projects.rows[0]?.stage_name).not.toBeNull();
    const [listed] = (await seller.call('contacts.list', { search: 'toyota' })).rows;
    expect(listed).toMatchObject({ projects: forSeller.projects.total, purchases: 0, pending: false, refused: false });
    expect(forSeller.activity).toBeNull();
    expect(forManager.activity?.[0]).toMatchObject({ changes: [{ column: 'payment_terms', after: 'Net 45' }] });
  });

  it('of a supplier shows the requests and orders with what they are about', async () => {
    const { rows } = await central.client.query<{ supplier_id: string; title: string }>(
      `with chosen as (
         select s.id as supplier_id, s.organization_id, p.id as project_id, p.title from public.contacts s
           join public.projects p on p.organization_id = s.organization_id where s.type = 'supplier' order by s.id, p.id limit 1),
       request as (
         insert into public.supplier_rfqs (organization_id, rfq_number, supplier_id, project_id)
         select organization_id, 'RFQ-1', supplier_id, project_id from chosen),
       purchase as (
         insert into public.purchase_orders (organization_id, po_number, supplier_id, project_id)
         select organization_id, 'PO-1', supplier_id, project_id from chosen)
       select supplier_id, title from chosen`,
    );
    const { supplier_id = '', title = '' } = rows[0] ?? {};
    const desktop = await desktopOf('procurement');
    const page = await desktop.call('contacts.get', { id: supplier_id });
    expect(page.requests).toMatchObject({ total: 1, rows: [{ code: 'RFQ-1', title }] });
    expect(page.orders).toMatchObject({ total: 1, rows: [{ code: 'PO-1', title }] });
    const row = (await desktop.call('contacts.list', { type: 'supplier' })).rows.find(({ id }) => id === supplier_id);
    expect(row).toMatchObject({ purchases: 2, projects: 0 });
  });

  it('whose change the centre refuses waits for the person under its own name', async () => {
    const desktop = await desktopOf('sales.manager');
    const { id } = await desktop.call('contacts.create', { type: 'customer', company_name: 'Bị khóa giữa chừng' });
    await desktop.settled();
    await central.client.query("update public.contacts set type = 'supplier' where id = $1", [id]);
    await desktop.call('contacts.update', { id, patch: { notes: 'Không gửi được' } });
    await desktop.until(({ attention }) => attention > 0, 'a refused edit');
    const [item] = await desktop.call('sync.attention');
    expect(item).toMatchObject({ table_name: 'contacts', subject: 'Bị khóa giữa chừng' });
    expect((await desktop.call('contacts.get', { id })).attention).toHaveLength(1);
  });
});

describe('a merge', () => {
  it('says what follows, shows it at once, and leaves the centre in the same state', async () => {
    const desktop = await desktopOf('sales.manager');
    const create = (company_name: string, more: object = {}) =>
      desktop.call('contacts.create', { type: 'customer', company_name, ...more }).then(({ id }) => id);
    const stays = await create('Công ty TNHH Minh Long', { email: 'mua@minhlong.vn' });
    const duplicate = await create('Minh Long Co., Ltd.', { email: 'MUA@minhlong.vn', phone: '0903 000 111', city: 'Huế' });
    const { id: project } = await desktop.call('projects.create', {
      intake_type: 'rfq',
      title: 'Chén sứ cách điện',
      currency: 'VND',
      customer: { id: duplicate },
    });
    expect((await desktop.call('contacts.get', { id: stays })).duplicates).toMatchObject([{ id: duplicate, by: ['email', 'name'] }]);
    expect((await desktop.call('contacts.list', { state: 'duplicates', search: 'minh long' })).total).toBe(2);

    const preview = await desktop.call('contacts.mergePreview', { id: duplicate, into_id: stays });
    expect(preview.follow).toMatchObject({ projects: 1, requests: 0, orders: 0 });
    expect(preview.missing).toEqual([{ column: 'phone', value: '0903 000 111' }, { column: 'city', value: 'Huế' }]);
    expect(preview.differing.map(({ column }) => column)).toEqual(['company_name', 'email']);

    await desktop.call('contacts.merge', { id: duplicate, into_id: stays });
    const state = async () => ({
      customer: (await desktop.call('projects.get', { id: project })).project.customer_name,
      projects: (await desktop.call('contacts.get', { id: stays })).projects.total,
      phone: (await desktop.call('contacts.get', { id: stays })).contact.phone,
      merged: (await desktop.call('contacts.get', { id: duplicate })).merged_into?.id,
      active: (await desktop.call('contacts.get', { id: duplicate })).contact.is_active,
      duplicates: (await desktop.call('contacts.get', { id: stays })).duplicates,
    });
    const shown = await state();
    expect(shown).toEqual({ customer: 'Công ty TNHH Minh Long', projects: 1, phone: '0903 000 111', merged: stays, active: false, duplicates: [] });
    await desktop.settled();
    expect(await state()).toEqual(shown);
    expect(await desktop.call('sync.attention')).toEqual([]);
    const { rows } = await central.client.query('select customer_id from public.projects where id = $1', [project]);
    expect(rows).toEqual([{ customer_id: stays }]);
    expect(await inCentre(duplicate)).toMatchObject({ merged_into_id: stays, is_active: false });

    await expect(desktop.call('contacts.update', { id: duplicate, patch: { notes: 'x' } })).rejects.toMatchObject({ code: 'CONTACT_MERGED' });
  });

  it('is refused with itself, across kinds, and of what was merged before', async () => {
    const desktop = await desktopOf('ceo');
    const create = (type: 'customer' | 'supplier', company_name: string) =>
      desktop.call('contacts.create', { type, company_name }).then(({ id }) => id);
    const [one, other, supplier] = [await create('customer', 'Một'), await create('customer', 'Hai'), await create('supplier', 'Ba')];
    const merge = (id: string, into_id: string) => desktop.call('contacts.merge', { id, into_id });
    await expect(merge(one, one)).rejects.toMatchObject({ details: { reason: 'same' } });
    await expect(merge(one, supplier)).rejects.toMatchObject({ details: { reason: 'type' } });
    await merge(one, other);
    await expect(merge(other, one)).rejects.toMatchObject({ details: { reason: 'merged' } });
  });
});
