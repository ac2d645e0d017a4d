import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, type CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { CalendarStage } from '../../../shared/api/calendar.ts';
import type { TimelineRow } from '../../../shared/api/timeline.ts';
import { dayNumber, dayOf } from '../../../shared/domain/schedule.ts';
import { parseTimestamp } from '../../../shared/domain/timestamps.ts';
import { useAppStore } from '../../app/app-store.ts';
import { paths } from '../../app/paths.ts';
import { useFormat } from '../../ui/use-format.ts';
import { useNow } from '../../ui/use-now.ts';
import { useOutlook } from '../calendar/use-outlook.ts';
import { segmentsOf, type Segment } from './segments.ts';
import classes from './Timeline.module.css';
import { dayWidths, type Zoom } from './timeline-store.ts';

interface Props {
  stages: readonly CalendarStage[];
  total: number;
  rowAt: (index: number) => TimelineRow | undefined;
  onShown: (first: number, last: number) => void;
  zoom: Zoom;
}

/** Days that the chart reaches back and ahead; what lies beyond is cut off. */
const BACK = 180;
const AHEAD = 400;

const rowHeights = { office: 40, 'shop-floor': 56 };

/** A table whose last column is a chart: what the bars show stands in its cells as text too. */
export function TimelineChart({ stages, total, rowAt, onShown, zoom }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const today = dayNumber(format.today(useNow()));
  const density = useAppStore((state) => state.settings?.density ?? 'office');
  const rowHeight = rowHeights[density];
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: total, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 10 });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onShown(first, last), [onShown, first, last]);

  const width = dayWidths[zoom];
  const begin = today - BACK;
  // Three weeks of the past are in sight at first, less where a day is wide.
  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollLeft = (BACK - (zoom === 'week' ? 7 : 21)) * width;
  }, [width, zoom]);
  const chartWidth = (BACK + AHEAD) * width;
  return (
    <div ref={scroller} className={classes['scroller']} role="region" aria-label={t('timeline.region')} tabIndex={0}>
      <div role="table" aria-label={t('timeline.region')} aria-rowcount={total + 1} className={classes['table']} style={{ '--chart': `${chartWidth}px` } as CSSProperties}>
        <div role="rowgroup" className={classes['axis']}>
          <div role="row" aria-rowindex={1} className={classes['row']}>
            {(['project', 'stage', 'delivery'] as const).map((column) => (
              <div key={column} role="columnheader" className={classes['fixed']} data-column={column}>
                {t(`timeline.columns.${column}`)}
              </div>
            ))}
            <div role="columnheader" className={classes['chart']}>
              <span className={classes['spoken']}>{t('timeline.columns.plan')}</span>
              <Axis begin={begin} width={width} zoom={zoom} />
            </div>
          </div>
        </div>
        <div role="rowgroup" className={classes['body']} style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rowAt(index);
            return (
              <div
                key={row?.id ?? index}
                role="row"
                aria-rowindex={index + 2}
                className={classes['row']}
                style={{ height: rowHeight, transform: `translateY(${start}px)` }}
              >
                {row && <RowCells row={row} stages={stages} today={today} begin={begin} width={width} />}
              </div>
            );
          })}
          <div className={classes['today']} style={{ left: `calc(var(--fixed) + ${BACK * width}px)` }} aria-hidden />
        </div>
      </div>
    </div>
  );
}

/** The beginnings of the months; where days are wide, of the weeks as well. */
function Axis({ begin, width, zoom }: { begin: number; width: number; zoom: Zoom }) {
  const language = useAppStore((state) => state.settings?.language ?? 'vi');
  const months = new Intl.DateTimeFormat(language, { month: language === 'vi' ? 'numeric' : 'short', year: 'numeric', timeZone: 'UTC' });
  const ticks: { at: number; label: string; month: boolean }[] = [];
  for (let day = begin; day < begin + BACK + AHEAD; day++) {
    const text = dayOf(day);
    if (text.endsWith('-01')) ticks.push({ at: day, label: months.format(new Date(`${text}T00:00:00Z`)), month: true });
    // 1970-01-01 was a Thursday.
    else if (zoom === 'week' && (day + 3) % 7 === 0) ticks.push({ at: day, label: String(Number(text.slice(8))), month: false });
  }
  return ticks.map(({ at, label, month }) => (
    <span key={at} aria-hidden className={classes['tick']} data-month={month || undefined} style={{ left: (at - begin) * width }}>
      {label}
    </span>
  ));
}

interface RowProps {
  row: TimelineRow;
  stages: readonly CalendarStage[];
  today: number;
  begin: number;
  width: number;
}

function RowCells({ row, stages, today, begin, width }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const outlookOf = useOutlook(stages);
  const dayOfTime = (timestamp: string) => format.today(parseTimestamp(timestamp));
  const segments = segmentsOf(row, stages, today, dayOfTime);
  const stage = stages.find(({ id }) => id === row.current_stage_id);
  const due = row.estimated_delivery_date;
  const outlook = due === null ? null : outlookOf({ ...row, estimated_delivery_date: due });
  const created = row.created_at ? dayNumber(dayOfTime(row.created_at)) : (segments[0]?.from ?? today);
  const end = Math.max(due === null ? 0 : dayNumber(due), segments.at(-1)?.to ?? today);
  const words = { created: format.date(dayOf(created)), finish: format.date(dayOf(segments.at(-1)?.to ?? today)) };
  const place = (from: number, to: number) => ({ left: (Math.max(from, begin) - begin) * width, width: Math.max(0, to - Math.max(from, begin)) * width });
  return (
    <>
      <div role="cell" className={classes['fixed']} data-column="project">
        <Link to={paths.project(row.id)} className={classes['link']} title={row.title}>
          {row.title}
        </Link>
        <span className={classes['note']}>{[row.project_id, row.customer_name].filter(Boolean).join(' · ')}</span>
      </div>
      <div role="cell" className={classes['fixed']} data-column="stage">
        <span className={classes['stageName']} title={stage?.name}>
          {stage?.name}
        </span>
      </div>
      <div role="cell" className={classes['fixed']} data-column="delivery">
        <span>{due === null ? t('timeline.noDay') : format.date(due)}</span>
        {outlook && outlook !== 'on_time' && (
          <span className={classes['outlook']} data-outlook={outlook}>
            {t(`calendar.outlook.${outlook}`)}
          </span>
        )}
      </div>
      <div role="cell" className={classes['chart']}>
        <span className={classes['spoken']}>{t('timeline.bar', words)}</span>
        <span className={classes['life']} style={place(created, end)} aria-hidden />
        {segments.map((segment) => (
          <Bar key={`${segment.kind} ${segment.stage.id} ${segment.from}`} segment={segment} place={place(segment.from, segment.to)} />
        ))}
        {due !== null && dayNumber(due) >= begin && (
          <span
            className={classes['due']}
            data-outlook={outlook}
            title={t('timeline.delivery', { day: format.date(due) })}
            style={{ left: (dayNumber(due) - begin) * width }}
            aria-hidden
          />
        )}
      </div>
    </>
  );
}

function Bar({ segment: { stage, kind, from, to }, place }: { segment: Segment; place: { left: number; width: number } }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (place.width === 0) return null;
  const words = { stage: stage.name, from: format.date(dayOf(from)), to: format.date(dayOf(to)) };
  return (
    <span
      className={classes['segment']}
      data-kind={kind}
      title={t(kind === 'past' ? 'timeline.segment' : 'timeline.ahead', words)}
      style={{ ...place, '--stage': stage.color } as CSSProperties}
      aria-hidden
    />
  );
}
