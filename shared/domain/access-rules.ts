import { externalRoles, internalRoles, isManager, roles, type Role } from './roles.ts';

/*
 * Who may read and write rows of which table. The centre asks the same rules in db/central/0016_access_rules.sql, where
 * its policies say what each condition means; a test holds both tables against each other, and every case against the centre.
 * Here they only grey out what the centre would refuse.
 */

export type AccessAction = 'read' | 'insert' | 'update';

/**
 * With which rows: `always` is every row of the organization.
 * own: that the person made, or that is for them · addressed: that is for them, or for their company ·
 * company: of their company · shared: shown to their company · circle: not confidential, or of a project of theirs ·
 * editable: of a project that they may edit now · sub_stage: as `maySetProgress` says · approval: as `mayDecide` says ·
 * customers, suppliers: contacts of that kind, and partners · receipts: of stock that arrives ·
 * project_work: about projects, their steps, reviews, approvals and production · readable: about tables that they read whole.
 */
export type AccessCondition =
  | 'always'
  | 'own'
  | 'addressed'
  | 'company'
  | 'shared'
  | 'circle'
  | 'editable'
  | 'sub_stage'
  | 'approval'
  | 'customers'
  | 'suppliers'
  | 'receipts'
  | 'project_work'
  | 'readable';

type Grants = Partial<Record<Role, AccessCondition>>;
export type TableRules = Readonly<Partial<Record<AccessAction, Grants>>>;

const grant = (condition: AccessCondition, ...to: readonly Role[]): Grants =>
  Object.fromEntries(to.map((role) => [role, condition]));

const managers = ['admin', 'management'] as const;
/** Staff who are no managers. */
const others = internalRoles.filter((role) => role !== 'admin' && role !== 'management');

const staff = grant('always', ...internalRoles);
const byManagers = grant('always', ...managers);
const byAdmin = grant('always', 'admin');
const byPurchasing = grant('always', ...managers, 'procurement');
const byProjectWorkers = { ...byManagers, ...grant('editable', ...others) };
const toOneself = grant('own', ...roles);
/** Of the staff. */
const ofOneself = grant('own', ...internalRoles);
const ofContacts = { ...byManagers, ...grant('customers', 'sales'), ...grant('suppliers', 'procurement') };
const ofSupplier = { ...byPurchasing, ...grant('company', 'supplier') };
const quotesRead = { ...ofSupplier, ...grant('always', 'sales') };
const ordersRead = { ...byPurchasing, ...grant('always', 'sales', 'qa', 'production') };
const requestsRead = { ...staff, ...grant('addressed', 'supplier') };
const documentsRead = { ...byManagers, ...grant('circle', ...others), ...grant('shared', ...externalRoles) };
const ofReviewers = { ...byManagers, ...grant('editable', ...others), ...grant('always', 'engineering', 'qa') };
const ofStock = grant('always', ...managers, 'procurement', 'production');
const ofConflicts = { ...byManagers, ...grant('readable', ...others) };
const ofDelegators = { ...grant('own', 'management', ...others), ...byAdmin };

