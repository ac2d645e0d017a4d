import {
  exportColumns,
  type AuditEntry,
  type AuditKey,
  type ExportColumn,
  type ExportProgress,
  type ExportWords,
} from '../../../shared/api/audit.ts';
import { parseTimestamp } from '../../../shared/domain/timestamps.ts';
import { wallClock } from '../../../shared/domain/zoned-time.ts';
import type { ExportRequest } from '../protocol.ts';
import type { OpenSession } from '../session.ts';
import { exportTable, type RowSink } from '../tables/table-export.ts';
import type { TableCell } from '../tables/table-writer.ts';
import { AuditEntries } from './audit-entries.ts';
import { demandOpen, questionOf, readNewest, readOldest, scan } from './audit-scan.ts';

const PROGRESS_MS = 100;
/** So many rows are turned into bytes at once: a few milliseconds. */
const BATCH = 50;

/**
 * Writes the entries that a filter leaves into a file, newest first, in slices. Fails as `exportTable` does.
 */
export async function exportAudit(
  session: OpenSession,
  { file, draft, format, filter, words }: ExportRequest,
  tell: (progress: ExportProgress) => void,
): Promise<{ rows: number }> {
  const sheet = {
    name: words.sheet,
    headings: exportColumns.map((column) => words.headings[column]),
    widths: exportColumns.map((column) => widths[column]),
  };
  const rows = await exportTable(session, { file, draft, format }, sheet, (sink) => writeEntries(session, filter, words, sink, tell));
  return { rows };
}

async function writeEntries(
  session: OpenSession,
  filter: ExportRequest['filter'],
  words: ExportWords,
  sink: RowSink,
  tell: (progress: ExportProgress) => void,
): Promise<number> {
  const { replica } = session;
  const { timezone } = session.current().organization;
  const question = questionOf(filter, timezone);
  const entries = new AuditEntries(session);
  const shareAt = shareBetween(readNewest(replica), readOldest(replica), question.top, question.from);
  let written = 0;
  let told = performance.now();
  demandOpen(replica);
  for await (const { fitting, rest } of scan(replica, question, question.top)) {
    for (let done = 0; done < fitting.length; done += BATCH) {
      const found = fitting.slice(done, done + BATCH).flatMap(({ position }) => entries.find(position, question.words) ?? []);
      await sink.write(found.map((one) => cellsOf(entries.entry(one), words, timezone)));
      written += found.length;
      sink.demandGoingOn();
      demandOpen(replica);
    }
    if (performance.now() - told < PROGRESS_MS) continue;
    told = performance.now();
    tell({ rows: written, share: rest === null ? null : shareAt(rest) });
  }
  return written;
}

/** How much of the time between the newest and the oldest entry in question lies behind an entry. */
function shareBetween(newest: AuditKey | null, oldest: AuditKey | null, top: AuditKey, from: string) {
  if (!newest || !oldest) return () => null;
  const time = (timestamp: string): number => parseTimestamp(timestamp).getTime();
  const start = time(newest.created_at < top.created_at ? newest.created_at : top.created_at);
  const length = start - time(oldest.created_at > from ? oldest.created_at : from);
  return ({ created_at }: AuditKey): number | null =>
    length > 0 ? Math.min(1, Math.max(0, (start - time(created_at)) / length)) : null;
}

const widths: Readonly<Record<ExportColumn, number>> = {
  server_time: 20,
  client_time: 20,
  person: 24,
  device: 20,
  kind: 20,
  record: 30,
  project: 34,
  action: 16,
  before: 50,
  after: 50,
  note: 30,
  id: 38,
};

function cellsOf(entry: AuditEntry, words: ExportWords, timezone: string): TableCell[] {
  const clock = (timestamp: string): TableCell => ({ clock: wallClock(parseTimestamp(timestamp), timezone) });
  const side = (which: 'before' | 'after'): string =>
    entry.changes
      .filter((change) => change[which] !== null)
      .map((change) => `${words.columns[change.column] ?? change.column}: ${valueText(change.column, change[which], words)}`)
      .join('\n');
  const cells: Record<ExportColumn, TableCell> = {
    server_time: clock(entry.created_at),
    client_time: entry.client_time === null ? null : clock(entry.client_time),
    person: entry.user_name ?? entry.user_id ?? words.system,
    device: entry.device_name ?? entry.device_id,
    kind: words.kinds[entry.entity_type] ?? entry.entity_type,
    record: entry.subject,
    project: entry.project ? `${entry.project.code} · ${entry.project.title}` : null,
    action: words.actions[entry.action] ?? entry.action,
    before: side('before'),
    after: side('after'),
    note: entry.description,
    id: entry.id,
  };
  return exportColumns.map((column) => cells[column]);
}

function valueText(column: string, value: unknown, words: ExportWords): string {
  if (value === true) return words.yes;
  if (value === false) return words.no;
  if (Array.isArray(value)) return value.map((item) => valueText(column, item, words)).join(', ');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const named = words.values[column];
  return (named && Object.hasOwn(named, text) ? named[text] : undefined) ?? text;
}
