import { AppError } from '../../../shared/errors.ts';

/* What may be wrong with a file that is looked into. */

export const damaged = (cause: unknown): AppError =>
  cause instanceof AppError ? cause : new AppError('CONTENT_DAMAGED', cause instanceof Error ? cause.message : 'the file is damaged', {}, { cause });

export const tooLarge = (why: string): AppError => new AppError('CONTENT_TOO_LARGE', why);
