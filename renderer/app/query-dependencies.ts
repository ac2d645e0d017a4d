import type { OperationName } from '../../shared/api/index.ts';

/** Operations that read and may be kept in the query cache. */
export type QueryName = Extract<
  OperationName,
  | 'people.list'
  | 'people.access'
  | 'people.handedIn'
  | 'projects.board'
  | 'lists.choices'
  | 'lists.tags'
  | 'lists.rows'
  | 'lists.groups'
  | 'lists.board'
  | 'lists.cards'
  | 'views.list'
  | 'projects.list'
  | 'projects.get'
  | 'projects.moves'
  | 'dashboard.figures'
  | 'dashboard.urgent'
  | 'dashboard.mine'
  | 'dashboard.activity'
  | 'rates.list'
  | 'workflow.get'
  | 'project.team'
  | 'project.related'
  | 'project.people'
  | 'project.customers'
  | 'help.tour'
  | 'calendar.sheet'
  | 'calendar.day'
  | 'timeline.rows'
  | 'drive.state'
  | 'drive.config'
  | 'drive.thumbnail'
  | 'drive.transfers'
  | 'drive.troubles'
  | 'backup.overview'
  | 'session.people'
  | 'audit.overview'
  | 'audit.get'
  | 'preview.version'
  | 'search.all'
  | 'search.code'
  | 'search.recent'
  | 'contacts.list'
  | 'contacts.find'
  | 'contacts.like'
  | 'contacts.get'
  | 'contacts.mergePreview'
  | 'intake.form'
  | 'intake.similar'
  | 'documents.list'
  | 'documents.choices'
  | 'documents.get'
  | 'documents.mayAdd'
  | 'documents.same'
  | 'documents.access'
  | 'documents.accessPeople'
  | 'sync.waiting'
  | 'sync.attention'
  | 'sync.conflicts'
  | 'sync.setAside'
  | 'sync.history'
  | 'files.transfers'
  | 'files.offline'
  | 'files.disk'
  | 'files.scanFolder'
  | 'files.missing'
>;

/** What marks a row as waiting, refused or in conflict. */
const changeState = ['outbox', 'attention', 'sync_conflicts'] as const;

const projectRow = [
  'projects',
  'project_sub_stage_progress',
  'workflow_stages',
  'workflow_sub_stages',
  'contacts',
  'users',
  ...changeState,
] as const;

/** What is looked for by words is found better once all rows are in the index. */
const listed = [...projectRow, 'search_progress'] as const;

const gate = [
  'projects',
  'project_assignments',
  'project_sub_stage_progress',
  'workflow_stages',
  'workflow_sub_stages',
  'approvals',
  'users',
] as const;

