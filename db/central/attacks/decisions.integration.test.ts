import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessLevels, mayAccess, mayShare } from '../../../shared/domain/access-rules.ts';
import { internalRoles, roles, type Role } from '../../../shared/domain/roles.ts';
import { mayChangeStatus, statusSteps } from '../../../shared/domain/status-transitions.ts';
import { usual } from '../../../shared/domain/workflow-cases-world.ts';
import { addCaseProject } from '../../testing/case-project.ts';
import { push } from '../../testing/person.ts';
import { asMaintenance, personOf } from '../../testing/workflow-cases.ts';
import type { DemoRow } from '../../demo/rows.ts';
import { actsOf } from './acts.ts';
import { beginSiege, ours, type Attacker, type Siege } from './siege.ts';

let siege: Siege;
let project: string;

beforeAll(async () => {
  siege = await beginSiege();
  project = await addCaseProject(siege.central.client);
});

afterAll(() => siege.end());

/** How the centre answers whoever decides what is not theirs to decide. */
const refused = [
  '42501',
  'SELF_APPROVAL',
  'STATUS_NOT_ALLOWED',
  'RECORD_LOCKED',
  'ROW_NOT_VISIBLE',
  'NOT_ALLOWED',
  'EDIT_NOT_ALLOWED',
  'SHARE_NOT_ALLOWED',
  'VALUE_REFUSED',
  'COLUMN_NOT_WRITABLE',
];

const { run, change, create, plant } = actsOf(() => siege, refused);

const person = (role: Role) => personOf(usual, role);
/** Somebody of the organization who is none of the attackers. */
const bystander = () => siege.canaries.idOf('users', { organization: ours, company: 1 });

const approvalBy = (requester: string, more: DemoRow = {}) =>
  plant('approvals', {
    approval_type: 'custom',
    title: 'x',
    entity_type: 'projects',
    entity_id: project,
    project_id: project,
    requested_by: requester,
    status: 'pending',
    ...more,
  });

const decisions = [
  'approved',
  'rejected',
  'in_review',
  'delegated',
  'escalated',
  'pending',
  'auto_approved',
  'expired',
];

const decide = async (attacker: Attacker, name: string, id: string, statuses: readonly string[] = decisions) => {
  for (const status of statuses) {
    await change(attacker, name, 'approvals', id, {
      status,
      ...(status === 'delegated'
        ? { delegated_to: bystander() }
        : status === 'escalated'
          ? { escalated_to: bystander() }
          : {}),
    });
  }
};

