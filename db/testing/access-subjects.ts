import { randomUUID } from 'node:crypto';
import type { AccessFacts } from '../../shared/domain/access-rules.ts';
import { isInternal, roles, type Role } from '../../shared/domain/roles.ts';
import { usual } from '../../shared/domain/workflow-cases-world.ts';
import type { DemoRow } from '../demo/rows.ts';
import { demoId } from '../demo/rows.ts';
import { organizationOf, personOf } from './workflow-cases.ts';

/*
 * Rows for the comparison of rules: per table and per kind of tie between the row and whoever asks, what the desktop knows of
 * the row (`facts`) and the row itself. Rows that others refer to stand in `common`.
 */

const organization_id = organizationOf(usual);
const fixed = (name: string): string => demoId('access', name);

export const ids = {
  ownSupplier: fixed('own supplier'),
  otherSupplier: fixed('other supplier'),
  ownCustomer: fixed('own customer'),
  otherCustomer: fixed('other customer'),
  colleague: fixed('colleague'),
  /** Somebody who is away and has handed their approvals to everybody. */
  absent: fixed('absent'),
  project: fixed('project'),
  foreignProject: fixed('foreign project'),
  document: fixed('document'),
  item: fixed('item'),
  bucket: fixed('bucket'),
  approval: fixed('approval'),
  ownRfq: fixed('own rfq'),
  otherRfq: fixed('other rfq'),
  ownQuote: fixed('own quote'),
  otherQuote: fixed('other quote'),
  order: fixed('order'),
};

/** A document that this person uploaded. */
const documentOf = (role: Role): string => fixed(`document of ${role}`);

/** The company of an external person. */
export const companyOf = (role: Role): string | null =>
  role === 'supplier' ? ids.ownSupplier : role === 'customer' ? ids.ownCustomer : null;

const stage = usual.stages[0];
if (!stage) throw new Error('the usual workflow has stages');

const at = (row: DemoRow): DemoRow => ({ organization_id, ...row });

/** What the subjects refer to, in the order of loading. */
export const common: readonly { table: string; row: DemoRow }[] = [
  ...(['ownSupplier', 'otherSupplier'] as const).map((name) => ({
    table: 'contacts',
    row: at({ id: ids[name], type: 'supplier', company_name: name }),
  })),
  ...(['ownCustomer', 'otherCustomer'] as const).map((name) => ({
    table: 'contacts',
    row: at({ id: ids[name], type: 'customer', company_name: name }),
  })),
  { table: 'users', row: at({ id: ids.colleague, email: 'access@case.example', name: 'colleague', role: 'sales' }) },
  { table: 'users', row: at({ id: ids.absent, email: 'absent@case.example', name: 'absent', role: 'sales' }) },
  ...roles.map((role) => ({
    table: 'approval_delegations',
    row: at({ delegator_id: ids.absent, delegate_id: personOf(usual, role), start_date: '2020-01-01', end_date: '2100-01-01' }),
  })),
  {
    table: 'projects',
    row: at({ id: ids.project, project_id: 'A-1', title: 'own', current_stage_id: stage.id, customer_id: ids.ownCustomer, assigned_to: ids.colleague }),
  },
  {
    table: 'projects',
    row: at({ id: ids.foreignProject, project_id: 'A-2', title: 'other', current_stage_id: stage.id, customer_id: ids.otherCustomer, assigned_to: ids.colleague }),
  },
  { table: 'documents', row: at({ id: ids.document, title: 'shared', project_id: ids.project, access_level: 'external', uploaded_by: ids.colleague }) },
  ...roles.map((role) => ({
    table: 'documents',
    row: at({ id: documentOf(role), title: 'own', project_id: ids.project, access_level: 'external', uploaded_by: personOf(usual, role) }),
  })),
  { table: 'inventory_items', row: at({ id: ids.item, item_code: 'A-1', name: 'Thép' }) },
  { table: 'storage_buckets', row: at({ id: ids.bucket, name: 'access' }) },
  { table: 'approvals', row: at({ id: ids.approval, approval_type: 'custom', title: 'x', entity_type: 'projects', entity_id: ids.project, requested_by: ids.colleague }) },
  { table: 'supplier_rfqs', row: at({ id: ids.ownRfq, rfq_number: 'A-1', supplier_id: ids.ownSupplier, status: 'sent', project_id: ids.project }) },
  { table: 'supplier_rfqs', row: at({ id: ids.otherRfq, rfq_number: 'A-2', supplier_id: ids.otherSupplier, status: 'sent', project_id: ids.foreignProject }) },
  { table: 'supplier_quotes', row: at({ id: ids.ownQuote, quote_number: 'A-1', supplier_rfq_id: ids.ownRfq, supplier_id: ids.ownSupplier }) },
  { table: 'supplier_quotes', row: at({ id: ids.otherQuote, quote_number: 'A-2', supplier_rfq_id: ids.otherRfq, supplier_id: ids.otherSupplier }) },
  { table: 'purchase_orders', row: at({ id: ids.order, po_number: 'A-1', supplier_id: ids.otherSupplier }) },
];