/** The tables that each query reads: a commit that touches one of them makes the query ask again. */
export const queryDependencies: Record<QueryName, readonly string[]> = {
  'drive.state': ['google_drive_config'],
  'drive.config': ['google_drive_config', ...changeState],
  // Asked of Google.
  'drive.thumbnail': [],
  'drive.transfers': [],
  'drive.troubles': ['documents'],
  'people.list': ['users', 'contacts'],
  // Asked of the centre; what else changes there, this machine hears nothing of.
  'people.access': ['users'],
  'people.handedIn': [],
  'projects.board': projectRow,
  'projects.list': projectRow,
  'lists.choices': ['workflow_stages', 'contacts', 'users'],
  'lists.tags': ['projects'],
  'lists.rows': [...listed, 'project_assignments'],
  'lists.groups': listed,
  'lists.board': listed,
  'lists.cards': listed,
  'views.list': ['saved_views', 'users', 'outbox'],
  'projects.get': [...projectRow, ...gate, 'project_stage_history', 'activity_log'],
  'projects.moves': gate,
  'dashboard.figures': ['projects', 'project_stage_history', 'workflow_stages', 'exchange_rates', 'organizations'],
  'dashboard.urgent': ['projects', 'workflow_stages', 'contacts', 'users'],
  'dashboard.mine': [...gate, 'approval_delegations'],
  'dashboard.activity': ['activity_log', 'users', 'projects', 'project_sub_stage_progress', 'workflow_sub_stages'],
  'rates.list': ['exchange_rates', 'projects', 'users', 'outbox'],
  'workflow.get': ['workflow_stages', 'workflow_sub_stages', 'projects', 'outbox'],
  'project.team': ['project_assignments', 'users', 'outbox'],
  'project.related': [
    'documents',
    'reviews',
    'supplier_rfqs',
    'supplier_quotes',
    'purchase_orders',
    'production_orders',
    'contacts',
    'users',
  ],
  'project.people': ['users'],
  'project.customers': ['contacts'],
  'help.tour': ['users'],
  'calendar.sheet': ['projects', 'project_assignments', 'workflow_stages', 'contacts', 'outbox'],
  'timeline.rows': ['projects', 'project_stage_history', 'workflow_stages', 'contacts'],
  'calendar.day': ['projects', 'project_assignments', 'workflow_stages', 'contacts', 'outbox'],
  // What is known of backups changes by what the page itself asks for, and it asks again then.
  'backup.overview': [],
  // Of people who are not signed in no rows are seen.
  'session.people': [],
  'audit.overview': ['activity_log', 'users'],
  // The log is only ever added to, but the names in it change.
  'audit.get': ['activity_log', 'users', 'projects', 'contacts', 'workflow_stages', 'workflow_sub_stages'],
  'preview.version': ['documents', 'document_versions'],
  'search.all': ['projects', 'contacts', 'documents', 'document_versions', 'users', 'search_progress', 'document_texts'],
  'search.code': ['projects'],
  'search.recent': ['projects', 'contacts', 'documents', 'users', 'recent_records'],
  'contacts.list': ['contacts', 'projects', 'supplier_rfqs', 'purchase_orders', 'outbox', 'attention'],
  'contacts.find': ['contacts'],
  'contacts.like': ['contacts'],
  'contacts.get': ['contacts', 'projects', 'supplier_rfqs', 'purchase_orders', 'users', 'workflow_stages', 'activity_log', 'outbox', 'attention'],
  'contacts.mergePreview': ['contacts', 'projects', 'supplier_rfqs', 'supplier_quotes', 'purchase_orders', 'inventory_items', 'users'],
  'intake.form': ['workflow_stages', 'projects'],
  'intake.similar': ['projects', 'workflow_stages'],
  'documents.list': ['documents', 'document_versions', 'document_texts', 'projects', 'users', 'search_progress', 'outbox', 'attention'],
  'documents.choices': ['documents'],
  'documents.get': [
    'documents', 'document_versions', 'document_access_log', 'projects', 'project_assignments', 'workflow_stages', 'contacts', 'users',
    'supplier_rfqs', 'supplier_rfq_items', 'approvals', 'approval_delegations', 'activity_log', 'outbox', 'attention',
  ],
  'documents.mayAdd': ['projects', 'project_assignments', 'workflow_stages'],
  'documents.same': ['documents'],
  'documents.access': ['document_access_log', 'documents', 'projects', 'users', 'outbox'],
  'documents.accessPeople': ['document_access_log', 'users'],
  'sync.waiting': ['outbox', 'projects'],
  'sync.attention': ['attention', 'projects'],
  'sync.conflicts': ['sync_conflicts', 'projects', 'project_sub_stage_progress'],
  // Rows are set aside, and return, while a sync stores what it found; that leaves a line of the history.
  'sync.setAside': ['quarantine', 'sync_history'],
  'sync.history': ['sync_history'],
  'files.transfers': ['file_transfers', 'documents', 'document_versions'],
  'files.offline': ['offline_choices', 'stored_files', 'documents', 'projects'],
  'files.disk': ['stored_files', 'file_transfers', 'offline_choices'],
  // Asked again by time: the folder is the disk's.
  'files.scanFolder': [],
  'files.missing': ['documents'],
};

export const queriesThatRead = (tables: readonly string[]): Set<QueryName> => {
  const changed = new Set(tables);
  const names = Object.keys(queryDependencies) as QueryName[];
  return new Set(names.filter((name) => queryDependencies[name].some((table) => changed.has(table))));
};
