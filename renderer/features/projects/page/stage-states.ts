import type { HistoryRow, StageColumn } from '../../../../shared/api/projects.ts';

export type StageState = 'past' | 'skipped' | 'current' | 'future';

interface Course {
  stages: readonly Pick<StageColumn, 'id'>[];
  /** In the order in which it happened. */
  history: readonly Pick<HistoryRow, 'from_stage_id' | 'to_stage_id'>[];
  currentId: string | null;
  completed: boolean;
}

/** How each stage stands: one that lies behind the project and was never entered is no stage that was done. */
export function stageStates({ stages, history, currentId, completed }: Course): StageState[] {
  const current = completed ? stages.length : stages.findIndex(({ id }) => id === currentId);
  const entered = new Set(history.flatMap(({ from_stage_id, to_stage_id }) => [from_stage_id, to_stage_id]));
  // Of what was before a history begins in the middle of the way, nothing is known; it counts as done.
  const [first] = history;
  const beginning = first ? (first.from_stage_id === null ? 0 : stages.findIndex(({ id }) => id === first.from_stage_id)) : stages.length;
  return stages.map(({ id }, index) => {
    if (index === current) return 'current';
    if (index > current) return 'future';
    return index < beginning || entered.has(id) ? 'past' : 'skipped';
  });
}