/** By table; what is not listed is refused. */
export const accessRules: Readonly<Record<string, TableRules>> = {
  organizations: { read: grant('always', ...roles), update: byAdmin },
  contacts: { read: { ...staff, ...grant('company', ...externalRoles) }, insert: ofContacts, update: ofContacts },
  users: { read: { ...staff, ...grant('own', ...externalRoles) }, update: toOneself },
  workflow_stages: { read: { ...staff, ...grant('always', 'customer') }, insert: byAdmin, update: byAdmin },
  workflow_sub_stages: { read: staff, insert: byAdmin, update: byAdmin },
  projects: {
    read: { ...staff, ...grant('company', 'customer') },
    insert: grant('always', ...managers, 'sales', 'procurement'),
    update: byProjectWorkers,
  },
  project_assignments: { read: staff, insert: byManagers, update: byManagers },
  project_sub_stage_progress: {
    read: staff,
    insert: grant('sub_stage', ...internalRoles),
    update: grant('sub_stage', ...internalRoles),
  },
  project_stage_history: { read: staff, insert: byProjectWorkers },
  documents: {
    read: documentsRead,
    insert: { ...byProjectWorkers, ...grant('always', 'engineering') },
    update: { ...byManagers, ...grant('own', ...others), ...grant('always', 'engineering') },
  },
  document_versions: {
    read: documentsRead,
    insert: { ...byManagers, ...grant('own', ...others), ...grant('always', 'engineering') },
    update: { ...byManagers, ...grant('approval', 'engineering', 'qa') },
  },
  document_access_log: { read: { ...toOneself, ...byManagers }, insert: toOneself },
  google_drive_config: { read: staff, insert: byAdmin, update: byAdmin },
  reviews: { read: staff, insert: ofReviewers, update: { ...byManagers, ...grant('own', ...others) } },
  approval_chains: { read: staff, insert: byManagers, update: byManagers },
  approvals: { read: staff, insert: grant('own', ...internalRoles), update: grant('approval', ...internalRoles) },
  approval_delegations: { read: staff, insert: ofDelegators, update: ofDelegators },
  approval_history: { read: staff },
  approval_attachments: { read: staff, insert: grant('own', ...internalRoles) },
  approval_notifications: { read: grant('own', ...internalRoles), update: grant('own', ...internalRoles) },
  messages: { read: toOneself, insert: toOneself, update: grant('addressed', ...roles) },
  notifications: { read: toOneself, update: toOneself },
  activity_log: { read: { ...byManagers, ...grant('project_work', ...others) } },
  inventory_items: { read: staff, insert: ofStock, update: ofStock },
  supplier_rfqs: { read: requestsRead, insert: byPurchasing, update: { ...byPurchasing, ...grant('addressed', 'supplier') } },
  supplier_rfq_items: { read: requestsRead, insert: byPurchasing, update: byPurchasing },
  supplier_quotes: { read: quotesRead, insert: ofSupplier, update: ofSupplier },
  supplier_quote_items: { read: quotesRead, insert: ofSupplier, update: ofSupplier },
  purchase_orders: { read: ordersRead, insert: byPurchasing, update: byPurchasing },
  purchase_order_items: { read: ordersRead, insert: byPurchasing, update: byPurchasing },
  production_orders: {
    read: staff,
    insert: grant('always', ...managers, 'production'),
    update: grant('always', ...managers, 'production'),
  },
  stock_moves: { read: staff, insert: { ...grant('always', ...managers, 'production'), ...grant('receipts', 'procurement') } },
  storage_buckets: { read: staff },
  storage_objects: { read: byManagers },
  sync_conflicts: { read: ofConflicts, update: ofConflicts },
  saved_views: { read: ofOneself, insert: ofOneself, update: ofOneself },
  exchange_rates: { read: staff, insert: byManagers, update: byManagers },
};

/** Which rows of the table this role may read or write; null where none. */
export const accessCondition = (role: Role, action: AccessAction, table: string): AccessCondition | null =>
  accessRules[table]?.[action]?.[role] ?? null;

/** What a condition asks about one row; what is left out counts as not so. */
export interface AccessFacts {
  /** The person made it, or it is for them. */
  own?: boolean;
  /** It is for the person, or for their company. */
  addressed?: boolean;
  /** It belongs to the person's company. */
  company?: boolean;
  /** It is shown to the person's company. */
  shared?: boolean;
  /** It is not confidential, or the person belongs to its project. */
  circle?: boolean;
  /** Its project may be edited by the person now (`mayEditProject`). */
  editable?: boolean;
  /** The person is kept out of its project. */
  excluded?: boolean;
  /** The type of a contact. */
  contactType?: string;
  /** The kind of a stock move. */
  moveKind?: string;
}

/**
 * Whether the role may do this with a row. `sub_stage`, `approval`, `project_work` and `readable` are decided by rules of
 * their own and answered with true here: something of that kind is possible.
 */
export function mayAccess(role: Role, action: AccessAction, table: string, facts: AccessFacts = {}): boolean {
  const condition = accessCondition(role, action, table);
  if (facts.excluded && action !== 'read' && !isManager(role)) return false;
  switch (condition) {
    case null:
      return false;
    case 'customers':
      return facts.contactType === 'customer' || facts.contactType === 'partner';
    case 'suppliers':
      return facts.contactType === 'supplier' || facts.contactType === 'partner';
    case 'receipts':
      return facts.moveKind === 'receipt';
    case 'own':
    case 'addressed':
    case 'company':
    case 'shared':
    case 'circle':
    case 'editable':
      return facts[condition] === true;
    case 'always':
    case 'sub_stage':
    case 'approval':
    case 'project_work':
    case 'readable':
      return true;
  }
}

export const accessLevels = ['internal', 'confidential', 'restricted', 'customer', 'supplier', 'external', 'public'] as const;
export type AccessLevel = (typeof accessLevels)[number];

/** Who may give a document this level: what leaves the house is shown by those who answer for that side of it. */
export function mayShare(role: Role, level: AccessLevel): boolean {
  if (role === 'supplier' || role === 'customer') return false;
  switch (level) {
    case 'internal':
    case 'confidential':
    case 'restricted':
      return true;
    case 'customer':
      return role === 'admin' || role === 'management' || role === 'sales';
    case 'supplier':
      return role === 'admin' || role === 'management' || role === 'procurement';
    case 'external':
    case 'public':
      return role === 'admin' || role === 'management';
  }
}