export interface Subject {
  table: string;
  name: string;
  facts: (role: Role) => AccessFacts;
  /** The row, but for its id. */
  row: (role: Role) => DemoRow;
  /** A harmless edit; none where nothing of the table is edited. */
  edit?: Record<string, unknown>;
  /** What a person sends to make such a row; none where nobody makes one by hand. */
  insert?: (role: Role) => Record<string, unknown>;
  /** What the centre sets on such a row itself, so that it becomes the person's own. */
  insertFacts?: AccessFacts;
}

const me = (role: Role): string => personOf(usual, role);
const unique = (): string => randomUUID().slice(0, 8);
const nothing = (): AccessFacts => ({});
const owned = (own: boolean) => (): AccessFacts => ({ own, addressed: own });
const ownOrNot = <T>(make: (own: boolean) => T): T[] => [true, false].map(make);
const name = (own: boolean): string => (own ? 'own' : "somebody else's");

/** A table whose rows are the whole organization's. */
const plain = (table: string, row: () => DemoRow, edit?: Record<string, unknown>, insert?: () => Record<string, unknown>): Subject => ({
  table,
  name: 'any',
  facts: nothing,
  row: () => at(row()),
  ...(edit && { edit }),
  ...(insert && { insert }),
});

const stageRow = () => ({ name: 'Bước', slug: `s-${unique()}`, stage_order: 90 });
const document = (own: boolean, access_level: string, project_id: string | null) => (role: Role) =>
  at({ title: 'Bản vẽ', uploaded_by: own ? me(role) : ids.colleague, access_level, project_id });

const companySubjects = ownOrNot((own): Subject[] => {
  const [supplier, customer] = own ? [ids.ownSupplier, ids.ownCustomer] : [ids.otherSupplier, ids.otherCustomer];
  const [rfq, quote] = own ? [ids.ownRfq, ids.ownQuote] : [ids.otherRfq, ids.otherQuote];
  const bySupplier = (role: Role): AccessFacts => ({ company: own && role === 'supplier', addressed: own && role === 'supplier' });
  return [
    {
      table: 'projects',
      name: own ? "of the person's company" : 'of another company',
      facts: (role) => ({ company: own && role === 'customer', editable: role === 'sales' || role === 'procurement' }),
      row: () => at({ project_id: `X-${unique()}`, title: 'Dự án', current_stage_id: stage.id, customer_id: customer }),
      edit: { title: 'Khác' },
      insert: () => ({ title: 'Mới', current_stage_id: stage.id }),
    },
    {
      table: 'supplier_rfqs',
      name: own ? "to the person's company" : 'to another company',
      facts: bySupplier,
      row: () => at({ rfq_number: `R-${unique()}`, supplier_id: supplier, status: 'sent' }),
      edit: { status: 'declined' },
      insert: () => ({ rfq_number: `R-${unique()}`, supplier_id: supplier }),
    },
    {
      table: 'supplier_rfqs',
      name: `a draft ${own ? "to the person's company" : 'to another company'}`,
      facts: nothing,
      row: () => at({ rfq_number: `R-${unique()}`, supplier_id: supplier, status: 'draft' }),
      edit: { priority: 'high' },
    },
    {
      table: 'supplier_rfq_items',
      name: own ? "to the person's company" : 'to another company',
      facts: bySupplier,
      row: () => at({ supplier_rfq_id: rfq, line_number: 1, description: 'Trục', quantity: 1 }),
    },
    {
      table: 'supplier_quotes',
      name: own ? "of the person's company" : 'of another company',
      facts: bySupplier,
      row: () => at({ quote_number: `Q-${unique()}`, supplier_rfq_id: rfq, supplier_id: supplier }),
      edit: { lead_time_days: 5 },
      insert: () => ({ quote_number: `Q-${unique()}`, supplier_rfq_id: rfq, supplier_id: supplier }),
    },
    {
      table: 'supplier_quote_items',
      name: own ? "of the person's company" : 'of another company',
      facts: bySupplier,
      row: () => at({ supplier_quote_id: quote, line_number: 1, description: 'Trục', quantity: 1, unit_price: 1, amount: 1 }),
      edit: { lead_time_days: 5 },
      insert: () => ({ supplier_quote_id: quote, line_number: 2, description: 'Trục', quantity: 1, unit_price: 1, amount: 1 }),
    },
  ];
}).flat();

