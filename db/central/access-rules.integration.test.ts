import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessLevels, accessRules, mayAccess, mayShare, type AccessAction } from '../../shared/domain/access-rules.ts';
import { mayDecide, type ApprovalFacts } from '../../shared/domain/approvals.ts';
import { roles, type Role } from '../../shared/domain/roles.ts';
import { mayChangeStatus, statusSteps } from '../../shared/domain/status-transitions.ts';
import type { Part } from '../../shared/domain/workflow-cases.ts';
import { usual } from '../../shared/domain/workflow-cases-world.ts';
import { mayAssign, mayEditProject } from '../../shared/domain/workflow.ts';
import type { DemoRow } from '../demo/rows.ts';
import { common, companyOf, ids, subjects } from '../testing/access-subjects.ts';
import { usualAddress } from '../testing/case-project.ts';
import { createDemoCentral, type DemoCentral } from '../testing/demo-central.ts';
import { connectAs, push, type Answer, type Sent } from '../testing/person.ts';
import { addCaseOrganizations, addCaseProjects, asMaintenance, caseProjectId, insertRows, organizationOf, personOf } from '../testing/workflow-cases.ts';

/*
 * The rules that grey out a button against the rules that refuse: every role, table, action and tie, put to both.
 */

let central: DemoCentral;
const connections = new Map<Role, Client>();
let compared = 0;

beforeAll(async () => {
  central = await createDemoCentral();
  await addCaseOrganizations(central.client);
  await asMaintenance(central.client, async () => {
    for (const { table, row } of common) await insertRows(central.client, table, [row]);
    for (const role of ['supplier', 'customer'] as const) {
      await central.client.query('update public.users set contact_id = $2 where id = $1', [personOf(usual, role), companyOf(role)]);
    }
    await central.client.query("update public.users set department = 'Xưởng' where id = $1", [personOf(usual, 'production')]);
  });
  for (const role of roles) connections.set(role, await connectAs(central, usualAddress(role)));
});

afterAll(async () => {
  process.stdout.write(`rules compared between desktop and centre: ${compared}\n`);
  for (const client of connections.values()) await client.end();
  await central.drop();
});

const connection = (role: Role): Client => connections.get(role) as Client;
const me = (role: Role): string => personOf(usual, role);

/** Lets `accepted` be true where the centre took the change, and names the reason where it did not. */
const outcome = (answer: Answer | undefined): { accepted: boolean; code?: string | undefined } => ({
  accepted: answer?.status === 'applied' || answer?.status === 'merged',
  ...(answer?.code && { code: answer.code }),
});

interface Question {
  name: string;
  expected: boolean;
  sent: Sent;
}

/** Puts questions to the centre as one person and compares each answer. */
async function compare(role: Role, questions: readonly Question[]): Promise<void> {
  const differing: unknown[] = [];
  for (let start = 0; start < questions.length; start += 500) {
    const part = questions.slice(start, start + 500);
    const answers = await push(connection(role), part.map(({ sent }) => sent));
    part.forEach(({ name, expected }, index) => {
      compared += 1;
      const { accepted, code } = outcome(answers[index]);
      if (accepted !== expected) differing.push({ role, name, expected, code, details: answers[index]?.details });
    });
  }
  expect(differing).toEqual([]);
}

/** Adds rows that have the same columns, as an import does; answers their ids in order. */
async function add(table: string, rows: readonly DemoRow[]): Promise<string[]> {
  const withIds = rows.map((row) => ({ ...row, id: randomUUID() }));
  await asMaintenance(central.client, () => insertRows(central.client, table, withIds));
  return withIds.map(({ id }) => id);
}

