import type { ExportFormat } from '../shared/api/audit.ts';
import type { Output, ParsedInput } from '../shared/api/index.ts';
import { exportToFile } from './export-file.ts';
import type { Log } from './logging.ts';
import type { Control } from './worker-host.ts';

export interface ListExportParts {
  control: Control;
  /** Asks the person where to; null where they chose nothing. */
  chooseFile(format: ExportFormat): Promise<string | null>;
  log: Log;
}

/** Asks for a file and has the worker write what the table shows. */
export async function exportList(
  { control, chooseFile, log }: ListExportParts,
  request: ParsedInput<'lists.export'>,
): Promise<Output<'lists.export'>> {
  const done = await exportToFile(
    () => chooseFile(request.format),
    (target) => control('worker.exportList', { ...target, ...request }),
  );
  if (done) log.info('list.exported', { rows: done.rows, format: request.format });
  return done;
}