const documentSubjects = ownOrNot((own): Subject[] =>
  (
    [
      ['internal', 'project', true, false, false],
      ['confidential', 'project', false, false, false],
      ['restricted', 'project', false, false, false],
      ['external', 'project', true, true, true],
      ['public', 'project', true, true, true],
      ['customer', 'project', true, true, false],
      ['supplier', 'project', true, false, true],
      ['external', 'foreignProject', true, false, false],
      ['supplier', 'foreignProject', true, false, false],
    ] as const
  ).map(([level, project, open, customer, supplier]) => ({
    table: 'documents',
    name: `${name(own)}, ${level}, of the ${project}`,
    facts: (role) => ({
      own,
      circle: open || own,
      shared: (role === 'customer' && customer) || (role === 'supplier' && supplier),
      editable: role === 'sales' || role === 'procurement',
    }),
    row: document(own, level, ids[project]),
    edit: { description: 'Sửa' },
    // A level that everybody may give, so that only the rule of the table decides.
    ...(level === 'internal' && { insert: () => ({ title: 'Bản vẽ', project_id: ids[project] }) }),
  })),
).flat();

export const subjects: readonly Subject[] = [
  ...companySubjects,
  ...documentSubjects,
  ...(['customer', 'supplier', 'partner', 'internal'] as const).map(
    (type): Subject => ({
      table: 'contacts',
      name: type,
      facts: () => ({ contactType: type }),
      row: () => at({ type, company_name: 'Công ty' }),
      edit: { city: 'Hà Nội' },
      insert: () => ({ type, company_name: 'Công ty' }),
    }),
  ),
  ...(['receipt', 'issue'] as const).map(
    (kind): Subject => ({
      table: 'stock_moves',
      name: kind,
      facts: () => ({ moveKind: kind }),
      row: () => at({ inventory_item_id: ids.item, kind, quantity: 1 }),
      insert: () => ({ inventory_item_id: ids.item, kind, quantity: 1 }),
    }),
  ),
  ...ownOrNot((own): Subject => ({
    table: 'reviews',
    name: name(own),
    facts: (role) => ({ own, editable: role === 'sales' || role === 'procurement' }),
    row: (role) => at({ project_id: ids.project, reviewer_id: own ? me(role) : ids.colleague, review_type: 'quality' }),
    edit: { comments: 'Đã xem' },
    insert: (role) => ({ project_id: ids.project, reviewer_id: own ? me(role) : ids.colleague, review_type: 'quality' }),
  })),
  ...ownOrNot((own): Subject => ({
    table: 'messages',
    name: own ? 'to the person' : 'between others',
    facts: owned(own),
    row: (role) => at({ sender_id: ids.colleague, recipient_id: own ? me(role) : personOf(usual, role === 'qa' ? 'sales' : 'qa'), content: 'Chào' }),
    edit: { status: 'read' },
    insert: () => ({ recipient_id: ids.colleague, content: 'Chào' }),
    insertFacts: { own: true },
  })),
  {
    table: 'messages',
    name: 'by the person',
    facts: () => ({ own: true }),
    row: (role) => at({ sender_id: me(role), recipient_id: ids.colleague, content: 'Chào' }),
    edit: { status: 'read' },
  },
  {
    table: 'messages',
    name: 'to all the staff',
    facts: (role) => ({ own: isInternal(role) }),
    row: () => at({ sender_id: ids.colleague, recipient_id: null, content: 'Chào' }),
    edit: { status: 'read' },
  },
  ...ownOrNot((own): Subject => ({
    table: 'notifications',
    name: name(own),
    facts: owned(own),
    row: (role) => at({ user_id: own ? me(role) : ids.colleague, title: 'Báo' }),
    edit: { status: 'read' },
  })),
  ...ownOrNot((own): Subject => ({
    table: 'approval_notifications',
    name: name(own),
    facts: owned(own),
    row: (role) => at({ approval_id: ids.approval, recipient_id: own ? me(role) : ids.colleague, notification_type: 'request' }),
    edit: { status: 'read' },
  })),
  ...ownOrNot((own): Subject => ({
    table: 'document_versions',
    name: `of ${own ? "the person's" : "somebody else's"} document`,
    facts: () => ({ own, circle: true, shared: true }),
    row: (role) => at({ document_id: own ? documentOf(role) : ids.document, version_number: 1, file_name: 'a.pdf' }),
    insert: (role) => ({ document_id: own ? documentOf(role) : ids.document, version_number: 2, file_name: 'a.pdf' }),
  })),
  ...ownOrNot((own): Subject => ({
    table: 'document_access_log',
    name: name(own),
    facts: owned(own),
    row: (role) => at({ document_id: ids.document, user_id: own ? me(role) : ids.colleague, action: 'open' }),
    insert: () => ({ document_id: ids.document, action: 'open' }),
    insertFacts: { own: true },
  })),
  ...ownOrNot((own): Subject => ({
    table: 'approval_delegations',
    name: name(own),
    facts: owned(own),
    row: (role) => at({ delegator_id: own ? me(role) : ids.colleague, delegate_id: personOf(usual, role === 'qa' ? 'sales' : 'qa'), start_date: '2026-01-01', end_date: '2026-01-02' }),
    edit: { reason: 'Nghỉ phép' },
    insert: (role) => ({ delegator_id: own ? me(role) : ids.colleague, delegate_id: personOf(usual, role === 'qa' ? 'sales' : 'qa'), start_date: '2026-01-01', end_date: '2026-01-02' }),
  })),
  {
    table: 'approvals',
    name: 'any',
    facts: nothing,
    row: () => at({ approval_type: 'custom', title: 'x', entity_type: 'projects', entity_id: ids.project, requested_by: ids.colleague }),
    insert: () => ({ approval_type: 'custom', title: 'x', entity_type: 'projects', entity_id: ids.project }),
    insertFacts: { own: true },
  },
  {
    table: 'approval_attachments',
    name: 'any',
    facts: nothing,
    row: () => at({ approval_id: ids.approval, file_name: 'a.pdf' }),
    insert: () => ({ approval_id: ids.approval, file_name: 'a.pdf' }),
    insertFacts: { own: true },
  },
  plain('approval_history', () => ({ approval_id: ids.approval, action: 'requested' })),
  plain('workflow_stages', stageRow, { description: 'Mô tả' }, stageRow),
  plain(
    'workflow_sub_stages',
    () => ({ workflow_stage_id: stage.id, name: 'Bước', slug: `s-${unique()}`, sub_stage_order: 90, is_active: false }),
    { description: 'Mô tả' },
    () => ({ workflow_stage_id: stage.id, name: 'Bước', slug: `s-${unique()}`, sub_stage_order: 90, is_active: false }),
  ),
  plain(
    'project_assignments',
    () => ({ project_id: ids.foreignProject, user_id: ids.colleague }),
    { is_active: false },
    () => ({ project_id: ids.foreignProject, user_id: ids.colleague }),
  ),
  plain('project_stage_history', () => ({ project_id: ids.project, to_stage_id: stage.id, kind: 'enter' })),
  plain(
    'approval_chains',
    () => ({ name: 'Chuỗi', approval_type: 'custom' }),
    { description: 'Mô tả' },
    () => ({ name: 'Chuỗi', approval_type: 'custom' }),
  ),
  plain(
    'inventory_items',
    () => ({ item_code: `I-${unique()}`, name: 'Thép' }),
    { name: 'Nhôm' },
    () => ({ item_code: `I-${unique()}`, name: 'Thép' }),
  ),
  plain(
    'purchase_orders',
    () => ({ po_number: `PO-${unique()}`, supplier_id: ids.otherSupplier }),
    { notes: 'Gấp' },
    () => ({ po_number: `PO-${unique()}`, supplier_id: ids.otherSupplier }),
  ),
  plain(
    'purchase_order_items',
    () => ({ purchase_order_id: ids.order, line_number: 1, description: 'Thép', quantity: 1, unit_price: 1, amount: 1 }),
    { notes: 'Gấp' },
    () => ({ purchase_order_id: ids.order, line_number: 1, description: 'Thép', quantity: 1, unit_price: 1, amount: 1 }),
  ),
  plain(
    'production_orders',
    () => ({ order_number: `MO-${unique()}`, project_id: ids.project, title: 'Lệnh', quantity: 1 }),
    { notes: 'Gấp' },
    () => ({ order_number: `MO-${unique()}`, project_id: ids.project, title: 'Lệnh', quantity: 1 }),
  ),
  ...ownOrNot((own): Subject => ({
    table: 'saved_views',
    name: name(own),
    facts: owned(own),
    row: (role) => at({ owner_id: own ? me(role) : ids.colleague, screen: 'projects', name: 'Của tôi' }),
    edit: { name: 'Khác' },
    insert: () => ({ screen: 'projects', name: 'Mới' }),
    insertFacts: { own: true },
  })),
  plain(
    'exchange_rates',
    () => ({ currency: 'USD', rate: '25000', valid_from: '2026-01-01' }),
    { rate: '25100' },
    () => ({ currency: 'USD', rate: '25000', valid_from: '2026-01-01' }),
  ),
  plain('storage_buckets', () => ({ name: unique() })),
  plain('storage_objects', () => ({ bucket_id: ids.bucket, name: unique() })),
];
