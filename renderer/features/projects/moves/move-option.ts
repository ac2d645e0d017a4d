import type { MoveOption } from '../../../../shared/api/projects.ts';

/** How a target stage answers: `ready` at once, `reason` once a reason is written, else `blocked`. */
export type MoveAnswer = 'ready' | 'reason' | 'blocked';

export function answerOf(option: Pick<MoveOption, 'allowed' | 'reason_helps'>): MoveAnswer {
  if (option.allowed) return 'ready';
  return option.reason_helps ? 'reason' : 'blocked';
}

/** True where only the reason is asked for; false where conditions are missing that a reason passes over. */
export const onlyReasonMissing = (option: Pick<MoveOption, 'missing'>): boolean =>
  option.missing.every(({ code }) => code === 'REASON_REQUIRED');
