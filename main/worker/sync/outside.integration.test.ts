import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { demoPassword } from '../../../shared/demo-accounts.ts';
import { Profile } from '../profiles/profile.ts';
import { openReplica } from '../replica/database.ts';
import { TestDesktop, waitFor } from '../testing/desktop.ts';
import { divergence } from '../testing/divergence.ts';

/*
 * Desktops of people who may see only a part: what reaches their disks, and what leaves them again.
 */

const customer = 'procurement@toyota.example';
const supplier = 'sales@minhlong.example';
const engineer = 'senior.engineer@factorypulse.vn';

let central: DemoCentral;
let desktops: TestDesktop[] = [];

beforeAll(async () => {
  central = await createDemoCentral();
  await central.client.query(
    `with r as (
       insert into public.supplier_rfqs (organization_id, rfq_number, supplier_id, status)
       select organization_id, 'R-' || id, id, 'sent' from public.contacts where type = 'supplier' returning *),
     q as (
       insert into public.supplier_quotes (organization_id, quote_number, supplier_rfq_id, supplier_id, total_amount)
       select organization_id, 'Q-1', id, supplier_id, 5000000 from r returning *),
     i as (
       insert into public.supplier_quote_items (organization_id, supplier_quote_id, line_number, description, quantity, unit_price, amount)
       select organization_id, id, 1, 'Trục', 1, 5000000, 5000000 from q),
     o as (
       insert into public.purchase_orders (organization_id, po_number, supplier_id) select organization_id, 'PO-' || supplier_id, supplier_id from r returning *)
     insert into public.purchase_order_items (organization_id, purchase_order_id, line_number, description, quantity, unit_price, amount)
     select organization_id, id, 1, 'Trục', 1, 5000000, 5000000 from o`,
  );
});
afterEach(async () => {
  for (const desktop of desktops) await desktop.remove();
  desktops = [];
});
afterAll(() => central.drop());

async function inStep(email: string): Promise<TestDesktop> {
  const desktop = new TestDesktop(central.address);
  desktops.push(desktop);
  await desktop.signIn(email);
  await desktop.settled();
  return desktop;
}

/** Asks a replica's file, as it lies on the disk of a desktop that still runs. */
async function onDisk<Row>(desktop: TestDesktop, sql: string): Promise<Row[]> {
  const profile = new Profile(desktop.folder, desktop.serverName, desktop.email);
  const key = await profile.unlock(demoPassword);
  if (!key) throw new Error('the profile does not open');
  const replica = openReplica(profile.replicaFile, key);
  try {
    return replica.read.prepare(sql).all() as Row[];
  } finally {
    replica.close();
  }
}

async function central1<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row> {
  const { rows } = await central.client.query<Row>(sql, values);
  if (!rows[0]) throw new Error(`nothing found by: ${sql}`);
  return rows[0];
}

async function inStepWithCentre(desktop: TestDesktop): Promise<void> {
  await desktop.call('sync.now');
  await waitFor(async () => ((await divergence(central, desktop)).length === 0 ? true : null), 'no divergence');
}

const companyOf = async (email: string): Promise<string> =>
  (await central1<{ contact_id: string }>('select contact_id from public.users where email = $1', [email])).contact_id;

