import type { OperationName, Output, ParsedInput } from '../../../shared/api/index.ts';
import type { OpenSession } from '../session.ts';

/** Handles one operation of the contract over an open session. */
export type Handler<Name extends OperationName> = (
  session: OpenSession,
  input: ParsedInput<Name>,
) => Output<Name> | Promise<Output<Name>>;

/** A domain's handlers by operation; a missing or wrongly typed one fails the type check. */
export type Handlers<Names extends OperationName> = { readonly [Name in Names]: Handler<Name> };
