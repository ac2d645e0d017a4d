import { describe, expect, it } from 'vitest';
import { firstStage, isProvisionalCode, likeness, LIKE, provisionalCode } from './intake.ts';

const slugs = ['inquiry_received', 'technical_review', 'supplier_rfq_sent', 'quoted', 'order_confirmed', 'procurement_planning'];

const stagesOf = (inactive: readonly string[] = [], renamed: Readonly<Record<string, string>> = {}) =>
  slugs.map((slug, place) => ({
    id: `stage-${place + 1}`,
    name: slug,
    slug: renamed[slug] ?? slug,
    stage_order: place + 1,
    is_active: !inactive.includes(slug),
    responsible_roles: [],
  }));

const begin = (...[type, stages, role]: Parameters<typeof firstStage>) => {
  const first = firstStage(type, stages, role);
  return first && [first.stage.id, first.instead];
};

describe('an inquiry', () => {
  it.each([
    ['rfq', 'stage-1'],
    ['direct_request', 'stage-1'],
    ['project_idea', 'stage-2'],
    ['purchase_order', 'stage-5'],
  ] as const)('of the type %s begins in %s', (type, id) => {
    expect(begin(type, stagesOf(), 'sales')).toEqual([id, false]);
  });

  it('begins in the nearest stage where the usual one is not in use, in the earlier of two', () => {
    expect(begin('project_idea', stagesOf(['technical_review']), 'sales')).toEqual(['stage-1', true]);
    expect(begin('rfq', stagesOf(['inquiry_received']), 'sales')).toEqual(['stage-2', true]);
  });

  it('begins in the usual place where the organization gave its stages other names', () => {
    expect(begin('project_idea', stagesOf([], { technical_review: 'xem_xet' }), 'sales')).toEqual(['stage-2', true]);
  });

  it('begins behind the order for managers alone, whose gates the others would pass by', () => {
    const late = stagesOf(slugs.filter((slug) => slug !== 'procurement_planning'));
    expect(begin('purchase_order', late, 'management')).toEqual(['stage-6', true]);
    expect(begin('purchase_order', late, 'sales')).toBeNull();
  });
});

describe('a provisional code', () => {
  it('is told from a final one', () => {
    const code = provisionalCode('2025-01-27', [0, 0.5, 0.999]);
    expect(code).toMatch(/^P-250127·[2-9A-Z]{3}$/);
    expect(isProvisionalCode(code)).toBe(true);
    expect(isProvisionalCode('P-25012703')).toBe(false);
  });
});

describe('two titles', () => {
  it('are alike by their words, in any order', () => {
    expect(likeness('do ga khoan than canh', 'khoan than canh, do ga moi')).toBeGreaterThanOrEqual(LIKE);
    expect(likeness('do ga khoan than canh', 'khay chuyen bo mach')).toBeLessThan(LIKE);
    expect(likeness('', 'khay')).toBe(0);
  });
});