describe('desktop and centre hold the same table', () => {
  it('of access rules', async () => {
    const { rows } = await central.client.query<{ rule: string }>(
      `select table_name || ' ' || action || ' ' || role || ' ' || condition as rule from app.access_rules`,
    );
    const ours = Object.entries(accessRules).flatMap(([table, actions]) =>
      Object.entries(actions).flatMap(([action, grants]) =>
        Object.entries(grants).map(([role, condition]) => `${table} ${action} ${role} ${condition}`),
      ),
    );
    expect(ours.sort()).toEqual(rows.map(({ rule }) => rule).sort());
  });

  it('of steps that a status may take', async () => {
    const { rows } = await central.client.query<{ step: string }>(
      `select table_name || ': ' || from_status || ' > ' || to_status || ' by ' || by as step from app.status_transitions`,
    );
    const ours = Object.entries(statusSteps).flatMap(([table, list]) =>
      list.flatMap(({ from, to, by }) =>
        from.flatMap((one) => to.filter((other) => other !== one).map((other) => `${table}: ${one} > ${other} by ${by}`)),
      ),
    );
    expect(ours.sort()).toEqual(rows.map(({ step }) => step).sort());
  });

  it('of tables and what desktops send for them', async () => {
    const { rows } = await central.client.query<{ target: string; accepts: string[] }>(
      'select table_name as target, accepts from sync.replicated_table',
    );
    for (const { target, accepts } of rows) {
      const ruled = (['insert', 'update'] as const).filter((action) => accessRules[target]?.[action]);
      expect([...accepts].sort(), target).toEqual(ruled);
    }
  });
});

describe.each(roles)('for %s, desktop and centre agree', (role) => {
  it('on every table, action and tie', async () => {
    const differing: unknown[] = [];
    const questions: Question[] = [];
    for (const subject of subjects) {
      const { table, name, facts, row, edit, insert, insertFacts } = subject;
      const [id] = await add(table, [row(role)]);
      const expects = (action: AccessAction, known = facts(role)) => mayAccess(role, action, table, known);

      const seen = await connection(role)
        .query(`select id from public.${table} where id = $1`, [id])
        .then(({ rowCount }) => rowCount === 1)
        .catch((error: unknown) => {
          expect(error).toMatchObject({ code: '42501' });
          return false;
        });
      compared += 1;
      if (seen !== expects('read')) differing.push({ table, name, action: 'read', expected: expects('read'), seen });

      if (edit) {
        const sent: Sent = { table, row_id: id ?? '', op: 'update', patch: edit };
        questions.push({ name: `update ${table} (${name})`, expected: expects('read') && expects('update'), sent });
      }
      if (insert) {
        const sent: Sent = { table, row_id: randomUUID(), op: 'insert', patch: insert(role) };
        questions.push({ name: `insert ${table} (${name})`, expected: expects('insert', { ...facts(role), ...insertFacts }), sent });
      }
    }
    expect(differing).toEqual([]);
    await compare(role, questions);
  });

  it('on the one row of a person, an organization and a configuration', async () => {
    const own = { table: 'users', row_id: me(role), op: 'update', patch: { phone: '0900' } };
    const [configuration] = await add('google_drive_config', [{ organization_id: organizationOf(usual), client_id: 'x' }]);
    await compare(role, [
      { name: 'own person', expected: mayAccess(role, 'update', 'users', { own: true }), sent: own },
      { name: 'another person', expected: mayAccess(role, 'update', 'users'), sent: { ...own, row_id: ids.colleague } },
      {
        name: 'organization',
        expected: mayAccess(role, 'update', 'organizations'),
        sent: { table: 'organizations', row_id: organizationOf(usual), op: 'update', patch: { industry: role } },
      },
      {
        name: 'configuration',
        expected: mayAccess(role, 'update', 'google_drive_config'),
        sent: { table: 'google_drive_config', row_id: configuration ?? '', op: 'update', patch: { scopes: [role] } },
      },
    ]);
    await central.client.query('delete from public.google_drive_config where id = $1', [configuration]);
  });

  it('on what may be done around a project, in every stage and with every part in it', async () => {
    const cases = usual.stages.flatMap(({ slug }) =>
      (['none', 'assigned', 'team', 'former', 'excluded'] as const).map((part: Part) => ({
        workflow: usual, stage: slug, status: 'active' as const, value: '1.00', hasCustomer: true, progress: {}, approvals: [], role, part,
      })),
    );
    const list = randomUUID();
    await addCaseProjects(central.client, list, cases);
    await compare(
      role,
      cases.flatMap(({ stage, part }, index): Question[] => {
        const project_id = caseProjectId(list, index);
        const project = {
          assigned_to: part === 'assigned' ? me(role) : 'somebody else',
          team: part === 'team' ? [me(role)] : [],
          excluded: part === 'excluded' ? [me(role)] : [],
        };
        const person = { id: me(role), role };
        const editable = mayEditProject(person, project, usual.stages.find(({ slug }) => slug === stage));
        const expects = (action: AccessAction, table: string) => mayAccess(role, action, table, { editable, excluded: part === 'excluded' });
        const name = `${stage} (${part})`;
        const insert = (table: string, patch: Record<string, unknown>): Question => ({
          name: `${table} in ${name}`,
          expected: expects('insert', table),
          sent: { table, row_id: randomUUID(), op: 'insert', patch: { project_id, ...patch } },
        });
        return [
          { name: `edit in ${name}`, expected: expects('update', 'projects'), sent: { table: 'projects', row_id: project_id, op: 'update', patch: { tags: ['gấp'] } } },
          insert('documents', { title: 'Bản vẽ' }),
          insert('reviews', { review_type: 'quality' }),
          {
            name: `assign in ${name}`,
            expected: expects('update', 'projects') && mayAssign(person, project),
            sent: { table: 'projects', row_id: project_id, op: 'update', patch: { assigned_to: ids.colleague } },
          },
        ];
      }),
    );
  });

  it('on every step of every status', async () => {
    const questions: Question[] = [];
    for (const { table, statuses, ties } of stepTables) {
      for (const tie of ties) {
        for (const from of statuses) {
          const others = statuses.filter((status) => status !== from);
          const made = others.map(() => tie.row(role, from));
          const rowIds = await add(table, made);
          others.forEach((to, index) => {
            const facts = tie.facts(role, from);
            questions.push({
              name: `${table} (${tie.name}): ${from} > ${to}`,
              expected: mayAccess(role, 'read', table, facts) && mayAccess(role, 'update', table, facts) && mayChangeStatus(role, table, from, to, { ...tie.steps(role, from) }),
              sent: { table, row_id: rowIds[index] ?? '', op: 'update', patch: { status: to, ...tie.also?.(to) } },
            });
          });
        }
      }
    }
    await compare(role, questions);
  });

  it('on who may show a document to whom', async () => {
    await compare(
      role,
      accessLevels.flatMap((level): Question[] => {
        const insertable = mayAccess(role, 'insert', 'documents', { editable: role === 'sales' || role === 'procurement' });
        return [
          {
            name: `insert as ${level}`,
            expected: insertable && mayShare(role, level),
            sent: { table: 'documents', row_id: randomUUID(), op: 'insert', patch: { title: level, project_id: ids.project, access_level: level } },
          },
        ];
      }),
    );
  });
});

