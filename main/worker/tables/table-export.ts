import type { ExportFormat } from '../../../shared/api/audit.ts';
import { AppError } from '../../../shared/errors.ts';
import { NewFile } from './new-file.ts';
import { newTable } from './new-table.ts';
import type { TableCell } from './table-writer.ts';

/** Where a table goes: the file that the person chose and, beside it, the name under which it is written until it is whole. */
export interface ExportTarget {
  file: string;
  draft: string;
  format: ExportFormat;
}

export interface ExportSheet {
  name: string;
  headings: readonly string[];
  /** Of the columns in a workbook, in characters. */
  widths: readonly number[];
}

/** Takes the rows of an export; throws where the person stopped it. */
export interface RowSink {
  write(rows: readonly (readonly TableCell[])[]): Promise<void>;
  demandGoingOn(): void;
}

const running = new WeakMap<object, AbortController>();

/** Stops the export that the session runs, where there is one. */
export const cancelExport = (session: object): void =>
  running.get(session)?.abort(new AppError('EXPORT_CANCELLED', 'the person stopped the export'));

/**
 * Writes a table into a file, part by part. Fails as `NewFile` does, or with EXPORT_RUNNING or EXPORT_CANCELLED; the file
 * is whole or not there. A session runs one export at a time.
 */
export async function exportTable<T>(
  session: object,
  { file, draft, format }: ExportTarget,
  { name, headings, widths }: ExportSheet,
  fill: (sink: RowSink) => Promise<T>,
): Promise<T> {
  if (running.has(session)) throw new AppError('EXPORT_RUNNING', 'another export is running');
  const stop = new AbortController();
  running.set(session, stop);
  try {
    const target = await NewFile.create(file, draft);
    try {
      const table = await newTable(format, { name, widths });
      await target.write(table.begin(headings));
      const result = await fill({
        write: async (rows) => {
          if (rows.length > 0) await target.write(table.rows(rows));
        },
        demandGoingOn: () => stop.signal.throwIfAborted(),
      });
      await target.write(table.end());
      stop.signal.throwIfAborted();
      await target.finish();
      return result;
    } catch (error) {
      await target.discard();
      throw error;
    }
  } finally {
    running.delete(session);
  }
}
