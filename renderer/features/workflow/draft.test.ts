import { describe, expect, it } from 'vitest';
import { faintIn, faultyStages, moved, newStage, newStep, problemsOf } from './draft.ts';

describe('a workflow that is being edited', () => {
  it('keeps all its entries when one is moved, also past the ends', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
    expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c']);
    expect(moved(['a', 'b', 'c'], 2, 3)).toEqual(['a', 'b', 'c']);
  });

  it('names the fields that can not be saved', () => {
    expect([...problemsOf({ ...newStage('  '), color: 'red', estimated_duration_days: -1 })].sort()).toEqual([
      'color', 'estimated_duration_days', 'name',
    ]);
    expect([...problemsOf({ ...newStep('Đo', '#123456'), requires_approval: true })]).toEqual(['approval_roles']);
    expect(problemsOf(newStage('Đo')).size).toBe(0);
    const faulty = { ...newStage('Đo'), sub_stages: [newStep('', '#123456')] };
    expect(faultyStages([newStage('Cắt'), faulty])).toEqual([faulty]);
  });

  it('tells in which theme a colour is hard to see', () => {
    expect(faintIn('#FDE68A')).toEqual(['light']);
    expect(faintIn('#1b2128')).toEqual(['dark']);
    expect(faintIn('#7C3AED')).toEqual(['dark']);
    expect(faintIn('#0B8AA0')).toEqual([]);
    expect(faintIn('no colour')).toEqual([]);
  });
});
