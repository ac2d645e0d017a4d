import { isInternal, type Person } from './roles.ts';

/** What decides who may decide an approval. */
export interface ApprovalFacts {
  approval_type: string;
  status: string;
  requested_by: string | null;
  requested_at: string;
  current_approver_id: string | null;
  current_approver_role: string | null;
  current_approver_department: string | null;
  delegated_to: string | null;
  escalated_to: string | null;
}

/** A delegation that is active today, by the organization's calendar. */
export interface ActiveDelegation {
  delegator_id: string;
  delegate_id: string;
  /** Empty for all kinds. */
  approval_types: readonly string[];
  include_new_approvals: boolean;
  created_at: string;
}

/**
 * May this person decide it? Nobody decides their own request; management decides anything; otherwise whoever is named: in
 * person, by role (and department), or by a delegation. An admin has no say in what names another role. The centre's side
 * is app.may_decide in db/central/0016_access_rules.sql.
 */
export function mayDecide(
  person: Pick<Person, 'id' | 'role' | 'department'>,
  approval: ApprovalFacts,
  delegations: readonly ActiveDelegation[],
): boolean {
  if (!isInternal(person.role) || approval.requested_by === person.id) return false;
  if (person.role === 'management' || approval.current_approver_id === person.id) return true;
  if (approval.status === 'delegated' && approval.delegated_to === person.id) return true;
  if (approval.status === 'escalated' && approval.escalated_to === person.id) return true;
  if (approval.current_approver_id === null) {
    const { current_approver_role: role, current_approver_department: department } = approval;
    return role === null ? person.role === 'admin' : role === person.role && (department === null || department === person.department);
  }
  return delegations.some(
    (delegation) =>
      delegation.delegator_id === approval.current_approver_id &&
      delegation.delegate_id === person.id &&
      (delegation.approval_types.length === 0 || delegation.approval_types.includes(approval.approval_type)) &&
      (delegation.include_new_approvals || approval.requested_at < delegation.created_at),
  );
}
