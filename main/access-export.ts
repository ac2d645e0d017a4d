import type { ExportFormat } from '../shared/api/audit.ts';
import type { Output, ParsedInput } from '../shared/api/index.ts';
import { exportToFile } from './export-file.ts';
import type { Log } from './logging.ts';
import type { Control } from './worker-host.ts';

export interface AccessExportParts {
  control: Control;
  /** Asks the person where to; null where they chose nothing. */
  chooseFile(format: ExportFormat): Promise<string | null>;
  log: Log;
}

/** Asks for a file and has the worker write what is filtered of the access log of documents. */
export async function exportAccess(
  { control, chooseFile, log }: AccessExportParts,
  request: ParsedInput<'documents.exportAccess'>,
): Promise<Output<'documents.exportAccess'>> {
  const done = await exportToFile(
    () => chooseFile(request.format),
    (target) => control('worker.exportAccess', { ...target, ...request }),
  );
  if (done) log.info('document-access.exported', { rows: done.rows, format: request.format });
  return done;
}
