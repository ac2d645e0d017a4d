import { isInternal, type Role } from './roles.ts';

/*
 * Which status follows which, and who takes the step. The centre's side is app.status_transitions in
 * db/central/0016_access_rules.sql; a test holds both tables against each other, and every step against the centre.
 */

/**
 * writer: any of the staff who may change the row · management: never on what they made themselves ·
 * reviewer: the one named, or management · approver: as `mayDecide` says · requester: who made it, a manager or an admin.
 */
export type StepBy = 'writer' | 'supplier' | 'management' | 'reviewer' | 'approver' | 'requester';

/** The status of a row that is not there yet. */
export const NEW = '';

interface Steps {
  from: readonly string[];
  to: readonly string[];
  by: StepBy;
}

export const statusSteps: Readonly<Record<string, readonly Steps[]>> = {
  reviews: [
    { from: [NEW], to: ['pending', 'in_progress'], by: 'writer' },
    { from: ['pending', 'in_progress', 'needs_revision'], to: ['pending', 'in_progress', 'cancelled'], by: 'writer' },
    { from: ['pending', 'in_progress'], to: ['approved', 'rejected', 'needs_revision', 'completed'], by: 'reviewer' },
  ],
  approvals: [
    { from: [NEW], to: ['pending'], by: 'requester' },
    { from: ['pending'], to: ['in_review'], by: 'approver' },
    { from: ['pending', 'in_review', 'delegated', 'escalated'], to: ['approved', 'rejected'], by: 'approver' },
    { from: ['pending', 'in_review'], to: ['delegated', 'escalated'], by: 'approver' },
    { from: ['pending', 'in_review', 'delegated', 'escalated'], to: ['cancelled'], by: 'requester' },
  ],
  supplier_rfqs: [
    { from: [NEW], to: ['draft', 'sent'], by: 'writer' },
    { from: ['draft'], to: ['sent', 'cancelled'], by: 'writer' },
    { from: ['sent', 'viewed'], to: ['quoted', 'declined', 'expired', 'cancelled'], by: 'writer' },
    { from: ['quoted'], to: ['expired', 'cancelled'], by: 'writer' },
    { from: ['declined', 'expired'], to: ['sent', 'cancelled'], by: 'writer' },
    { from: ['sent'], to: ['viewed'], by: 'supplier' },
    { from: ['sent', 'viewed'], to: ['declined'], by: 'supplier' },
  ],
  supplier_quotes: [
    { from: [NEW], to: ['draft', 'submitted'], by: 'writer' },
    { from: [NEW], to: ['draft', 'submitted'], by: 'supplier' },
    { from: ['draft'], to: ['submitted', 'withdrawn'], by: 'writer' },
    { from: ['draft'], to: ['submitted', 'withdrawn'], by: 'supplier' },
    { from: ['submitted'], to: ['withdrawn'], by: 'supplier' },
    { from: ['submitted', 'under_review'], to: ['under_review', 'accepted', 'rejected', 'expired', 'withdrawn'], by: 'writer' },
  ],
  purchase_orders: [
    { from: [NEW], to: ['draft', 'pending_approval'], by: 'writer' },
    { from: ['draft'], to: ['pending_approval', 'cancelled'], by: 'writer' },
    { from: ['pending_approval'], to: ['draft', 'cancelled'], by: 'writer' },
    { from: ['pending_approval'], to: ['approved'], by: 'management' },
    { from: ['approved'], to: ['sent', 'cancelled'], by: 'writer' },
    { from: ['sent'], to: ['acknowledged', 'partially_received', 'received', 'cancelled'], by: 'writer' },
    { from: ['acknowledged'], to: ['partially_received', 'received', 'cancelled'], by: 'writer' },
    { from: ['partially_received'], to: ['received', 'closed'], by: 'writer' },
    { from: ['received'], to: ['closed'], by: 'writer' },
  ],
  production_orders: [
    { from: [NEW], to: ['planned', 'released'], by: 'writer' },
    { from: ['planned'], to: ['released', 'cancelled'], by: 'writer' },
    { from: ['released'], to: ['in_progress', 'on_hold', 'cancelled'], by: 'writer' },
    { from: ['in_progress'], to: ['on_hold', 'completed', 'cancelled'], by: 'writer' },
    { from: ['on_hold'], to: ['released', 'in_progress', 'cancelled'], by: 'writer' },
  ],
};

/** What ties the person to the record. */
export interface StepTies {
  /** They made it. */
  author: boolean;
  /** It names them for the decision. */
  named: boolean;
  /** Of an approval: `mayDecide`. */
  approver?: boolean;
}

/** May this person, who may change the row, take the step? */
export function mayChangeStatus(role: Role, table: string, from: string, to: string, ties: StepTies): boolean {
  return (statusSteps[table] ?? []).some(
    (steps) => from !== to && steps.from.includes(from) && steps.to.includes(to) && takes(role, steps.by, ties),
  );
}

function takes(role: Role, by: StepBy, { author, named, approver }: StepTies): boolean {
  switch (by) {
    case 'writer':
      return isInternal(role);
    case 'supplier':
      return role === 'supplier';
    case 'management':
      return role === 'management' && !author;
    case 'reviewer':
      return role === 'management' || named;
    case 'requester':
      return role === 'management' || role === 'admin' || author;
    case 'approver':
      return approver === true;
  }
}
