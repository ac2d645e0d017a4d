import { DndContext, PointerSensor, useDraggable, useDroppable, useSensor, useSensors, type DragEndEvent } from '@dnd-kit/core';
import { IconGripVertical } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { OrderButtons } from './OrderButtons.tsx';
import classes from './Workflow.module.css';

interface Entry {
  id: string;
  name: string;
}

interface Props<Row extends Entry> {
  label: string;
  rows: readonly Row[];
  move: (from: number, to: number) => void;
  children: (row: Row) => ReactNode;
}

/** Rows in an order that people change: by dragging a handle, or by buttons. */
export function SortableList<Row extends Entry>({ label, rows, move, children }: Props<Row>) {
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 4 } }));
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    const from = rows.findIndex(({ id }) => id === active.id);
    const to = rows.findIndex(({ id }) => id === over?.id);
    if (from >= 0 && to >= 0 && from !== to) move(from, to);
  };
  return (
    <DndContext sensors={sensors} onDragEnd={onDragEnd} accessibility={{ announcements: silent, container: document.body }}>
      <ol className={classes['rows']} aria-label={label}>
        {rows.map((row, place) => (
          <SortableRow key={row.id} row={row} place={place} count={rows.length} move={(to) => move(place, to)}>
            {children(row)}
          </SortableRow>
        ))}
      </ol>
    </DndContext>
  );
}

/** The handle is for the pointer alone; the buttons beside it say what they do. */
const nothing = (): undefined => undefined;
const silent = { onDragStart: nothing, onDragOver: nothing, onDragEnd: nothing, onDragCancel: nothing };

interface RowProps {
  row: Entry;
  place: number;
  count: number;
  move: (to: number) => void;
  children: ReactNode;
}

function SortableRow({ row, place, count, move, children }: RowProps) {
  const { t } = useTranslation();
  const { setNodeRef: setTarget, isOver } = useDroppable({ id: row.id });
  const { setNodeRef, listeners, isDragging, transform } = useDraggable({ id: row.id });
  return (
    <li ref={setTarget} className={classes['row']} data-over={(isOver && !isDragging) || undefined}>
      <div
        ref={setNodeRef}
        className={classes['rowInner']}
        data-dragging={isDragging || undefined}
        style={transform ? { transform: `translate3d(0, ${transform.y}px, 0)` } : undefined}
      >
        <span {...listeners} className={classes['handle']} title={t('workflow.drag')} aria-hidden>
          <IconGripVertical size={16} />
        </span>
        <div className={classes['rowContent']}>{children}</div>
        <OrderButtons name={row.name} place={place} count={count} move={move} />
      </div>
    </li>
  );
}