interface Tie {
  name: string;
  row: (role: Role, status: string) => DemoRow;
  facts: (role: Role, status: string) => Parameters<typeof mayAccess>[3];
  steps: (role: Role, status: string) => Parameters<typeof mayChangeStatus>[4];
  /** What goes along with the step. */
  also?: (to: string) => Record<string, unknown>;
}

const organization_id = organizationOf(usual);
const authored = (create: (created_by: string, status: string) => DemoRow): Tie[] =>
  [true, false].map((author) => ({
    name: author ? 'their own' : "a colleague's",
    row: (role, status) => ({ organization_id, ...create(author ? me(role) : ids.colleague, status) }),
    facts: () => ({}),
    steps: () => ({ author, named: false }),
  }));
const number = (): string => randomUUID().slice(0, 13);
const ofCompany = (create: (own: boolean, status: string) => DemoRow, seen: (own: boolean, status: string) => boolean): Tie[] =>
  [true, false].map((own) => ({
    name: own ? 'of their company' : 'of another company',
    row: (_role, status) => ({ organization_id, ...create(own, status) }),
    facts: (role, status) => {
      const theirs = role === 'supplier' && seen(own, status);
      return { company: theirs, addressed: theirs };
    },
    steps: () => ({ author: false, named: false }),
  }));

