import { Checkbox, VisuallyHidden } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Group, ListColumn, ListRow } from '../../../../shared/api/lists.ts';
import { useAppStore, useReadOnly, useSession } from '../../../app/app-store.ts';
import { paths } from '../../../app/paths.ts';
import { useErrorText } from '../../../ui/error-text.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { notifyFailure } from '../../../ui/notify.tsx';
import { useProjectList } from '../filters.ts';
import { StageDot } from '../parts/StageDot.tsx';
import { useListChoices } from '../use-list-choices.ts';
import { CellEditor } from './CellEditor.tsx';
import { cells, columnFacts, columnsFor, gridTracks, leastWidth } from './columns.tsx';
import { isEditable, refusalOf } from './editing.ts';
import { step, type Place } from './grid-keys.ts';
import { useGroupName } from './group-name.ts';
import { HeadCell } from './HeadCell.tsx';
import { groupKey } from './row-layout.ts';
import { clearSelection, select, toggleSelected, useSelection } from './selection.ts';
import classes from './Table.module.css';
import type { ListRows } from './use-list-rows.ts';

interface Props {
  list: ListRows;
  /** Names the question: another one begins at the top. */
  question: string;
  /** Whether this person changes projects at all: others mark none. */
  marking: boolean;
  collapsed: ReadonlySet<string>;
  collapse: (group: Group) => void;
  onShown: (first: number, last: number) => void;
  /** Marks everything that is filtered. */
  selectAll: () => void;
}

/** Rows that are being marked from one line on, while the person goes back and forth. */
interface Range {
  from: number;
  besides: ReadonlySet<string>;
  asked: number;
}

const rowHeights = { office: 36, 'shop-floor': 52 };
const HEAD = -1;

