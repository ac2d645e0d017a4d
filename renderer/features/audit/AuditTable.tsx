import { IconClockExclamation } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditRow } from '../../../shared/api/audit.ts';
import { useAppStore } from '../../app/app-store.ts';
import { useActionName } from '../../ui/action-name.ts';
import { useFormat } from '../../ui/use-format.ts';
import { useColumnName } from '../../ui/value-text.ts';
import { useTableName } from '../session/table-name.ts';
import classes from './Audit.module.css';
import { clockDifference } from './clock-difference.ts';
import { useDeviceName } from './device-name.ts';
import { firstUpper } from './first-upper.ts';

interface Props {
  rows: readonly AuditRow[];
  /** There are no more than these. */
  complete: boolean;
  onShown: (first: number, last: number) => void;
  open: (id: string) => void;
}

const rowHeights = { office: 36, 'shop-floor': 52 };

const columns = ['serverTime', 'clientTime', 'person', 'device', 'kind', 'record', 'action', 'fields'] as const;

/** As many rows as the person scrolls to; only those in sight are drawn. */
export function AuditTable({ rows, complete, onShown, open }: Props) {
  const { t } = useTranslation();
  const density = useAppStore((state) => state.settings?.density ?? 'office');
  const rowHeight = rowHeights[density];
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onShown(first, last), [onShown, first, last]);
  const region = t('audit.table.region');

  return (
    <div ref={scroller} className={classes['scroller']} role="region" aria-label={region} tabIndex={0}>
      <div role="table" aria-label={region} aria-rowcount={complete ? rows.length + 1 : -1} className={classes['table']}>
        <div role="rowgroup" className={classes['head']}>
          <div role="row" aria-rowindex={1} className={classes['row']}>
            {columns.map((name) => (
              <div key={name} role="columnheader" className={classes['cell']}>
                {t(`audit.table.${name}`)}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" className={classes['body']} style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rows[index];
            return (
              row && (
                <div
                  key={row.id}
                  role="row"
                  aria-rowindex={index + 2}
                  className={classes['row']}
                  style={{ height: rowHeight, transform: `translateY(${start}px)` }}
                >
                  <Cells row={row} open={open} />
                </div>
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Cells({ row, open }: { row: AuditRow; open: (id: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tableName = useTableName();
  const actionName = useActionName();
  const columnName = useColumnName();
  const deviceName = useDeviceName();
  const when = format.exactTime(row.created_at);
  const kind = firstUpper(tableName(row.entity_type));
  const action = firstUpper(actionName(row.action));
  const record = [row.project && `${row.project.code} · ${row.project.title}`, row.subject].filter(Boolean).join(' · ');
  const fields = format.list(row.columns.map(columnName));
  return (
    <>
      <div role="cell" className={classes['cell']}>
        <button
          type="button"
          className={classes['open']}
          aria-label={t('audit.table.open', { what: `${action}: ${kind}`, when })}
          onClick={() => open(row.id)}
        >
          {when}
        </button>
      </div>
      <div role="cell" className={classes['cell']}>
        {row.client_time && format.exactTime(row.client_time)}
        <ClockMark row={row} />
      </div>
      <TextCell text={row.user_name ?? row.user_id ?? t('audit.system')} strong />
      <TextCell text={row.device_id === null ? '' : deviceName(row)} />
      <TextCell text={kind} />
      <TextCell text={record} />
      <TextCell text={action} />
      <TextCell text={row.columns.length > 0 ? fields : (row.description ?? '')} />
    </>
  );
}

function TextCell({ text, strong = false }: { text: string; strong?: boolean }) {
  return (
    <div role="cell" className={classes['cell']} title={text} data-strong={strong || undefined}>
      {text}
    </div>
  );
}

function ClockMark({ row }: { row: AuditRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const difference = clockDifference(row);
  if (!difference) return null;
  const text = t('audit.clock.mark', { span: format.span(difference.ms) });
  return (
    <span role="img" aria-label={text} title={text} className={classes['clockMark']}>
      <IconClockExclamation size={16} aria-hidden />
    </span>
  );
}