describe("a customer's desktop", () => {
  it("holds the company's projects without values, notes and costs, and works with them", async () => {
    const desktop = await inStep(customer);
    const company = await companyOf(customer);
    const { n } = await central1<{ n: number }>('select count(*)::int as n from public.projects where customer_id = $1', [company]);
    expect(n).toBeGreaterThan(0);
    const projects = await onDisk<Record<string, unknown>>(desktop, 'select * from projects');
    expect(projects).toHaveLength(n);
    for (const project of projects) {
      expect(project).toMatchObject({ customer_id: company, estimated_value: null, notes: null, assigned_to: null, created_by: null });
    }
    expect(await divergence(central, desktop)).toEqual([]);
    const board = await desktop.call('projects.list', {});
    expect(board.rows.length).toBeGreaterThan(0);
    const id = board.rows[0]?.id ?? '';
    await desktop.call('projects.get', { id });
    await expect(desktop.call('projects.update', { id, patch: { title: 'Của tôi' } })).rejects.toMatchObject({ code: 'EDIT_NOT_ALLOWED' });
    // Compared by checksums as well, over just these columns.
    await desktop.call('sync.check');
    await waitFor(async () => ((await desktop.call('sync.status')).lastCheckAt === null ? null : true), 'a check');
    expect(desktop.log.filter(({ event }) => event === 'sync.failed')).toEqual([]);
  });

  it('loses a project that goes to another customer, and what was shared of it, and gets it back', async () => {
    const desktop = await inStep(customer);
    const company = await companyOf(customer);
    const { id } = await central1<{ id: string }>('select id from public.projects where customer_id = $1 limit 1', [company]);
    const document = await central1<{ id: string }>(
      `insert into public.documents (organization_id, project_id, title, access_level)
       select organization_id, id, 'Bản vẽ cho khách', 'customer' from public.projects where id = $1 returning id`,
      [id],
    );
    await inStepWithCentre(desktop);
    const held = () => onDisk<{ id: string }>(desktop, `select id from documents where id = '${document.id}' union all select id from projects where id = '${id}'`);
    expect(await held()).toHaveLength(2);

    await central.client.query('update public.projects set customer_id = null where id = $1', [id]);
    await inStepWithCentre(desktop);
    expect(await held()).toHaveLength(0);

    await central.client.query('update public.projects set customer_id = $2 where id = $1', [id, company]);
    await inStepWithCentre(desktop);
    // The document itself did not change.
    expect(await held()).toHaveLength(2);
  });

  it('hears nothing of the ids and tables of others', async () => {
    const desktop = await inStep(customer);
    const { rows } = await central.client.query<{ id: string }>(
      `select id from public.projects where customer_id is distinct from $1 limit 3`,
      [await companyOf(customer)],
    );
    await central.client.query('update public.projects set customer_id = null where id = any ($1)', [rows.map(({ id }) => id)]);
    await inStepWithCentre(desktop);
    for (const { id } of rows) expect(JSON.stringify(desktop.log)).not.toContain(id);
    expect(desktop.log.filter(({ event }) => event === 'sync.failed')).toEqual([]);
  });
});

describe("a supplier's desktop", () => {
  it('holds a request from the moment on that it is sent, with its lines and the document that it names', async () => {
    const desktop = await inStep(supplier);
    const company = await companyOf(supplier);
    const { id: organization } = await central1<{ id: string }>('select organization_id as id from public.users where email = $1', [supplier]);
    const drawing = await central1<{ id: string }>(
      `insert into public.documents (organization_id, title, access_level) values ($1, 'Bản vẽ cho nhà cung cấp', 'supplier') returning id`,
      [organization],
    );
    const rfq = await central1<{ id: string }>(
      `insert into public.supplier_rfqs (organization_id, rfq_number, supplier_id, notes) values ($1, 'R-THU', $2, 'Giá trần 5 triệu') returning id`,
      [organization, company],
    );
    await central.client.query(
      `insert into public.supplier_rfq_items (organization_id, supplier_rfq_id, line_number, description, quantity, document_id) values ($1, $2, 1, 'Trục', 5, $3)`,
      [organization, rfq.id, drawing.id],
    );
    await inStepWithCentre(desktop);
    const held = () =>
      onDisk<{ what: string }>(
        desktop,
        `select 'rfq' as what from supplier_rfqs where id = '${rfq.id}' union all select 'line' from supplier_rfq_items where supplier_rfq_id = '${rfq.id}'
         union all select 'drawing' from documents where id = '${drawing.id}'`,
      );
    expect(await held()).toEqual([]);
    await central.client.query(`update public.supplier_rfqs set status = 'sent' where id = $1`, [rfq.id]);
    await inStepWithCentre(desktop);
    expect((await held()).map(({ what }) => what).sort()).toEqual(['drawing', 'line', 'rfq']);
    expect(await onDisk(desktop, `select notes from supplier_rfqs where id = '${rfq.id}'`)).toEqual([{ notes: null }]);
    expect(await onDisk(desktop, `select id from supplier_rfqs where supplier_id <> '${company}'`)).toEqual([]);
    expect(await onDisk(desktop, `select id from supplier_quotes where supplier_id <> '${company}'`)).toEqual([]);
    expect(await onDisk(desktop, 'select id from projects')).toEqual([]);
  });
});

