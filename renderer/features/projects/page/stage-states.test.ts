import { describe, expect, it } from 'vitest';
import { stageStates } from './stage-states.ts';

const stages = ['inquiry', 'review', 'quote', 'order'].map((id) => ({ id }));

/** The moves of a project through these stages, from where it was created. */
const through = (...ids: string[]) => ids.map((to_stage_id, place) => ({ from_stage_id: ids[place - 1] ?? null, to_stage_id }));

describe('the stages of a project', () => {
  it('are past when it went through them, and ahead after the present one', () => {
    const history = through('inquiry', 'review', 'quote');
    expect(stageStates({ stages, history, currentId: 'quote', completed: false })).toEqual(['past', 'past', 'current', 'future']);
  });

  it('are skipped where it began behind them or jumped over them', () => {
    expect(stageStates({ stages, history: through('review'), currentId: 'review', completed: false })).toEqual(['skipped', 'current', 'future', 'future']);
    expect(stageStates({ stages, history: through('inquiry', 'order'), currentId: 'order', completed: false })).toEqual(['past', 'skipped', 'skipped', 'current']);
  });

  it('are skipped in a completed project too', () => {
    const history = [...through('review', 'order'), { from_stage_id: 'order', to_stage_id: null }];
    expect(stageStates({ stages, history, currentId: null, completed: true })).toEqual(['skipped', 'past', 'skipped', 'past']);
  });

  it('are ahead again when it went back', () => {
    expect(stageStates({ stages, history: through('inquiry', 'review', 'inquiry'), currentId: 'inquiry', completed: false })).toEqual([
      'current',
      'future',
      'future',
      'future',
    ]);
  });

  it('count as past as long as nobody knows', () => {
    expect(stageStates({ stages, history: [], currentId: 'quote', completed: false })).toEqual(['past', 'past', 'current', 'future']);
    const imported = [{ from_stage_id: 'quote', to_stage_id: 'order' }];
    expect(stageStates({ stages, history: imported, currentId: 'order', completed: false })).toEqual(['past', 'past', 'past', 'current']);
  });
});