describe('approvals', () => {
  it('are never decided by whoever asked for them', async () => {
    for (const role of roles) {
      const me = siege.as(role);
      for (const named of [
        { current_approver_id: me.id },
        { current_approver_role: role },
        { current_approver_role: null },
        { status: 'in_review', current_approver_id: me.id },
        { status: 'delegated', delegated_to: me.id, current_approver_id: bystander() },
        { status: 'escalated', escalated_to: me.id, current_approver_id: bystander() },
      ] as DemoRow[]) {
        await decide(me, 'one’s own request', await approvalBy(me.id, named));
      }
      const deputy = await approvalBy(me.id, { current_approver_id: bystander() });
      await plant('approval_delegations', {
        delegator_id: bystander(),
        delegate_id: me.id,
        start_date: '2020-01-01',
        end_date: '2099-01-01',
      });
      await decide(me, 'one’s own request, as the approver’s deputy', deputy);
      await siege.central.client.query('delete from public.approval_delegations where delegate_id = $1', [me.id]);
    }
    siege.attempts.verify();
  });

  it('are decided by nobody whom they do not name', async () => {
    for (const role of roles.filter((one) => one !== 'management')) {
      const me = siege.as(role);
      for (const named of [
        ...roles.filter((other) => other !== role).map((other): DemoRow => ({ current_approver_role: other })),
        { current_approver_id: bystander() },
        { current_approver_id: bystander(), current_approver_role: role },
        { current_approver_role: role, current_approver_department: 'elsewhere' },
        { status: 'pending', current_approver_id: bystander(), delegated_to: me.id, escalated_to: me.id },
        ...(role === 'admin' ? [] : [{ current_approver_role: null }]),
        ...(role === 'supplier' || role === 'customer'
          ? [{ current_approver_id: me.id }, { current_approver_role: role }]
          : []),
      ]) {
        const id = await approvalBy(bystander(), named);
        await decide(me, 'somebody else’s decision', id, ['approved', 'in_review', 'delegated', 'escalated']);
        if (named['current_approver_id'] === undefined) continue;
        if (role !== 'admin') await change(me, 'somebody else’s request', 'approvals', id, { status: 'cancelled' });
        await change(me, 'become the approver', 'approvals', id, { current_approver_id: me.id });
        await change(me, 'become the approver', 'approvals', id, {
          current_approver_role: role,
          current_approver_department: null,
        });
        await change(me, 'become the deputy', 'approvals', id, { delegated_to: me.id });
      }
    }
    siege.attempts.verify();
  });

  it('are decided once, and not reopened', async () => {
    for (const role of roles) {
      const me = siege.as(role);
      for (const status of ['approved', 'rejected', 'cancelled', 'expired', 'auto_approved']) {
        const id = await approvalBy(bystander(), { status, current_approver_id: me.id });
        await decide(me, `a request that is ${status}`, id, ['approved', 'rejected', 'pending', 'delegated']);
        await change(me, 'reword it', 'approvals', id, { title: 'y' });
        await change(me, 'comment on it', 'approvals', id, { decision_comments: 'y' });
      }
    }
    siege.attempts.verify();
  });

  it('name no requester but the person, and no decision at the start', async () => {
    const request = { approval_type: 'custom', title: 'x', entity_type: 'projects', entity_id: project };
    for (const role of roles) {
      const me = siege.as(role);
      await create(me, 'approver of oneself', 'approvals', { ...request, current_approver_id: me.id });
      for (const status of decisions.filter((one) => one !== 'pending'))
        await create(me, 'born decided', 'approvals', { ...request, status });
      await run(
        me,
        'in another name',
        `insert into public.approvals (organization_id, approval_type, title, entity_type, entity_id, requested_by) values ($1, 'custom', 'x', 'x', $2, $3)`,
        [ours, project, bystander()],
      );
      await run(
        me,
        'with a decision',
        `insert into public.approvals (organization_id, approval_type, title, entity_type, entity_id, decision_by, decision_at) values ($1, 'custom', 'x', 'x', $2, $3, now())`,
        [ours, project, me.id],
      );
      const own = await approvalBy(me.id);
      for (const column of ['requested_by', 'decision_by', 'created_by', 'delegated_by', 'escalated_by']) {
        await run(me, 'sign in another name', `update public.approvals set ${column} = $2 where id = $1`, [
          own,
          bystander(),
        ]);
      }
      await run(
        me,
        'write its history',
        `insert into public.approval_history (organization_id, approval_id, action) values ($1, $2, 'approved')`,
        [ours, own],
      );
    }
    siege.attempts.verify();
  });

  it('are handed to nobody by those who have no say, nor to whoever asked', async () => {
    const dates = { start_date: '2020-01-01', end_date: '2099-01-01' };
    for (const role of roles) {
      const me = siege.as(role);
      await create(me, 'a delegation to oneself', 'approval_delegations', {
        delegator_id: person(role === 'management' ? 'admin' : 'management'),
        delegate_id: me.id,
        ...dates,
      });
      if (role !== 'admin')
        await create(me, 'a delegation between others', 'approval_delegations', {
          delegator_id: bystander(),
          delegate_id: person('qa'),
          ...dates,
        });
      const foreign = await plant('approval_delegations', {
        delegator_id: bystander(),
        delegate_id: person(role === 'qa' ? 'sales' : 'qa'),
        ...dates,
      });
      await change(me, 'take a delegation over', 'approval_delegations', foreign, { delegate_id: me.id });
      if (role !== 'admin')
        await change(me, 'extend a delegation', 'approval_delegations', foreign, { end_date: '2100-01-01' });
      await siege.central.client.query('delete from public.approval_delegations where id = $1', [foreign]);
    }
    const requester = siege.as('sales');
    for (const column of ['delegated_to', 'escalated_to']) {
      const id = await approvalBy(requester.id, { current_approver_id: person('qa') });
      await change(siege.as('qa'), 'hand it to whoever asked', 'approvals', id, {
        status: column === 'delegated_to' ? 'delegated' : 'escalated',
        [column]: requester.id,
      });
    }
    siege.attempts.verify();
  });

  it('are not decided by a delegation that does not hold', async () => {
    const me = siege.as('production');
    for (const broken of [
      { start_date: '2020-01-01', end_date: '2020-01-02' },
      { start_date: '2098-01-01', end_date: '2099-01-01' },
      { start_date: '2020-01-01', end_date: '2099-01-01', is_active: false },
      { start_date: '2020-01-01', end_date: '2099-01-01', approval_types: ['cost_approval'] },
      {
        start_date: '2020-01-01',
        end_date: '2099-01-01',
        include_new_approvals: false,
        created_at: '2021-01-01T00:00:00Z',
      },
    ] as DemoRow[]) {
      const delegation = await plant('approval_delegations', {
        delegator_id: bystander(),
        delegate_id: me.id,
        ...broken,
      });
      await decide(
        me,
        'a delegation that does not hold',
        await approvalBy(bystander(), { requested_by: person('sales'), current_approver_id: bystander() }),
      );
      await siege.central.client.query('delete from public.approval_delegations where id = $1', [delegation]);
    }
    siege.attempts.verify();
  });
});

