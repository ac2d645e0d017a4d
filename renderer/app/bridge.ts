import type { Bridge, Input, OperationName, Output, Topic, Topics } from '../../shared/api/index.ts';
import { AppError } from '../../shared/errors.ts';

declare global {
  interface Window {
    readonly factoryPulse: Bridge;
  }
}

export type CallArguments<Name extends OperationName> = undefined extends Input<Name>
  ? [input?: Input<Name>]
  : [input: Input<Name>];

/** Asks main or the worker. Throws an AppError with the code of the failed answer. */
export async function call<Name extends OperationName>(
  name: Name,
  ...input: CallArguments<Name>
): Promise<Output<Name>> {
  const envelope = await window.factoryPulse.call(name, ...input);
  if (envelope.ok) return envelope.value;
  const { code, message, details } = envelope.error;
  throw new AppError(code, message, details);
}

/** Listens to a topic; returns the function that ends the subscription. */
export const subscribe = <Name extends Topic>(topic: Name, listener: (payload: Topics[Name]) => void): (() => void) =>
  window.factoryPulse.on(topic, listener);
