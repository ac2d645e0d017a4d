import { createColumnHelper, tableFeatures } from '@tanstack/react-table';
import { Link } from 'react-router';
import type { ProjectRow } from '../../../../shared/api/projects.ts';
import { paths } from '../../../app/paths.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { useNow } from '../../../ui/use-now.ts';
import type { SortColumn } from '../filters.ts';
import { DueDate } from '../parts/DueDate.tsx';
import { PriorityMark } from '../parts/PriorityMark.tsx';
import { StatusMark } from '../parts/StatusMark.tsx';
import { StepProgress } from '../parts/StepProgress.tsx';
import { SyncMarks } from '../parts/SyncMarks.tsx';
import { StageName } from './StageName.tsx';
import classes from './Table.module.css';

/** Sorting and filtering happen in the worker; the table itself only knows its columns. */
export const features = tableFeatures({});

const helper = createColumnHelper<typeof features, ProjectRow>();

export const columns = helper.columns([
  helper.display({
    id: 'project_id',
    cell: ({ row: { original } }) => (
      <span className={classes['codes']}>
        <Link to={paths.project(original.id)} className={classes['code']}>
          {original.project_id}
        </Link>
        <SyncMarks sync={original.sync} />
      </span>
    ),
  }),
  helper.display({
    id: 'title',
    cell: ({ row: { original } }) => <span className={classes['name']}>{original.title}</span>,
  }),
  helper.display({ id: 'customer_name', cell: ({ row: { original } }) => original.customer_name }),
  helper.display({ id: 'stage_order', cell: ({ row: { original } }) => <StageName id={original.current_stage_id} /> }),
  helper.display({
    id: 'priority_level',
    cell: ({ row: { original } }) => <PriorityMark level={original.priority_level} />,
  }),
  helper.display({ id: 'status', cell: ({ row: { original } }) => <StatusMark status={original.status} /> }),
  helper.display({ id: 'estimated_delivery_date', cell: ({ row: { original } }) => <DueDate project={original} /> }),
  helper.display({ id: 'estimated_value', cell: ({ row: { original } }) => <Value project={original} /> }),
  helper.display({
    id: 'progress',
    cell: ({ row: { original } }) => (
      <StepProgress done={original.sub_stages_done} total={original.sub_stages_total} />
    ),
  }),
  helper.display({ id: 'updated_at', cell: ({ row: { original } }) => <Updated at={original.updated_at} /> }),
]);

export const columnIds = [
  'project_id',
  'title',
  'customer_name',
  'stage_order',
  'priority_level',
  'status',
  'estimated_delivery_date',
  'estimated_value',
  'progress',
  'updated_at',
] as const;

export type ColumnId = (typeof columnIds)[number];

/** Words and sorting of every column, its least width (rem, times the density's scale) and its share of what is left. */
export const columnFacts = {
  project_id: { label: 'code', width: 8.5, share: 0, sort: 'project_id' },
  title: { label: 'name', width: 11.5, share: 3, sort: 'title' },
  customer_name: { label: 'customer', width: 7, share: 1.5, sort: 'customer_name' },
  stage_order: { label: 'stage', width: 8.5, share: 1, sort: 'stage_order' },
  priority_level: { label: 'priority', width: 6.75, share: 0, sort: 'priority_level' },
  status: { label: 'status', width: 8, share: 0, sort: 'status' },
  estimated_delivery_date: { label: 'due', width: 8.25, share: 0, sort: 'estimated_delivery_date' },
  estimated_value: { label: 'value', width: 8.5, share: 0, sort: 'estimated_value' },
  progress: { label: 'progress', width: 5.5, share: 0, sort: null },
  updated_at: { label: 'updated', width: 7, share: 0, sort: 'updated_at' },
} as const satisfies Record<ColumnId, { label: string; width: number; share: number; sort: SortColumn | null }>;

function gridTrack(id: ColumnId): string {
  const { width, share } = columnFacts[id];
  const least = `calc(${width}rem * var(--fp-scale))`;
  return share > 0 ? `minmax(${least}, ${share}fr)` : least;
}

export const gridTracks = columnIds.map(gridTrack).join(' ');

function Value({ project }: { project: ProjectRow }) {
  const format = useFormat();
  if (project.estimated_value === null) return null;
  const amount = format.money(project.estimated_value, project.currency);
  return (
    <span className={classes['value']} title={amount}>
      {amount}
    </span>
  );
}

function Updated({ at }: { at: string }) {
  const format = useFormat();
  const now = useNow();
  return <span title={format.dateTime(at)}>{format.relative(at, now)}</span>;
}
