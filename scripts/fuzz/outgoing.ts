import { peek } from './disk.ts';
import { replicaFile } from './replica-file.ts';
import type { Node } from './world.ts';

interface Entry {
  mutation_id: string;
  table_name: string;
  row_id: string;
  op: string;
  patch: string;
  base: string;
  created_at: string;
}

const entries = `select json_object('mutation_id', mutation_id, 'table_name', table_name, 'row_id', row_id, 'op', op,
  'patch', patch, 'base', base, 'created_at', created_at) from outbox order by seq`;

/**
 * Keeps what stands in the outbox: each mutation has to be accounted for in the end. Asked after everything that a
 * person does, before the next packet can come, so that it knows each one as it leaves.
 */
export function noteAccepted(node: Node): void {
  for (const text of peek(replicaFile(node), entries)) {
    const entry = JSON.parse(String(text)) as Entry;
    node.accepted.set(entry.mutation_id, {
      id: entry.mutation_id,
      table: entry.table_name,
      row_id: entry.row_id,
      op: entry.op,
      patch: JSON.parse(entry.patch) as Record<string, unknown>,
      base: JSON.parse(entry.base) as Record<string, unknown>,
      created_at: entry.created_at,
    });
  }
}
