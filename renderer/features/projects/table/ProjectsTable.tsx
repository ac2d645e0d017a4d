import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { FlexRender, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectRow } from '../../../../shared/api/projects.ts';
import { useAppStore } from '../../../app/app-store.ts';
import { toggleSort, useProjectFilters } from '../filters.ts';
import { columnFacts, columnIds, columns, features, gridTracks, type ColumnId } from './columns.tsx';
import classes from './Table.module.css';

interface Props {
  total: number;
  rowAt: (index: number) => ProjectRow | undefined;
  onShown: (first: number, last: number) => void;
}

const rowHeights = { office: 36, 'shop-floor': 52 };

export function ProjectsTable({ total, rowAt, onShown }: Props) {
  const { t } = useTranslation();
  const density = useAppStore((state) => state.settings?.density ?? 'office');
  const rowHeight = rowHeights[density];
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onShown(first, last), [onShown, first, last]);

  const shown = items.map(({ index }) => rowAt(index)).filter((project) => project !== undefined);
  const table = useTable({ features, columns, data: shown, getRowId: (project) => project.id });
  const rows = table.getRowModel().rowsById;

  return (
    <div
      ref={scroller}
      className={classes['scroller']}
      role="region"
      aria-label={t('projects.table.region')}
      tabIndex={0}
    >
      <div role="table" aria-label={t('projects.table.region')} aria-rowcount={total + 1} className={classes['table']}>
        <div role="rowgroup" className={classes['head']}>
          <div role="row" aria-rowindex={1} className={classes['row']} style={{ gridTemplateColumns: gridTracks }}>
            {columnIds.map((id) => (
              <ColumnHead key={id} id={id} />
            ))}
          </div>
        </div>
        <div role="rowgroup" className={classes['body']} style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const project = rowAt(index);
            const row = project && rows[project.id];
            return (
              <div
                key={project?.id ?? index}
                role="row"
                aria-rowindex={index + 2}
                className={classes['row']}
                data-loading={!row || undefined}
                style={{
                  gridTemplateColumns: gridTracks,
                  height: rowHeight,
                  transform: `translateY(${start}px)`,
                }}
              >
                {row?.getAllCells().map((cell) => (
                  <div key={cell.id} role="cell" className={classes['cell']}>
                    <FlexRender cell={cell} />
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function ColumnHead({ id }: { id: ColumnId }) {
  const { t } = useTranslation();
  const { sort, descending } = useProjectFilters();
  const facts = columnFacts[id];
  const column = t(`projects.table.${facts.label}`);
  const sortable = facts.sort;
  if (sortable === null) {
    return (
      <div role="columnheader" className={classes['cell']}>
        {column}
      </div>
    );
  }
  const active = sort === sortable;
  return (
    <div
      role="columnheader"
      className={classes['cell']}
      data-numeric={id === 'estimated_value' || undefined}
      aria-sort={active ? (descending ? 'descending' : 'ascending') : 'none'}
    >
      <button
        type="button"
        className={classes['sort']}
        title={t('projects.table.sortBy', { column })}
        onClick={() => toggleSort(sortable)}
      >
        {column}
        {active && (descending ? <IconArrowDown size={14} aria-hidden /> : <IconArrowUp size={14} aria-hidden />)}
      </button>
    </div>
  );
}
