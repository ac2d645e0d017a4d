import type { ExportProgress } from '../../../shared/api/audit.ts';
import { accessExportColumns, type AccessEntry, type AccessExportColumn, type AccessKey, type AccessWords } from '../../../shared/api/documents.ts';
import { parseTimestamp } from '../../../shared/domain/timestamps.ts';
import { wallClock } from '../../../shared/domain/zoned-time.ts';
import { AppError, isErrorCode } from '../../../shared/errors.ts';
import type { AccessExportRequest } from '../protocol.ts';
import type { OpenSession } from '../session.ts';
import { exportTable } from '../tables/table-export.ts';
import type { TableCell } from '../tables/table-writer.ts';
import { readAccess, seesAllAccess } from './document-access.ts';

/** So many entries are read and turned into bytes at once: a few milliseconds. */
const BATCH = 100;
const PROGRESS_MS = 100;

const widths: Readonly<Record<AccessExportColumn, number>> = {
  accessed_at: 20,
  person: 24,
  device: 20,
  action: 20,
  result: 40,
  document: 40,
  project: 34,
};

/** Writes the entries that a filter leaves into a file, newest first. Fails with NOT_ALLOWED, or as `exportTable` does. */
export async function exportAccess(
  session: OpenSession,
  { file, draft, filter, format, words }: AccessExportRequest,
  tell: (progress: ExportProgress) => void,
): Promise<{ rows: number }> {
  if (!seesAllAccess(session)) throw new AppError('NOT_ALLOWED', 'the access log is exported by managers');
  const { timezone } = session.current().organization;
  const sheet = {
    name: words.sheet,
    headings: accessExportColumns.map((column) => words.headings[column]),
    widths: accessExportColumns.map((column) => widths[column]),
  };
  const rows = await exportTable(session, { file, draft, format }, sheet, async (sink) => {
    let written = 0;
    let told = performance.now();
    for (let key: AccessKey | null | undefined; key !== null; ) {
      const part = readAccess(session, filter, key ?? null, BATCH);
      await sink.write(part.rows.map((entry) => cellsOf(entry, words, timezone)));
      written += part.rows.length;
      key = part.next;
      sink.demandGoingOn();
      if (performance.now() - told < PROGRESS_MS) continue;
      told = performance.now();
      tell({ rows: written, share: null });
    }
    return written;
  });
  return { rows };
}

function cellsOf(entry: AccessEntry, words: AccessWords, timezone: string): TableCell[] {
  const cells: Record<AccessExportColumn, TableCell> = {
    accessed_at: { clock: wallClock(parseTimestamp(entry.accessed_at), timezone) },
    person: entry.user_name ?? entry.user_id,
    device: entry.device_name ?? entry.device_id,
    action: words.actions[entry.action] ?? entry.action,
    result: entry.success ? words.success : `${words.failed}: ${reasonOf(entry.error, words)}`,
    document: entry.document?.title ?? null,
    project: entry.project ? `${entry.project.code} · ${entry.project.title}` : null,
  };
  return accessExportColumns.map((column) => cells[column]);
}

const reasonOf = (error: string | null, words: AccessWords): string => (isErrorCode(error) ? words.errors[error] : undefined) ?? error ?? '';
