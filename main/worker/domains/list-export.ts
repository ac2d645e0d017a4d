import type { ExportProgress } from '../../../shared/api/audit.ts';
import type { ListColumn, ListRow, ListWords } from '../../../shared/api/lists.ts';
import { parseTimestamp } from '../../../shared/domain/timestamps.ts';
import { wallClock } from '../../../shared/domain/zoned-time.ts';
import type { ListExportRequest } from '../protocol.ts';
import type { OpenSession } from '../session.ts';
import { exportTable, type RowSink } from '../tables/table-export.ts';
import type { TableCell } from '../tables/table-writer.ts';
import { readListRows, stagesById } from './list-rows.ts';
import { readIds } from './list-window.ts';

const PROGRESS_MS = 100;
/** So many rows are read and turned into bytes at once: a few milliseconds. */
const BATCH = 50;
const MOST = 1_000_000;

/**
 * Writes what the table shows into a file: the same rows, columns and order, all of them and not only those in sight. Which
 * rows those are is settled at the beginning. Fails as `exportTable` does.
 */
export async function exportList(
  session: OpenSession,
  { file, draft, filter, sort, group_by, columns, format, words }: ListExportRequest,
  tell: (progress: ExportProgress) => void,
): Promise<{ rows: number }> {
  const cells = columns.flatMap((column) => writers[column]);
  const sheet = {
    name: words.sheet,
    headings: cells.map(({ heading }) => heading(words)),
    widths: cells.map(({ width }) => width),
  };
  // Groups stand in the order that the table gives them.
  const order = group_by === null ? sort : [{ column: group_by, descending: group_by === 'priority_level' }, ...sort];
  const ids = readIds(session, { filter, sort: order, group: null }, { offset: 0, limit: MOST });
  const rows = await exportTable(session, { file, draft, format }, sheet, (sink) => writeRows(session, ids, cells, words, sink, tell));
  return { rows };
}

async function writeRows(
  session: OpenSession,
  ids: readonly string[],
  cells: readonly CellWriter[],
  words: ListWords,
  sink: RowSink,
  tell: (progress: ExportProgress) => void,
): Promise<number> {
  const { timezone } = session.current().organization;
  const stages = stagesById(session.replica);
  const facts: Facts = { words, timezone, stageName: (id) => stages.get(id ?? '')?.name ?? null };
  let written = 0;
  let told = performance.now();
  for (let done = 0; done < ids.length; done += BATCH) {
    const rows = readListRows(session, ids.slice(done, done + BATCH));
    await sink.write(rows.map((row) => cells.map(({ cell }) => cell(row, facts))));
    written += rows.length;
    sink.demandGoingOn();
    if (performance.now() - told < PROGRESS_MS) continue;
    told = performance.now();
    tell({ rows: written, share: (done + BATCH) / ids.length });
  }
  return written;
}

interface Facts {
  words: ListWords;
  timezone: string;
  stageName: (id: string | null) => string | null;
}

interface CellWriter {
  heading: (words: ListWords) => string;
  width: number;
  cell: (row: ListRow, facts: Facts) => TableCell;
}

function column(name: ListColumn, width: number, cell: CellWriter['cell']): CellWriter {
  return { heading: ({ headings }) => headings[name] ?? name, width, cell };
}

const writers: Readonly<Record<ListColumn, readonly CellWriter[]>> = {
  project_id: [column('project_id', 14, (row) => row.project_id)],
  title: [column('title', 44, (row) => row.title)],
  customer_name: [column('customer_name', 30, (row) => row.customer_name)],
  stage_order: [column('stage_order', 24, (row, { stageName }) => stageName(row.current_stage_id))],
  priority_level: [column('priority_level', 12, (row, { words }) => words.priorities[row.priority_level])],
  status: [column('status', 14, (row, { words }) => words.statuses[row.status])],
  assigned_name: [column('assigned_name', 24, (row) => row.assigned_name)],
  estimated_delivery_date: [
    column('estimated_delivery_date', 12, ({ estimated_delivery_date: day }) => (day === null ? null : { day })),
  ],
  estimated_value: [
    column('estimated_value', 18, ({ estimated_value: number }) => (number === null ? null : { number })),
    { heading: ({ currency }) => currency, width: 8, cell: (row) => (row.estimated_value === null ? null : row.currency) },
  ],
  // Not as 3/5, of which a spreadsheet makes a date.
  progress: [
    column('progress', 12, (row, { words }) =>
      row.sub_stages_total === 0
        ? null
        : words.progress.replace('{done}', String(row.sub_stages_done)).replace('{total}', String(row.sub_stages_total)),
    ),
  ],
  tags: [column('tags', 30, (row) => row.tags.join(', '))],
  updated_at: [column('updated_at', 20, (row, { timezone }) => ({ clock: wallClock(parseTimestamp(row.updated_at), timezone) }))],
};
