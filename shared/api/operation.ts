import type { z } from 'zod';

/**
 * One operation of the contract: who handles it, whether it needs a signed-in person, the shape of its input and
 * (as a type alone) of its output. A missing or wrongly typed handler fails the type check.
 */
export interface Operation<Input extends z.ZodType = z.ZodType, Output = unknown> {
  readonly handledBy: 'main' | 'worker';
  readonly session: 'required' | 'none';
  readonly input: Input;
  readonly output: Output;
}

interface Options {
  handledBy?: 'main' | 'worker';
  session?: 'required' | 'none';
}

/** Declares an operation: `operation<Output>()(inputSchema, { session: 'none' })`. */
export const operation =
  <Output>() =>
  <Input extends z.ZodType>(input: Input, options: Options = {}): Operation<Input, Output> => ({
    handledBy: options.handledBy ?? 'worker',
    session: options.session ?? 'required',
    input,
    // A phantom: only the type of the output is part of the contract.
    output: undefined as Output,
  });