describe('a status', () => {
  it.each(Object.keys(statusSteps))('of %s takes no step that the person may not take', async (table) => {
    const id = siege.canaries.idOf(table, { organization: ours, company: 1 });
    const statuses = [...new Set((statusSteps[table] ?? []).flatMap(({ from, to }) => [...from, ...to]))].filter(
      (status) => status !== '',
    );
    for (const from of statuses) {
      const reset = () =>
        asMaintenance(siege.central.client, async () => {
          await siege.central.client.query(`update public.${table} set status = $2 where id = $1`, [id, from]);
        });
      await reset();
      for (const role of roles) {
        const readable =
          role === 'supplier'
            ? ['supplier_rfqs', 'supplier_quotes'].includes(table)
            : mayAccess(role, 'read', table, {});
        const writes = mayAccess(role, 'update', table, { company: true, addressed: true });
        for (const to of statuses.filter((status) => status !== from)) {
          const ties = { author: false, named: false, approver: role === 'management' };
          if (readable && writes && mayChangeStatus(role, table, from, to, ties)) continue;
          await run(
            siege.as(role),
            `${table}: ${from} → ${to}`,
            `update public.${table} set status = $2 where id = $1`,
            [id, to],
          );
        }
      }
    }
    siege.attempts.verify();
  });
});

describe('purchase orders', () => {
  const order = (author: string, status: string) =>
    plant('purchase_orders', {
      po_number: randomUUID(),
      supplier_id: siege.canaries.idOf('contacts', { organization: ours, company: 1 }),
      status,
      created_by: author,
      total_amount: 1,
    });

  it('are not approved by their author, nor by anybody who is no manager', async () => {
    for (const role of roles) {
      const me = siege.as(role);
      await change(me, 'approve one’s own order', 'purchase_orders', await order(me.id, 'pending_approval'), {
        status: 'approved',
      });
      if (role !== 'management')
        await change(me, 'approve an order', 'purchase_orders', await order(bystander(), 'pending_approval'), {
          status: 'approved',
        });
      const own = await order(me.id, 'draft');
      await change(me, 'approve a draft', 'purchase_orders', own, { status: 'approved' });
      await change(me, 'send a draft', 'purchase_orders', own, { status: 'sent' });
      for (const column of ['created_by', 'approved_by'])
        await run(me, 'sign in another name', `update public.purchase_orders set ${column} = $2 where id = $1`, [
          own,
          bystander(),
        ]);
      await create(me, 'born approved', 'purchase_orders', {
        po_number: randomUUID(),
        supplier_id: siege.canaries.idOf('contacts', { organization: ours, company: 1 }),
        status: 'approved',
      });
    }
    siege.attempts.verify();
  });

  it('keep content and lines from the moment they are handed in', async () => {
    for (const role of roles) {
      const me = siege.as(role);
      for (const status of ['pending_approval', 'approved', 'sent', 'closed']) {
        const id = await order(me.id, status);
        for (const patch of [
          { total_amount: '2.00' },
          { currency: 'USD' },
          { supplier_id: siege.canaries.idOf('contacts', { organization: ours, company: 2 }) },
          { po_number: randomUUID() },
          { status: 'draft', total_amount: '3.00' },
        ]) {
          await change(me, `an order that is ${status}`, 'purchase_orders', id, patch);
        }
        if (status !== 'pending_approval')
          await change(me, 'reopen an order', 'purchase_orders', id, { status: 'draft' });
        const line = await plant('purchase_order_items', {
          purchase_order_id: id,
          line_number: 1,
          description: 'x',
          quantity: 1,
          unit_price: 1,
          amount: 1,
        });
        await change(me, 'the line of such an order', 'purchase_order_items', line, { unit_price: '2.0000' });
        await create(me, 'a line to such an order', 'purchase_order_items', {
          purchase_order_id: id,
          line_number: 2,
          description: 'x',
          quantity: '1',
          unit_price: '1',
          amount: '1',
        });
        const draft = await order(me.id, 'draft');
        await change(me, 'move its line away', 'purchase_order_items', line, { purchase_order_id: draft });
      }
    }
    siege.attempts.verify();
  });
});

