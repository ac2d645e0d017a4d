import { describe, expect, it } from 'vitest';
import { explainSetAside } from './set-aside.ts';

describe('a row that could not be stored', () => {
  it.each([
    ['constraint', 'NOT NULL constraint failed: projects.title', { reason: 'value-missing', about: 'title' }],
    ['constraint', 'UNIQUE constraint failed: projects.organization_id, projects.project_id', { reason: 'duplicate', about: 'organization_id' }],
    ['constraint', 'CHECK constraint failed: amount', { reason: 'value-not-allowed', about: null }],
    ['constraint', 'anything that is not known yet', { reason: 'other', about: null }],
    ['out-of-range', 'priority_score: 9223372036854775807', { reason: 'out-of-range', about: 'priority_score' }],
    ['unreadable', 'metadata: no JSON', { reason: 'unreadable', about: 'metadata' }],
  ] as const)('is explained: %s, %s', (kind, reason, expected) => {
    expect(explainSetAside({ kind, parent: null, reason })).toEqual(expected);
  });

  it('is explained by the table in which its parent is missing', () => {
    const recorded = { kind: 'parent-missing', parent: 'projects', reason: 'project_id: no projects' } as const;
    expect(explainSetAside(recorded)).toEqual({ reason: 'parent-missing', about: 'projects' });
  });
});
