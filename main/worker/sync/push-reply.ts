import { z } from 'zod';
import { invalidReply, placeOf, readReply } from './reply.ts';

/** A transaction id that JavaScript holds exactly. */
const xid = z.string().regex(/^\d{1,15}$/);

/** The centre's answer to one mutation; see `sync.push` in db/central/. */
const resultForm = z.discriminatedUnion('status', [
  z.object({ id: z.guid(), status: z.enum(['applied', 'merged']), xid }),
  z.object({ id: z.guid(), status: z.literal('refused'), xid, code: z.string(), details: z.record(z.string(), z.unknown()) }),
  z.object({ id: z.guid(), status: z.literal('skipped') }),
]);

export type MutationResult = z.infer<typeof resultForm>;

export interface PushReply {
  /** One result per answered mutation. */
  results: MutationResult[];
  /** What is wrong with the rest of the answer. */
  faults: { id: string | null; problem: string }[];
}

/**
 * Reads the answer to a batch. Each result stands for itself: one that is not in its form leaves its mutation
 * unanswered, and the others count. Fails where nothing can be read.
 */
export function readPushReply(text: string | null | undefined, sent: readonly string[]): PushReply {
  const answers = readReply(z.array(z.unknown()), text, 'sync.push');
  const results = new Map<string, MutationResult>();
  const faults: PushReply['faults'] = [];
  for (const answer of answers) {
    const read = resultForm.safeParse(answer);
    const id = read.success ? read.data.id : idOf(answer);
    if (!read.success) faults.push({ id, problem: placeOf(read.error) });
    else if (!sent.includes(read.data.id)) faults.push({ id, problem: 'nothing was sent under this id' });
    else if (results.has(read.data.id)) faults.push({ id, problem: 'answered twice' });
    else results.set(read.data.id, read.data);
  }
  return { results: [...results.values()], faults };
}

/** What is to be told of mutations that the answer has left out. */
export const unanswered = (count: number): Error => invalidReply('sync.push', `${count} changes without an answer`);

function idOf(answer: unknown): string | null {
  const id = (answer as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id : null;
}