/** The table as a grid: one cell at a time has the focus, and arrow keys carry it anywhere. */
export function ProjectsGrid({ list, question, marking, collapsed, collapse, onShown, selectAll }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const errorText = useErrorText();
  const density = useAppStore((state) => state.settings?.density ?? 'office');
  const rowHeight = rowHeights[density];
  const { person } = useSession();
  const readOnly = useReadOnly();
  const { columns: chosen, widths } = useProjectList();
  const columns = useMemo(() => columnsFor(person.role, chosen), [person.role, chosen]);
  const selected = useSelection((state) => state.ids);
  const scroller = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Place>({ line: 0, column: 1 });
  const [editing, setEditing] = useState<{ id: string; column: ListColumn } | null>(null);
  const anchor = useRef<number | null>(null);
  const range = useRef<Range | null>(null);
  const wantsFocus = useRef(false);
  const holdsFocus = useRef(false);
  const active: Place = { line: Math.min(place.line, list.lines - 1), column: Math.min(place.column, columns.length) };

  const virtual = useVirtualizer({
    count: list.lines,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    // The head stays in sight above the rows.
    scrollPaddingStart: rowHeight,
    // The cell with the focus is never taken away from under it.
    rangeExtractor: (range) => [...new Set([...(active.line >= 0 ? [active.line] : []), ...defaultRangeExtractor(range)])].sort((a, b) => a - b),
  });
  const items = virtual.getVirtualItems();
  const { startIndex = 0, endIndex = 0 } = virtual.range ?? {};
  useEffect(() => onShown(startIndex, endIndex), [onShown, startIndex, endIndex]);
  useEffect(() => virtual.measure(), [virtual, rowHeight]);
  useEffect(() => {
    virtual.scrollToOffset(0);
    anchor.current = null;
    range.current = null;
  }, [virtual, question]);

  useEffect(() => {
    // A row that leaves under the focus takes it along without a word; the cell that comes into its place gets it.
    const lost = holdsFocus.current && document.activeElement === document.body;
    if (!wantsFocus.current && !lost) return;
    const cell = scroller.current?.querySelector<HTMLElement>(`[data-line="${active.line}"][data-column="${active.column}"]`);
    if (!cell) return;
    wantsFocus.current = false;
    cell.focus({ preventScroll: active.line === HEAD });
    cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });

  const go = (to: Place) => {
    wantsFocus.current = true;
    setPlace(to);
    if (to.line >= 0) virtual.scrollToIndex(to.line);
  };

  const edit = (at: Place) => {
    const column = columns[at.column - 1];
    const row = list.rowAt(at.line);
    if (!row || column === undefined || readOnly || !isEditable(column)) return false;
    const refusal = refusalOf(row, column);
    if (refusal) notifyFailure(t('lists.edit.failed', { code: row.project_id }), t(`errors.${refusal}`));
    else setEditing({ id: row.id, column });
    return true;
  };
  const stopEditing = () => {
    setEditing(null);
    wantsFocus.current = true;
  };

  /** Marks every row from where marking began to this line, beside what was marked before. */
  const markTo = (line: number) => {
    range.current ??= { from: anchor.current ?? active.line, besides: selected, asked: 0 };
    const begun = range.current;
    const asked = ++begun.asked;
    void list.idsBetween(Math.min(begun.from, line), Math.max(begun.from, line)).then(
      (ids) => {
        if (asked === begun.asked) select([...begun.besides, ...ids]);
      },
      (error: unknown) => notifyFailure(t('lists.select.failed'), errorText(error)),
    );
  };
  const anchorAt = (line: number | null) => {
    anchor.current = line;
    range.current = null;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (editing || event.altKey || event.nativeEvent.isComposing) return;
    const ctrl = event.ctrlKey || event.metaKey;
    const target = event.target as HTMLElement;
    const handled = (): void => {
      event.preventDefault();
      event.stopPropagation();
    };
    if (marking && ctrl && event.key.toLowerCase() === 'a') {
      handled();
      selectAll();
      return;
    }
    const next = step(active, { key: event.key, ctrl }, { lines: list.lines, columns: columns.length + 1, page: Math.max(1, endIndex - startIndex - 1) });
    if (next) {
      handled();
      const item = list.itemAt(active.line);
      if (item?.kind === 'group' && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
        if ((event.key === 'ArrowLeft') !== collapsed.has(groupKey(item.group))) collapse(item.group);
        return;
      }
      if (marking && event.shiftKey && next.line !== active.line && next.line >= 0) markTo(next.line);
      else if (!event.shiftKey) anchorAt(null);
      go(next);
      return;
    }
    // Buttons of the head answer these keys themselves.
    if (active.line === HEAD || target.closest('button, input')) return;
    const item = list.itemAt(active.line);
    const row = list.rowAt(active.line);
    switch (event.key) {
      case 'Escape':
        if (selected.size === 0) return;
        handled();
        clearSelection();
        return;
      case ' ':
        handled();
        if (item?.kind === 'group') collapse(item.group);
        else if (row && marking) {
          if (event.shiftKey) markTo(active.line);
          else {
            anchorAt(active.line);
            toggleSelected(row.id);
          }
        }
        return;
      case 'Enter':
      case 'F2':
        handled();
        if (item?.kind === 'group') collapse(item.group);
        else if (row && !edit(active) && event.key === 'Enter') void navigate(paths.project(row.id));
        return;
      default:
    }
  };

  const pressCell = (event: MouseEvent, at: Place, row: ListRow, again: boolean) => {
    if ((event.target as HTMLElement).closest('a, input')) return;
    if (marking && event.shiftKey) {
      markTo(at.line);
      setPlace(at);
      return;
    }
    if (marking && (event.ctrlKey || event.metaKey)) {
      anchorAt(at.line);
      toggleSelected(row.id);
      setPlace(at);
      return;
    }
    anchorAt(at.line);
    // A second press on the cell that has the focus edits it, which a finger does as well as a mouse.
    if (!(again && edit(at))) go(at);
  };
  const mark = (event: MouseEvent, line: number, id: string) => {
    if (event.shiftKey) markTo(line);
    else {
      anchorAt(line);
      toggleSelected(id);
    }
    setPlace({ line, column: 0 });
  };
  const latest = useRef<Omit<RowActs, 'focus'>>(null);
  useLayoutEffect(() => {
    latest.current = { press: pressCell, edit, mark, stopEditing };
  });
  // The same for every row and every drawing, so that rows are drawn anew only where they change.
  const acts = useMemo<RowActs>(
    () => ({
      focus: setPlace,
      press: (...given) => latest.current?.press(...given),
      edit: (at) => latest.current?.edit(at) ?? false,
      mark: (...given) => latest.current?.mark(...given),
      stopEditing: () => latest.current?.stopEditing(),
    }),
    [],
  );

  const tracks = gridTracks(columns, widths);
  const tab = (line: number, column: number): 0 | -1 => (active.line === line && active.column === column ? 0 : -1);
  const everything = selected.size > 0 && selected.size === list.total;

  return (
    <div ref={scroller} className={classes['scroller']} role="region" aria-label={t('projects.table.region')}>
      <div
        role="grid"
        aria-label={t('projects.table.region')}
        aria-rowcount={list.lines + 1}
        aria-colcount={columns.length + 1}
        aria-multiselectable={marking}
        className={classes['table']}
        style={{ minWidth: leastWidth(columns, widths) }}
        onKeyDown={onKeyDown}
        onFocus={() => {
          holdsFocus.current = true;
        }}
        onBlur={() => {
          holdsFocus.current = false;
        }}
      >
        <div role="rowgroup" className={classes['head']}>
          <div role="row" aria-rowindex={1} className={classes['row']} style={{ gridTemplateColumns: tracks }}>
            <div role="columnheader" aria-colindex={1} aria-label={t('lists.select.column')} className={classes['mark']}>
              {marking ? (
                <Checkbox
                  size="xs"
                  aria-label={t('lists.select.all')}
                  tabIndex={tab(HEAD, 0)}
                  data-line={HEAD}
                  data-column={0}
                  checked={everything}
                  indeterminate={selected.size > 0 && !everything}
                  onFocus={() => setPlace({ line: HEAD, column: 0 })}
                  onChange={() => (selected.size > 0 ? clearSelection() : selectAll())}
                />
              ) : (
                <VisuallyHidden>{t('lists.select.column')}</VisuallyHidden>
              )}
            </div>
            {columns.map((column, index) => (
              <HeadCell
                key={column}
                column={column}
                index={index + 1}
                tabIndex={tab(HEAD, index + 1)}
                onFocus={() => setPlace({ line: HEAD, column: index + 1 })}
              />
            ))}
          </div>
        </div>
        <div role="rowgroup" className={classes['body']} style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index: line, start }) => {
            const item = list.itemAt(line);
            const style = { height: rowHeight, transform: `translateY(${start}px)` };
            if (item?.kind === 'group') {
              return (
                <div key={`group ${groupKey(item.group)}`} role="row" aria-rowindex={line + 2} className={classes['group']} style={style}>
                  <GroupCell
                    group={item.group}
                    span={columns.length + 1}
                    line={line}
                    column={active.line === line ? active.column : 0}
                    tabIndex={active.line === line ? 0 : -1}
                    collapsed={collapsed.has(groupKey(item.group))}
                    focused={() => setPlace((before) => ({ line, column: before.column }))}
                    toggle={() => {
                      collapse(item.group);
                      setPlace({ line, column: 0 });
                    }}
                  />
                </div>
              );
            }
            const row = list.rowAt(line);
            return (
              <GridRow
                key={row?.id ?? line}
                line={line}
                row={row}
                columns={columns}
                tracks={tracks}
                start={start}
                height={rowHeight}
                focus={active.line === line ? active.column : null}
                selected={row !== undefined && selected.has(row.id)}
                marking={marking}
                editing={row !== undefined && editing?.id === row.id ? editing.column : null}
                acts={acts}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface RowActs {
  focus: (at: Place) => void;
  press: (event: MouseEvent, at: Place, row: ListRow, again: boolean) => void;
  edit: (at: Place) => boolean;
  mark: (event: MouseEvent, line: number, id: string) => void;
  stopEditing: () => void;
}

interface GridRowProps {
  line: number;
  /** Undefined until the worker has answered. */
  row: ListRow | undefined;
  columns: readonly ListColumn[];
  tracks: string;
  start: number;
  height: number;
  /** The column of the cell that the Tab key reaches, where it is in this row. */
  focus: number | null;
  selected: boolean;
  marking: boolean;
  editing: ListColumn | null;
  acts: RowActs;
}

const GridRow = memo(function GridRow({ line, row, columns, tracks, start, height, focus, selected, marking, editing, acts }: GridRowProps) {
  const { t } = useTranslation();
  const pressedAgain = useRef(false);
  const tab = (column: number): 0 | -1 => (focus === column ? 0 : -1);
  const label = row && marking ? t('lists.select.one', { code: row.project_id }) : undefined;
  return (
    <div
      role="row"
      aria-rowindex={line + 2}
      aria-selected={marking ? selected : undefined}
      className={classes['row']}
      data-loading={!row || undefined}
      data-selected={selected || undefined}
      style={{ height, transform: `translateY(${start}px)`, gridTemplateColumns: tracks }}
    >
      <div
        role="gridcell"
        aria-colindex={1}
        className={classes['mark']}
        data-line={line}
        data-column={0}
        tabIndex={tab(0)}
        aria-label={label}
        onFocus={() => acts.focus({ line, column: 0 })}
      >
        {row && marking && (
          <Checkbox size="xs" tabIndex={-1} aria-label={label} checked={selected} onClick={(event) => acts.mark(event, line, row.id)} readOnly />
        )}
      </div>
      {columns.map((column, index) => {
        const at = { line, column: index + 1 };
        const isEdited = row !== undefined && editing === column;
        return (
          <div
            key={column}
            role="gridcell"
            aria-colindex={index + 2}
            aria-readonly={row ? !isEditable(column) || refusalOf(row, column) !== null : undefined}
            className={classes['cell']}
            data-pinned={index === 0 || undefined}
            data-numeric={columnFacts[column].numeric}
            data-editing={isEdited || undefined}
            data-line={line}
            data-column={at.column}
            tabIndex={isEdited ? undefined : tab(at.column)}
            onFocus={(event) => event.target === event.currentTarget && acts.focus(at)}
            onMouseDown={(event) => {
              pressedAgain.current = document.activeElement === event.currentTarget;
            }}
            onClick={row && !isEdited ? (event) => acts.press(event, at, row, pressedAgain.current) : undefined}
            onDoubleClick={row && !isEdited ? () => acts.edit(at) : undefined}
          >
            {row && (isEdited ? <CellEditor row={row} column={column} done={acts.stopEditing} /> : <Cell row={row} column={column} />)}
          </div>
        );
      })}
    </div>
  );
});

function Cell({ row, column }: { row: ListRow; column: ListColumn }) {
  const Content = cells[column];
  return <Content row={row} />;
}

interface GroupCellProps {
  group: Group;
  span: number;
  line: number;
  column: number;
  tabIndex: 0 | -1;
  collapsed: boolean;
  focused: () => void;
  toggle: () => void;
}

function GroupCell({ group, span, line, column, tabIndex, collapsed, focused, toggle }: GroupCellProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { stages } = useListChoices();
  const stage = stages.find(({ id }) => id === group.value);
  const name = useGroupName()(group);
  return (
    <div
      role="gridcell"
      aria-colspan={span}
      aria-expanded={!collapsed}
      className={classes['groupCell']}
      data-line={line}
      data-column={column}
      tabIndex={tabIndex}
      onFocus={focused}
      onClick={toggle}
    >
      {collapsed ? <IconChevronRight size={16} aria-hidden /> : <IconChevronDown size={16} aria-hidden />}
      {stage && <StageDot color={stage.color} />}
      <span className={classes['groupName']}>{name}</span>
      <span className={classes['groupCount']} aria-hidden>
        {format.number(group.count)}
      </span>
      <VisuallyHidden>{t('projects.count', { count: group.count, total: format.number(group.count) })}</VisuallyHidden>
    </div>
  );
}