describe('offers', () => {
  it('are not decided, priced anew or written for others by a supplier', async () => {
    const me = siege.as('supplier');
    const company = siege.canaries.idOf('contacts', { organization: ours, company: 1 });
    const competitor = siege.canaries.idOf('contacts', { organization: ours, company: 2 });
    const request = siege.canaries.idOf('supplier_rfqs', { organization: ours, company: 1 });
    const otherRequest = siege.canaries.idOf('supplier_rfqs', { organization: ours, company: 2 });
    for (const status of ['submitted', 'under_review', 'accepted', 'rejected', 'expired', 'withdrawn']) {
      const id = await plant('supplier_quotes', {
        quote_number: randomUUID(),
        supplier_rfq_id: request,
        supplier_id: company,
        status,
        total_amount: 5,
      });
      for (const to of ['draft', 'under_review', 'accepted', 'rejected', 'expired']) {
        if (to !== status) await change(me, `an offer that is ${status}`, 'supplier_quotes', id, { status: to });
      }
      for (const patch of [
        { total_amount: '1.00' },
        { currency: 'USD' },
        { valid_until: '2099-01-01' },
        { lead_time_days: 1 },
        { notes: 'not what was accepted' },
      ])
        await change(me, `an offer that is ${status}`, 'supplier_quotes', id, patch);
      await create(me, 'a line to it', 'supplier_quote_items', {
        supplier_quote_id: id,
        line_number: 1,
        description: 'x',
        quantity: '1',
        unit_price: '1',
        amount: '1',
      });
      for (const column of [
        'decided_by',
        'submitted_by',
        'decision_reason',
        'metadata',
        'supplier_id',
        'supplier_rfq_id',
      ]) {
        await run(
          me,
          'a column that is not theirs',
          `update public.supplier_quotes set ${column} = null where id = $1`,
          [id],
        );
      }
    }
    const offer = { quote_number: randomUUID() };
    await create(me, 'for a competitor', 'supplier_quotes', {
      ...offer,
      supplier_rfq_id: request,
      supplier_id: competitor,
    });
    await create(me, 'to a competitor’s request', 'supplier_quotes', {
      ...offer,
      supplier_rfq_id: otherRequest,
      supplier_id: company,
    });
    await create(me, 'to a competitor’s request, for them', 'supplier_quotes', {
      ...offer,
      supplier_rfq_id: otherRequest,
      supplier_id: competitor,
    });
    await create(me, 'born accepted', 'supplier_quotes', {
      ...offer,
      supplier_rfq_id: request,
      supplier_id: company,
      status: 'accepted',
    });
    for (const status of ['sent', 'viewed', 'quoted', 'declined', 'cancelled']) {
      const seen = await plant('supplier_rfqs', {
        rfq_number: randomUUID(),
        supplier_id: company,
        status,
        declined_reason: 'x',
      });
      await change(me, `another reason for a request that is ${status}`, 'supplier_rfqs', seen, {
        declined_reason: 'y',
      });
    }
    await change(me, 'say that a competitor has seen it', 'supplier_rfqs', otherRequest, { status: 'viewed' });
    const draft = await plant('supplier_rfqs', { rfq_number: randomUUID(), supplier_id: company, status: 'draft' });
    await change(me, 'a request that is not sent', 'supplier_rfqs', draft, { status: 'viewed' });
    await create(me, 'an offer to it', 'supplier_quotes', { ...offer, supplier_rfq_id: draft, supplier_id: company });
    await create(me, 'a request of their own', 'supplier_rfqs', { rfq_number: randomUUID(), supplier_id: company });
    siege.attempts.verify();
  });
});