const approvalOf = (name: string, facts: (role: Role) => Partial<ApprovalFacts>): Tie => {
  const complete = (role: Role, status: string): ApprovalFacts => ({
    approval_type: 'custom', status, requested_by: ids.colleague, requested_at: '2026-01-01T00:00:00Z', current_approver_id: null,
    current_approver_role: null, current_approver_department: null, delegated_to: null, escalated_to: null, ...facts(role),
  });
  return {
    name,
    row: (role, status) => ({ organization_id, title: name, entity_type: 'projects', entity_id: ids.project, ...complete(role, status) }),
    facts: () => ({}),
    steps: (role, status) => {
      const approval = complete(role, status);
      const person = { id: me(role), role, department: role === 'production' ? 'Xưởng' : null };
      const delegations = [
        { delegator_id: ids.absent, delegate_id: me(role), approval_types: [], include_new_approvals: true, created_at: '' },
      ];
      return { author: approval.requested_by === me(role), named: false, approver: mayDecide(person, approval, delegations) };
    },
    also: (to) => (to === 'delegated' ? { delegated_to: third } : to === 'escalated' ? { escalated_to: third } : {}),
  };
};
const third = ids.colleague;
const stranger = (role: Role): string => personOf(usual, role === 'qa' ? 'engineering' : 'qa');

const stepTables: readonly { table: string; statuses: readonly string[]; ties: readonly Tie[] }[] = [
  {
    table: 'reviews',
    statuses: ['pending', 'in_progress', 'approved', 'rejected', 'needs_revision', 'completed', 'cancelled'],
    ties: [true, false].map((named) => ({
      name: named ? 'for them' : 'for a colleague',
      row: (role, status) => ({ organization_id, project_id: ids.project, review_type: 'quality', status, reviewer_id: named ? me(role) : ids.colleague }),
      facts: () => ({ own: named }),
      steps: () => ({ author: false, named }),
    })),
  },
  {
    table: 'supplier_rfqs',
    statuses: ['draft', 'sent', 'viewed', 'quoted', 'declined', 'expired', 'cancelled'],
    ties: ofCompany(
      (own, status) => ({ rfq_number: number(), supplier_id: own ? ids.ownSupplier : ids.otherSupplier, status }),
      (own, status) => own && status !== 'draft',
    ),
  },
  {
    table: 'supplier_quotes',
    statuses: ['draft', 'submitted', 'under_review', 'accepted', 'rejected', 'expired', 'withdrawn'],
    ties: ofCompany(
      (own, status) => ({
        quote_number: number(), status, supplier_id: own ? ids.ownSupplier : ids.otherSupplier, supplier_rfq_id: own ? ids.ownRfq : ids.otherRfq,
      }),
      (own) => own,
    ),
  },
  {
    table: 'purchase_orders',
    statuses: ['draft', 'pending_approval', 'approved', 'sent', 'acknowledged', 'partially_received', 'received', 'closed', 'cancelled'],
    ties: authored((created_by, status) => ({ po_number: number(), supplier_id: ids.otherSupplier, status, created_by })),
  },
  {
    table: 'production_orders',
    statuses: ['planned', 'released', 'in_progress', 'on_hold', 'completed', 'cancelled'],
    ties: authored((created_by, status) => ({ order_number: number(), project_id: ids.project, title: 'Lệnh', quantity: 1, status, created_by })),
  },
  {
    table: 'approvals',
    statuses: ['pending', 'in_review', 'approved', 'rejected', 'delegated', 'expired', 'cancelled', 'auto_approved', 'escalated'],
    ties: [
      approvalOf('of their own', (role) => ({ requested_by: me(role), requested_at: '2026-01-01T00:00:00Z' })),
      approvalOf('that names them', (role) => ({ requested_by: stranger(role), current_approver_id: me(role) })),
      approvalOf('that names somebody else', (role) => ({ requested_by: stranger(role), current_approver_id: ids.colleague })),
      approvalOf('that names somebody who is away', (role) => ({ requested_by: stranger(role), current_approver_id: ids.absent })),
      approvalOf('that names their role', (role) => ({ requested_by: stranger(role), current_approver_role: role })),
      approvalOf('that names another role', (role) => ({ requested_by: stranger(role), current_approver_role: role === 'qa' ? 'sales' : 'qa' })),
      approvalOf('that names a department', (role) => ({ requested_by: stranger(role), current_approver_role: role, current_approver_department: 'Xưởng' })),
      approvalOf('that names nobody', (role) => ({ requested_by: stranger(role) })),
      approvalOf('that was handed to them', (role) => ({ requested_by: stranger(role), current_approver_id: ids.colleague, delegated_to: me(role), escalated_to: me(role) })),
    ],
  },
];
