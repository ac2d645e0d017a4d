import type { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';

/**
 * Reads an answer of the centre that is to be JSON of a certain form. What is not, whoever has changed it on its way,
 * fails here, before anything of it is stored. The failure names the place, never a value.
 */
export function readReply<T>(form: z.ZodType<T>, text: string | null | undefined, call: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    throw invalidReply(call, 'not JSON');
  }
  const read = form.safeParse(value);
  if (!read.success) throw invalidReply(call, placeOf(read.error));
  return read.data;
}

export const invalidReply = (call: string, problem: string): AppError =>
  new AppError('SERVER_REPLY_INVALID', `the answer to ${call} is not in its form: ${problem}`, { call, problem });

/** Where the first fault is, and of which kind. */
export function placeOf(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join('.') || 'answer'} (${issue?.code ?? 'unknown'})`;
}
