import { randomUUID } from 'node:crypto';
import { push, type Answer, type Sent } from '../../testing/person.ts';
import { asMaintenance, insertRows } from '../../testing/workflow-cases.ts';
import type { DemoRow } from '../../demo/rows.ts';
import { nameOf, ours, type Attacker, type Siege } from './siege.ts';

/** Writes by which somebody tries to change what is not theirs, each by a statement and by the push. */
export interface Acts {
  /** A statement that has to touch no row. */
  run: (attacker: Attacker, name: string, sql: string, values: unknown[]) => Promise<void>;
  /** A change that the push has to refuse. */
  send: (attacker: Attacker, name: string, mutation: Sent) => Promise<void>;
  /** An edit of a row. */
  change: (
    attacker: Attacker,
    name: string,
    table: string,
    id: string,
    patch: Record<string, unknown>,
  ) => Promise<void>;
  /** A new row. */
  create: (attacker: Attacker, name: string, table: string, patch: Record<string, unknown>) => Promise<void>;
  /** Puts a row where the attack finds it; answers its id. */
  plant: (table: string, row: DemoRow) => Promise<string>;
}

/** @param refused how the centre answers whoever does what is not theirs to do */
export function actsOf(siege: () => Siege, refused: readonly string[]): Acts {
  const run: Acts['run'] = (attacker, name, sql, values) =>
    siege().attempts.attempt({
      name: `${nameOf(attacker)}: ${name}: ${sql} ${JSON.stringify(values)}`,
      act: () => attacker.client.query(sql, values),
      refused,
      harm: ({ rowCount }) => (rowCount ?? 0) > 0,
    });
  const send: Acts['send'] = (attacker, name, mutation) =>
    siege().attempts.attempt({
      name: `${nameOf(attacker)}: push: ${name}: ${mutation.table} ${JSON.stringify(mutation.patch)}`,
      act: () => push(attacker.client, [mutation]),
      refused: [],
      harm: ([answer]) => answer?.status !== 'refused' || faultOf(answer, refused),
    });
  return {
    run,
    send,
    change: async (attacker, name, table, id, patch) => {
      const assignments = Object.keys(patch).map((column, place) => `${column} = $${place + 2}`);
      await run(attacker, name, `update public.${table} set ${assignments.join(', ')} where id = $1`, [
        id,
        ...Object.values(patch),
      ]);
      await send(attacker, name, { table, row_id: id, op: 'update', patch });
    },
    create: async (attacker, name, table, patch) => {
      const columns = ['id', 'organization_id', ...Object.keys(patch)];
      const places = columns.map((_, place) => `$${place + 1}`);
      await run(attacker, name, `insert into public.${table} (${columns.join(', ')}) values (${places.join(', ')})`, [
        randomUUID(),
        ours,
        ...Object.values(patch),
      ]);
      await send(attacker, name, { table, row_id: randomUUID(), op: 'insert', patch });
    },
    plant: async (table, row) => {
      const id = randomUUID();
      const { client } = siege().central;
      await asMaintenance(client, () => insertRows(client, table, [{ id, organization_id: ours, ...row }]));
      return id;
    },
  };
}

/** A refusal for the wrong reason, such as a value that no table takes, shows nothing. */
function faultOf({ code, details }: Answer, refused: readonly string[]): string | null {
  const state = details?.['sqlstate'] ?? '42501';
  return refused.includes(code ?? '') && state === '42501'
    ? null
    : `is refused for ${code ?? ''} ${JSON.stringify(details)}`;
}
