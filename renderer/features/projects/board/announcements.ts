import type { TFunction } from 'i18next';
import type { MoveOption } from '../../../../shared/api/projects.ts';
import { missingText } from '../moves/missing-text.ts';
import { answerOf } from '../moves/move-option.ts';

interface Place {
  code: string;
  stage: string;
}

/** What a screen reader says while a card hangs over a column. */
export function overText(t: TFunction, place: Place, isOrigin: boolean, option: MoveOption | undefined): string {
  if (isOrigin) return t('projects.board.say.overOrigin', { ...place });
  if (!option) return t('projects.board.checking');
  const answer = answerOf(option);
  if (answer === 'ready') return t('projects.board.say.overAllowed', { ...place });
  if (answer === 'reason') return t('projects.board.say.overReason', { ...place });
  const reason = option.missing.map((missing) => missingText(t, missing)).join(' ');
  return t('projects.board.say.overBlocked', { ...place, reason });
}
