import { AppError, toFailure, type Envelope } from '../../shared/errors.ts';
import { answerCall, type AnswerParts } from './answer-call.ts';
import type { AnswerPage } from './gate.ts';
import { isTrustedSender, type OwnPages } from './trusted-sender.ts';

/** The window that shows an earlier state is answered by that state. */
interface Past {
  isPast(webContentsId: number): boolean;
  answer(parts: AnswerParts, name: unknown, input: unknown): Promise<Envelope<unknown>>;
}

/** Answers our own pages and nobody else. */
export const answerPage =
  (parts: AnswerParts & OwnPages & { past: Past }): AnswerPage =>
  (event, name, input) => {
    if (!isTrustedSender(event, parts)) {
      parts.log.error('call.untrusted-sender', { webContents: event.sender.id, url: event.senderFrame?.url ?? null });
      return toFailure(new AppError('NOT_ALLOWED', 'the sender is not a page of the application'));
    }
    return parts.past.isPast(event.sender.id) ? parts.past.answer(parts, name, input) : answerCall(parts, name, input);
  };
