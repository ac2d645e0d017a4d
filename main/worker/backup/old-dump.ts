import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { DumpError } from '../importer/dump-error.ts';
import { parseDump } from '../importer/dump-parser.ts';

/** A plain SQL file of the former system, as it was dumped by pg_dump or `supabase db dump`. */
export interface OldDump {
  /** Rows by table, with its schema. */
  tables: { name: string; rows: number }[];
  /** Statements that make structure. */
  statements: number;
}

const HEAD_BYTES = 64 * 1024;

/** Whether a file looks like SQL text rather than an archive. */
export async function looksLikeDump(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0).finally(() => handle.close());
  const head = buffer.subarray(0, bytesRead);
  return !head.includes(0) && /^\s*(--|set\s|insert\s+into\s|copy\s|create\s|begin\b)/im.test(head.toString('utf8'));
}

/** What is in it; null where it is no SQL that can be read to its end. */
export async function readOldDump(file: string): Promise<OldDump | null> {
  const rows = new Map<string, number>();
  let statements = 0;
  try {
    for await (const item of parseDump(createReadStream(file))) {
      if (item.kind === 'rows') {
        const name = `${item.schema}.${item.table}`;
        rows.set(name, (rows.get(name) ?? 0) + item.rows.length);
      } else {
        statements += 1;
      }
    }
  } catch (error) {
    if (error instanceof DumpError) return null;
    throw error;
  }
  return { tables: [...rows].map(([name, count]) => ({ name, rows: count })), statements };
}
