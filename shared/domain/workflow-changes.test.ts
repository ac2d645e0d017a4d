import { describe, expect, it } from 'vitest';
import type { StageDraft, SubStageDraft } from '../api/workflow.ts';
import { orderStageMoved, workflowChanges } from './workflow-changes.ts';

const step = (id: string, more: Partial<SubStageDraft> = {}): SubStageDraft => ({
  id,
  name: id,
  color: '#0B8AA0',
  is_active: true,
  exit_criteria: null,
  responsible_roles: [],
  estimated_duration_hours: null,
  is_required: true,
  can_skip: false,
  requires_approval: false,
  approval_roles: [],
  ...more,
});

const stage = (id: string, more: Partial<StageDraft> = {}): StageDraft => ({
  id,
  name: id,
  color: '#0B8AA0',
  is_active: true,
  exit_criteria: null,
  responsible_roles: ['sales'],
  estimated_duration_days: 2,
  sub_stages: [step('read'), step('ask', { is_required: false })],
  ...more,
});

/** What one stage becomes, told by the parts that say something. */
const told = (after: Partial<StageDraft>, before: Partial<StageDraft> = {}) => {
  const [change] = workflowChanges([stage('a', before)], [stage('a', after)]);
  return Object.fromEntries(
    Object.entries(change ?? {}).filter(
      ([key, value]) => !['id', 'name', 'kind'].includes(key) && value !== null && value !== false && !(Array.isArray(value) && value.length === 0),
    ),
  );
};

describe('the preview of a changed workflow', () => {
  it('says nothing where nothing changed', () => {
    expect(workflowChanges([stage('a'), stage('b')], [stage('a'), stage('b')])).toEqual([]);
  });

  it.each<[string, Partial<StageDraft>, unknown]>([
    ['a new name', { name: 'Nhận' }, { old_name: 'a' }],
    ['switching off', { is_active: false }, { switched: 'off' }],
    ['other roles', { responsible_roles: ['qa'] }, { roles_gaining: ['qa'], roles_losing: ['sales'] }],
    ['a new required step', { sub_stages: [step('read'), step('ask', { is_required: false }), step('new')] }, { gate_added: [{ id: 'new', name: 'new' }] }],
    ['a new optional step', { sub_stages: [step('read'), step('ask', { is_required: false }), step('new', { is_required: false })] }, { other: true }],
    ['a step that becomes required', { sub_stages: [step('read'), step('ask')] }, { gate_added: [{ id: 'ask', name: 'ask' }], other: true }],
    ['a step that is switched off', { sub_stages: [step('read', { is_active: false }), step('ask', { is_required: false })] }, { gate_removed: [{ id: 'read', name: 'read' }], other: true }],
    [
      'a step that needs approval',
      { sub_stages: [step('read', { requires_approval: true, approval_roles: ['qa'] }), step('ask', { is_required: false })] },
      { approvals_added: [{ name: 'read', roles: ['qa'] }] },
    ],
    ['a colour', { color: '#000000' }, { other: true }],
  ])('tells of %s', (_, after, expected) => {
    expect(told(after)).toEqual(expected);
  });

  it('tells of a condition that comes back because the step may not be skipped any more, and of an approval that goes', () => {
    const before = { sub_stages: [step('read', { can_skip: true, requires_approval: true, approval_roles: ['qa'] })] };
    expect(told({ sub_stages: [step('read')] }, before)).toEqual({
      gate_added: [{ id: 'read', name: 'read' }],
      approvals_removed: [{ name: 'read' }],
      other: true,
    });
  });

  it('tells of places, not counting stages that are new', () => {
    const changes = workflowChanges([stage('a'), stage('b')], [stage('new'), stage('b'), stage('a')]);
    expect(changes.map(({ id, kind, moved }) => [id, kind, moved])).toEqual([
      ['new', 'new', null],
      ['b', 'changed', { from: 2, to: 1 }],
      ['a', 'changed', { from: 1, to: 2 }],
    ]);
  });

  it('tells where other moves will ask for a value and a customer', () => {
    const slugs = new Map([['a', 'inquiry'], ['b', 'order_confirmed'], ['c', 'production']]);
    const before = [stage('a'), stage('b'), stage('c')];
    expect(orderStageMoved(before, [stage('a'), stage('new'), stage('b'), stage('c')], slugs)).toBe(false);
    expect(orderStageMoved(before, [stage('b'), stage('a'), stage('c')], slugs)).toBe(true);
    expect(orderStageMoved([stage('a')], [stage('a')], slugs)).toBe(false);
  });
});
