import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { OldDumpContents } from '../../../shared/api/backup.ts';
import { AppError } from '../../../shared/errors.ts';
import { DumpError } from '../importer/dump-error.ts';
import { parseDump } from '../importer/dump-parser.ts';
import { treatmentOf } from '../importer/table-mappings.ts';
import { tables as mirrored } from '../replica/tables.ts';

/** A plain SQL file of the former system, as it was dumped by pg_dump or `supabase db dump`. */
export interface OldDump {
  /** Rows by table, with its schema. */
  tables: { name: string; rows: number }[];
  /** Statements that make structure. */
  statements: number;
  /** Whether it makes tables: a dump of rows alone makes none. */
  creates: boolean;
}

const HEAD_BYTES = 64 * 1024;

/** Whether a file looks like SQL text rather than an archive. */
export async function looksLikeDump(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0).finally(() => handle.close());
  const head = buffer.subarray(0, bytesRead);
  return !head.includes(0) && /^\s*(--|set\s|insert\s+into\s|copy\s|create\s|begin\b)/im.test(head.toString('utf8'));
}

export interface DumpReading {
  signal?: AbortSignal | undefined;
  /** How much of the file has been read, from 0 to 1. */
  progress?: ((share: number) => void) | undefined;
}

/** What is in it; null where it is no SQL that can be read to its end. */
export async function readOldDump(file: string): Promise<OldDump | null> {
  try {
    return await readDump(file, {});
  } catch (error) {
    if (error instanceof DumpError) return null;
    throw error;
  }
}

async function readDump(file: string, { signal, progress }: DumpReading): Promise<OldDump> {
  const rows = new Map<string, number>();
  let statements = 0;
  let creates = false;
  const { size } = await stat(file);
  const source = createReadStream(file, { signal });
  try {
    for await (const item of parseDump(source)) {
      progress?.(size === 0 ? 1 : source.bytesRead / size);
      if (item.kind === 'rows') {
        const name = `${item.schema}.${item.table}`;
        rows.set(name, (rows.get(name) ?? 0) + item.rows.length);
      } else {
        statements += 1;
        creates ||= item.command === 'CREATE';
      }
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw error;
  } finally {
    source.destroy();
  }
  return { tables: [...rows].map(([name, count]) => ({ name, rows: count })), statements, creates };
}

const ownTables: ReadonlySet<string> = new Set(mirrored.map(({ name }) => name));

/**
 * Says of a dump what it is, whatever its name claims, and what the importer makes of it. Fails with BACKUP_TRUNCATED where its
 * end is missing, and with BACKUP_DAMAGED where it cannot be read as a dump.
 */
export async function describeOldDump(file: string, reading: DumpReading): Promise<OldDumpContents> {
  const dump = await readDump(file, reading).catch((error: unknown) => {
    if (!(error instanceof DumpError)) throw error;
    throw new AppError(error.code === 'DUMP_TRUNCATED' ? 'BACKUP_TRUNCATED' : 'BACKUP_DAMAGED', error.message, {}, { cause: error });
  });
  const rows = dump.tables.reduce((sum, table) => sum + table.rows, 0);
  const named = /_(schema|data|complete)_backup_/.exec(basename(file))?.[1] as OldDumpContents['named'] | undefined;
  return {
    name: basename(file),
    kind: rows === 0 ? 'schema' : dump.creates ? 'complete' : 'data',
    named: named ?? null,
    rows,
    tables: dump.tables.map(({ name, rows: count }) => ({ table: name, rows: count, imported: isImported(name) })),
    statements: dump.statements,
    command: `npm run central -- import ${quoted(file)}`,
  };
}

function isImported(name: string): boolean {
  const [schema = '', table = ''] = name.split('.', 2);
  return treatmentOf(schema, table, ownTables).kind === 'load';
}

/** As a person pastes it into the shell of their system. */
const quoted = (file: string): string => (process.platform === 'win32' ? `"${file}"` : `'${file.replaceAll("'", String.raw`'\''`)}'`);
