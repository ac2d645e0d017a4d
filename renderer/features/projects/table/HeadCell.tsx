import { ActionIcon, Popover } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconFilter, IconFilterFilled } from '@tabler/icons-react';
import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListColumn } from '../../../../shared/api/lists.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { resizeColumn, toggleSort, useProjectList } from '../filters.ts';
import { ColumnFilter, filteredFields, hasColumnFilter } from './ColumnFilter.tsx';
import { columnFacts, columnLabels } from './columns.tsx';
import classes from './Table.module.css';

interface Props {
  column: ListColumn;
  /** Its place in the grid, from 1. */
  index: number;
  tabIndex: 0 | -1;
  onFocus: () => void;
}

const RESIZE_STEP = 24;

/** Sorts, filters and resizes its column; Alt with left and right arrow changes the width. */
export function HeadCell({ column, index, tabIndex, onFocus }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const cell = useRef<HTMLDivElement>(null);
  const [opened, setOpened] = useState(false);
  const sort = useProjectList((state) => state.sort);
  const filter = useProjectList((state) => state.filter);
  const label = t(columnLabels[column]);
  const sortable = columnFacts[column].sort;
  const position = sort.findIndex((key) => key.column === column);
  const key = sort[position];
  const filtered = filteredFields(column, filter) > 0;

  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowLeft: -RESIZE_STEP, ArrowRight: RESIZE_STEP };
    const step = steps[event.key];
    if (!event.altKey || step === undefined || !cell.current) return;
    event.preventDefault();
    event.stopPropagation();
    resizeColumn(column, cell.current.offsetWidth + step);
  };

  return (
    <div
      ref={cell}
      role="columnheader"
      aria-colindex={index + 1}
      aria-sort={sortable === null ? undefined : key ? (key.descending ? 'descending' : 'ascending') : 'none'}
      className={classes['headCell']}
      data-pinned={index === 1 || undefined}
      onKeyDown={onKeyDown}
    >
      <button
        type="button"
        className={classes['sort']}
        title={sortable === null ? label : t('lists.sort.hint', { column: label })}
        disabled={sortable === null && !hasColumnFilter(column)}
        tabIndex={tabIndex}
        data-line={-1}
        data-column={index}
        onFocus={onFocus}
        onClick={(event) => sortable !== null && toggleSort(sortable, event.shiftKey || event.ctrlKey || event.metaKey)}
      >
        <span className={classes['text']}>{label}</span>
        {key && (key.descending ? <IconArrowDown size={14} aria-hidden /> : <IconArrowUp size={14} aria-hidden />)}
        {key && sort.length > 1 && <span className={classes['sortPlace']}>{format.number(position + 1)}</span>}
      </button>
      {hasColumnFilter(column) && (
        <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus returnFocus withinPortal>
          <Popover.Target>
            <ActionIcon
              size="sm"
              className={classes['filter']}
              data-active={filtered || undefined}
              tabIndex={tabIndex}
              aria-label={filtered ? t('lists.filter.columnActive', { column: label }) : t('lists.filter.column', { column: label })}
              onFocus={onFocus}
              onClick={() => setOpened(!opened)}
            >
              {filtered ? <IconFilterFilled size={14} aria-hidden /> : <IconFilter size={14} aria-hidden />}
            </ActionIcon>
          </Popover.Target>
          <Popover.Dropdown aria-label={t('lists.filter.column', { column: label })}>
            {/* Keys in the popover are not the grid's. */}
            <div onKeyDown={(event) => event.key !== 'Escape' && event.stopPropagation()}>
              <ColumnFilter column={column} />
            </div>
          </Popover.Dropdown>
        </Popover>
      )}
      <Handle column={column} width={() => cell.current?.offsetWidth ?? 0} />
    </div>
  );
}

/** Drags the right edge of a column; a double press gives it its own width back. */
function Handle({ column, width }: { column: ListColumn; width: () => number }) {
  const begun = useRef<{ x: number; width: number } | null>(null);
  const follow = (event: PointerEvent) => {
    if (begun.current) resizeColumn(column, begun.current.width + event.clientX - begun.current.x);
  };
  return (
    <span
      className={classes['handle']}
      aria-hidden
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        begun.current = { x: event.clientX, width: width() };
      }}
      onPointerMove={follow}
      onPointerUp={(event) => {
        follow(event);
        begun.current = null;
      }}
      onDoubleClick={() => resizeColumn(column, null)}
    />
  );
}