describe('documents', () => {
  const document = (level: string, more: DemoRow = {}) =>
    plant('documents', { title: 'x', project_id: project, access_level: level, uploaded_by: bystander(), ...more });

  it('are shown to people outside by those alone who may share', async () => {
    for (const role of roles) {
      const me = siege.as(role);
      for (const level of accessLevels.filter((one) => !mayShare(role, one))) {
        await create(me, 'a shared document', 'documents', { title: 'x', project_id: project, access_level: level });
        await change(me, 'share a document', 'documents', await document('internal'), { access_level: level });
        await change(me, 'share one’s own document', 'documents', await document('internal', { uploaded_by: me.id }), {
          access_level: level,
        });
        const elsewhere = await addCaseProject(siege.central.client);
        await change(me, 'carry a shared document to another customer', 'documents', await document(level), {
          project_id: elsewhere,
        });
        await change(
          me,
          'carry one’s own shared document there',
          'documents',
          await document(level, { uploaded_by: me.id }),
          { project_id: elsewhere },
        );
      }
    }
    siege.attempts.verify();
  });

  it('that are confidential stay with their team, and with nobody who is excluded from it', async () => {
    for (const role of roles.filter((one) => one !== 'admin' && one !== 'management')) {
      const me = siege.as(role);
      const assigned = await addCaseProject(siege.central.client, { role, part: 'assigned' });
      await plant('project_assignments', { project_id: assigned, user_id: me.id, role: 'excluded' });
      for (const level of ['confidential', 'restricted']) {
        for (const place of [project, assigned, null]) {
          const id = await document(level, { project_id: place });
          const version = await plant('document_versions', { document_id: id, version_number: 1, title: 'x' });
          const entry = await plant('document_access_log', { document_id: id, action: 'view', user_id: bystander() });
          const object = await plant('activity_log', {
            entity_type: 'documents',
            entity_id: id,
            project_id: place,
            action: 'UPDATE',
          });
          for (const [table, row] of [
            ['documents', id],
            ['document_versions', version],
            ['document_access_log', entry],
            ['activity_log', object],
          ] as const) {
            await run(me, `${level} ${table}`, `select id from public.${table} where id = $1`, [row]);
          }
          await run(
            me,
            'say that it was opened',
            `insert into public.document_access_log (organization_id, document_id, action) values ($1, $2, 'view')`,
            [ours, id],
          );
          for (const patch of [{ title: 'y' }, { access_level: 'internal' }])
            await change(me, `a ${level} document`, 'documents', id, patch);
          await siege.attempts.attempt({
            name: `${role}: declassify whatever there is`,
            act: () => me.client.query(`update public.documents set access_level = 'internal'`),
            refused,
            harm: async () =>
              (
                await siege.central.client.query<{ access_level: string }>(
                  'select access_level from public.documents where id = $1',
                  [id],
                )
              ).rows[0]?.access_level !== level,
          });
        }
      }
    }
    siege.attempts.verify();
  });
});

describe('reviews and stock', () => {
  it('are decided and signed by nobody else', async () => {
    for (const role of internalRoles) {
      const me = siege.as(role);
      if (role !== 'management') {
        for (const status of ['approved', 'rejected', 'completed', 'needs_revision']) {
          await change(
            me,
            'a review of somebody else',
            'reviews',
            await plant('reviews', {
              project_id: project,
              review_type: 'x',
              reviewer_id: bystander(),
              created_by: me.id,
              status: 'pending',
            }),
            { status },
          );
          await change(
            me,
            'a review without a reviewer',
            'reviews',
            await plant('reviews', { project_id: project, review_type: 'x', created_by: me.id, status: 'pending' }),
            { status },
          );
        }
      }
      await create(me, 'born approved', 'reviews', {
        project_id: project,
        review_type: 'x',
        reviewer_id: me.id,
        status: 'approved',
      });
      await run(
        me,
        'a review in another name',
        `insert into public.reviews (organization_id, project_id, review_type, created_by) values ($1, $2, 'x', $3)`,
        [ours, project, bystander()],
      );
      await run(
        me,
        'a move in another name',
        `insert into public.stock_moves (organization_id, inventory_item_id, kind, quantity, moved_by) values ($1, $2, 'receipt', 1, $3)`,
        [ours, siege.canaries.idOf('inventory_items', { organization: ours, company: 1 }), bystander()],
      );
      const before = new Date();
      if (mayAccess(role, 'insert', 'stock_moves', { moveKind: 'receipt' })) {
        const id = randomUUID();
        await push(me.client, [
          {
            table: 'stock_moves',
            row_id: id,
            op: 'insert',
            patch: {
              inventory_item_id: siege.canaries.idOf('inventory_items', { organization: ours, company: 1 }),
              kind: 'receipt',
              quantity: '1',
              moved_at: '2999-01-01 00:00:00+00',
            },
          },
        ]);
        const { rows } = await siege.central.client.query<{ moved_at: Date; moved_by: string }>(
          'select moved_at, moved_by from public.stock_moves where id = $1',
          [id],
        );
        expect(rows[0]?.moved_by).toBe(me.id);
        expect(rows[0]?.moved_at.getTime()).toBeLessThan(before.getTime() + 60_000);
      }
      if (role === 'procurement') {
        for (const kind of ['issue', 'adjustment', 'scrap', 'transfer']) {
          await create(me, `a move as ${kind}`, 'stock_moves', {
            inventory_item_id: siege.canaries.idOf('inventory_items', { organization: ours, company: 1 }),
            kind,
            quantity: '1',
            reason: 'x',
            from_location: 'a',
            to_location: 'b',
          });
        }
      }
    }
    siege.attempts.verify();
  });
});
