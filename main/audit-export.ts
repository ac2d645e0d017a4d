import type { ExportFormat } from '../shared/api/audit.ts';
import type { ParsedInput } from '../shared/api/index.ts';
import { mayReadAudit } from '../shared/domain/roles.ts';
import { AppError } from '../shared/errors.ts';
import { exportToFile } from './export-file.ts';
import type { Log } from './logging.ts';
import type { SessionKeeper } from './session.ts';
import type { Control } from './worker-host.ts';

export interface AuditExportParts {
  sessions: Pick<SessionKeeper, 'current'>;
  control: Control;
  /** Asks the person where to; null where they chose nothing. */
  chooseFile(format: ExportFormat): Promise<string | null>;
  log: Log;
}

/** Asks for a file and has the worker write what is filtered of the audit log; whatever fails, no draft stays beside it. */
export async function exportAudit(
  { sessions, control, chooseFile, log }: AuditExportParts,
  { filter, format, words }: ParsedInput<'audit.export'>,
): Promise<{ rows: number; file: string } | null> {
  const session = await sessions.current();
  // The worker decides; who may not is spared the dialog.
  if (!session || !mayReadAudit(session.person.role)) throw new AppError('NOT_ALLOWED', 'this role may not read the audit log');
  const done = await exportToFile(
    () => chooseFile(format),
    (target) => control('worker.exportAudit', { ...target, filter, format, words }),
  );
  if (done) log.info('audit.exported', { rows: done.rows, format });
  return done;
}