describe('a change of role', () => {
  const people = "update public.users set role = $2, contact_id = $3 where email = $1";

  it('takes from a disk what the new role may not see: whole tables, rows and columns', async () => {
    const desktop = await inStep('sales.manager@factorypulse.vn');
    expect(await onDisk(desktop, 'select id from supplier_quotes')).not.toEqual([]);
    expect(await onDisk(desktop, 'select id from projects where estimated_value is not null')).not.toEqual([]);
    const company = await companyOf(customer);
    const { role } = await central1<{ role: string }>(
      `select l.role_name::text as role from app.logins l join public.users u on u.id = l.user_id where u.email = 'sales.manager@factorypulse.vn'`,
    );
    // At once: in between the desktop would be answered by half of each role.
    await central.client.query('begin');
    await central.client.query(people, ['sales.manager@factorypulse.vn', 'customer', company]);
    await central.client.query(`revoke fp_internal from "${role}"; grant fp_customer to "${role}"`);
    await central.client.query('commit');
    await desktop.call('sync.now');
    await waitFor(async () => ((await onDisk(desktop, 'select id from supplier_quotes')).length === 0 ? true : null), 'the quotes gone');
    await inStepWithCentre(desktop);
    expect(await onDisk(desktop, 'select id from projects where estimated_value is not null or notes is not null')).toEqual([]);
    expect(await onDisk(desktop, `select id from projects where customer_id <> '${company}'`)).toEqual([]);
    expect(await onDisk(desktop, 'select id from activity_log')).toEqual([]);
  });
});

describe("an engineer's desktop", () => {
  it("holds no supplier's prices, no orders and no audit trail beyond the work on projects", async () => {
    const desktop = await inStep(engineer);
    for (const table of ['supplier_quotes', 'supplier_quote_items', 'purchase_orders', 'purchase_order_items', 'storage_objects']) {
      expect(await onDisk(desktop, `select id from ${table}`), table).toEqual([]);
    }
    expect(await divergence(central, desktop)).toEqual([]);
  });

  it('gets the confidential documents of a project on joining its team, and loses them on leaving it', async () => {
    const desktop = await inStep(engineer);
    const { id: me, organization_id } = await central1<{ id: string; organization_id: string }>(
      'select id, organization_id from public.users where email = $1',
      [engineer],
    );
    const project = await central1<{ id: string }>(
      `select p.id from public.projects p where p.organization_id = $1 and p.assigned_to is distinct from $2
         and not exists (select from public.project_assignments a where a.project_id = p.id and a.user_id = $2) limit 1`,
      [organization_id, me],
    );
    const document = await central1<{ id: string }>(
      `insert into public.documents (organization_id, project_id, title, access_level) values ($1, $2, 'Mật', 'confidential') returning id`,
      [organization_id, project.id],
    );
    const held = () => onDisk(desktop, `select id from documents where id = '${document.id}'`);
    await inStepWithCentre(desktop);
    expect(await held()).toEqual([]);
    await central.client.query('insert into public.project_assignments (organization_id, project_id, user_id) values ($1, $2, $3)', [organization_id, project.id, me]);
    await inStepWithCentre(desktop);
    expect(await held()).toHaveLength(1);
    await central.client.query('update public.project_assignments set is_active = false where project_id = $1 and user_id = $2', [project.id, me]);
    await inStepWithCentre(desktop);
    expect(await held()).toEqual([]);
  });
});
