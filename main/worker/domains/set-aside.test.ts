import { describe, expect, it } from 'vitest';
import { explainSetAside } from './set-aside.ts';

describe('a row that could not be stored', () => {
  it.each([
    ['no projects', { reason: 'parent-missing', about: 'projects' }],
    ['NOT NULL constraint failed: projects.title', { reason: 'value-missing', about: 'title' }],
    ['UNIQUE constraint failed: projects.organization_id, projects.project_id', { reason: 'duplicate', about: 'organization_id' }],
    ['CHECK constraint failed: amount', { reason: 'value-not-allowed', about: null }],
    ['anything that is not known yet', { reason: 'other', about: null }],
  ])('is explained: %s', (recorded, expected) => {
    expect(explainSetAside(recorded)).toEqual(expected);
  });
});
