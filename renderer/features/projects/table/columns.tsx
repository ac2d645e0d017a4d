import { Link } from 'react-router';
import type { ReactNode } from 'react';
import type { ListColumn, ListRow, SortableColumn } from '../../../../shared/api/lists.ts';
import { isInternal, type Role } from '../../../../shared/domain/roles.ts';
import { paths } from '../../../app/paths.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { useNow } from '../../../ui/use-now.ts';
import type { ColumnWidths } from '../filters.ts';
import { DueDate } from '../parts/DueDate.tsx';
import { PriorityMark } from '../parts/PriorityMark.tsx';
import { StageDot } from '../parts/StageDot.tsx';
import { StatusMark } from '../parts/StatusMark.tsx';
import { StepProgress } from '../parts/StepProgress.tsx';
import { SyncMarks } from '../parts/SyncMarks.tsx';
import { useListChoices } from '../use-list-choices.ts';
import classes from './Table.module.css';

interface ColumnFacts {
  /** Its least width (rem, times the density's scale) and its share of what is left. */
  width: number;
  share: number;
  sort: SortableColumn | null;
  numeric?: true;
}

export const columnFacts: Readonly<Record<ListColumn, ColumnFacts>> = {
  project_id: { width: 7, share: 0, sort: 'project_id' },
  title: { width: 13.25, share: 3, sort: 'title' },
  customer_name: { width: 6.5, share: 1.5, sort: 'customer_name' },
  stage_order: { width: 7.75, share: 1, sort: 'stage_order' },
  priority_level: { width: 6.5, share: 0, sort: 'priority_level' },
  status: { width: 8.5, share: 0, sort: 'status' },
  assigned_name: { width: 6.75, share: 1, sort: 'assigned_name' },
  estimated_delivery_date: { width: 8.5, share: 0, sort: 'estimated_delivery_date' },
  estimated_value: { width: 7.75, share: 0, sort: 'estimated_value', numeric: true },
  progress: { width: 4.75, share: 0, sort: null },
  tags: { width: 9, share: 1, sort: null },
  updated_at: { width: 7.5, share: 0, sort: 'updated_at' },
};

/** Words of the columns, by their keys in `projects.table`. */
export const columnLabels = {
  project_id: 'projects.table.code',
  title: 'projects.table.name',
  customer_name: 'projects.table.customer',
  stage_order: 'projects.table.stage',
  priority_level: 'projects.table.priority',
  status: 'projects.table.status',
  assigned_name: 'projects.page.owner',
  estimated_delivery_date: 'projects.table.due',
  estimated_value: 'projects.table.value',
  progress: 'projects.table.progress',
  tags: 'projects.page.tags',
  updated_at: 'projects.table.updated',
} as const satisfies Record<ListColumn, string>;

/** What the centre tells the staff alone (db/central/0016_access_rules.sql). */
const forStaff: ReadonlySet<ListColumn> = new Set(['priority_level', 'assigned_name', 'estimated_value', 'progress', 'tags']);

export const columnsFor = <Column extends ListColumn>(role: Role, columns: readonly Column[]): Column[] =>
  columns.filter((column) => isInternal(role) || !forStaff.has(column));

const MARKING = 2.25;

const marking = `calc(${MARKING}rem * var(--fp-scale))`;

/** The tracks of a row: the box that marks it, then the columns. */
export function gridTracks(columns: readonly ListColumn[], widths: ColumnWidths): string {
  const tracks = columns.map((column) => {
    const width = widths[column];
    if (width !== undefined) return `${width}px`;
    const facts = columnFacts[column];
    const least = `calc(${facts.width}rem * var(--fp-scale))`;
    return facts.share > 0 ? `minmax(${least}, ${facts.share}fr)` : least;
  });
  return [marking, ...tracks].join(' ');
}

/** The width that the columns need at least. */
export function leastWidth(columns: readonly ListColumn[], widths: ColumnWidths): string {
  const free = columns.filter((column) => widths[column] === undefined);
  const rem = MARKING + free.reduce((sum, column) => sum + columnFacts[column].width, 0);
  const pixels = columns.reduce((sum, column) => sum + (widths[column] ?? 0), 0);
  return `calc(${rem}rem * var(--fp-scale) + ${pixels}px)`;
}

export const cells: Readonly<Record<ListColumn, (props: { row: ListRow }) => ReactNode>> = {
  project_id: ({ row }) => (
    <span className={classes['codes']}>
      <Link to={paths.project(row.id)} className={classes['code']} tabIndex={-1}>
        {row.project_id}
      </Link>
      <SyncMarks sync={row.sync} />
    </span>
  ),
  title: ({ row }) => (
    <span className={classes['name']} title={row.title}>
      {row.title}
    </span>
  ),
  customer_name: ({ row }) => <Text>{row.customer_name}</Text>,
  stage_order: StageCell,
  priority_level: ({ row }) => <PriorityMark level={row.priority_level} />,
  status: ({ row }) => <StatusMark status={row.status} />,
  assigned_name: ({ row }) => <Text>{row.assigned_name}</Text>,
  estimated_delivery_date: ({ row }) => <DueDate project={row} />,
  estimated_value: ValueCell,
  progress: ({ row }) => <StepProgress done={row.sub_stages_done} total={row.sub_stages_total} />,
  tags: ({ row }) => (
    <span className={classes['tags']}>
      {row.tags.map((tag) => (
        <span key={tag} className={classes['tag']}>
          {tag}
        </span>
      ))}
    </span>
  ),
  updated_at: UpdatedCell,
};

/** Cut where it is longer than its column, and whole under the pointer. */
function Text({ children }: { children: string | null }) {
  return (
    <span className={classes['text']} title={children ?? undefined}>
      {children}
    </span>
  );
}

function StageCell({ row }: { row: ListRow }) {
  const { stages } = useListChoices();
  const stage = stages.find(({ id }) => id === row.current_stage_id);
  if (!stage) return null;
  return (
    <span className={classes['stage']}>
      <StageDot color={stage.color} />
      <Text>{stage.name}</Text>
    </span>
  );
}

function ValueCell({ row }: { row: ListRow }) {
  const format = useFormat();
  if (row.estimated_value === null) return null;
  return <span className={classes['value']}>{format.money(row.estimated_value, row.currency)}</span>;
}

function UpdatedCell({ row }: { row: ListRow }) {
  const format = useFormat();
  const now = useNow();
  return <span title={format.dateTime(row.updated_at)}>{format.relative(row.updated_at, now)}</span>;
}
