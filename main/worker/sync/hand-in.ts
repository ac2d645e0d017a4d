import type { Client } from 'pg';
import { z } from 'zod';
import type { Attention } from './attention.ts';
import { withinLimit } from './connection.ts';
import type { Outbox, OutgoingMutation } from './outbox.ts';
import { invalidReply, readReply } from './reply.ts';

/** A change as it is handed in; one that was refused, or that this machine cannot read, says why. */
interface HandedIn extends OutgoingMutation {
  refused?: { code: string; details: Record<string, unknown> };
}

/** Bounds of one call: below those of `sync.hand_in`, and within the time that a slow line gets for it. */
const CALL_CHANGES = 250;
const CALL_CHARACTERS = 250_000;

const takenForm = z.array(z.guid());

/**
 * Delivers to a centre that shuts this person or machine out what had not reached it: all that waits, and what was refused
 * and is not settled. Returns how many changes the centre has confirmed, which are all, or fails. A repeat does no harm.
 */
export async function handIn(client: Client, outbox: Outbox, attention: Attention): Promise<number> {
  const confirmed = new Set<string>();
  // Whoever goes on working meanwhile makes changes that are not delivered yet; the last look and the caller's next
  // statement are one step.
  for (;;) {
    const open = unsent(outbox, attention).filter(({ id }) => !confirmed.has(id));
    if (open.length === 0) return confirmed.size;
    for (const call of inCalls(open)) {
      const { rows } = await withinLimit(client, () =>
        client.query<{ taken: string }>('select sync.hand_in($1::jsonb) as taken', [JSON.stringify(call)]),
      );
      for (const id of readReply(takenForm, rows[0]?.taken, 'sync.hand_in')) confirmed.add(id);
    }
    // What the centre leaves out of its answer is not safe there.
    if (open.some(({ id }) => !confirmed.has(id))) throw invalidReply('sync.hand_in', 'incomplete');
  }
}

/** Marked as sent, so that later edits of the same row do not merge into what the centre knows by its id already. */
function unsent(outbox: Outbox, attention: Attention): HandedIn[] {
  const { mutations } = outbox.take(Number.MAX_SAFE_INTEGER);
  const refused = attention.list(0, Number.MAX_SAFE_INTEGER).map((item) => ({
    id: item.mutation_id,
    table: item.table_name,
    row_id: item.row_id,
    op: item.op,
    patch: item.patch,
    base: item.base,
    created_at: item.created_at,
    refused: { code: item.code, details: item.details },
  }));
  return [...mutations, ...refused.toReversed()];
}

function* inCalls(changes: readonly HandedIn[]): Generator<HandedIn[]> {
  let call: HandedIn[] = [];
  let characters = 0;
  for (const change of changes) {
    const size = JSON.stringify(change).length;
    if (call.length > 0 && (call.length === CALL_CHANGES || characters + size > CALL_CHARACTERS)) {
      yield call;
      call = [];
      characters = 0;
    }
    call.push(change);
    characters += size;
  }
  if (call.length > 0) yield call;
}
