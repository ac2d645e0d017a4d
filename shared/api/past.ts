import type { OperationName } from './index.ts';

/** An earlier state that a window of its own shows. */
export interface Past {
  /** When the backup was made, or the sync that it is from. */
  at: string;
  /** The backup's name. */
  name: string;
}

/**
 * What the window of an earlier state may ask: it reads. What a screen remembers of how it was looked at goes with the
 * state; nothing in this list changes a record, leaves the machine or asks the centre.
 */
export const pastOperations: ReadonlySet<OperationName> = new Set<OperationName>([
  // How the window looks, and the ways off it; they touch no record.
  'app.info', 'app.copyText', 'settings.get', 'settings.set', 'session.current', 'session.people', 'session.signOut', 'lock.state', 'lock.now', 'lock.open', 'window.print',
  'projects.board', 'projects.list', 'projects.get', 'projects.moves', 'project.team', 'project.related', 'project.people', 'project.customers',
  'lists.choices', 'lists.tags', 'lists.rows', 'lists.groups', 'lists.ids', 'lists.board', 'lists.cards', 'views.list',
  'contacts.list', 'contacts.find', 'contacts.like', 'contacts.get', 'documents.list', 'documents.choices', 'documents.get', 'documents.mayAdd',
  // Contents that the backup holds; a copy goes where the person chooses.
  'preview.version', 'preview.open', 'preview.bytes', 'preview.close', 'files.open', 'files.saveAs',
  'search.all', 'search.recent', 'search.code', 'search.opened', 'calendar.sheet', 'calendar.day', 'timeline.rows',
  'dashboard.figures', 'dashboard.urgent', 'dashboard.mine', 'dashboard.activity', 'rates.list', 'workflow.get', 'people.list', 'help.tour',
  'sync.status', 'sync.waiting', 'sync.attention', 'sync.conflicts',
]);
