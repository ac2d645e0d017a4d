import { useDroppable } from '@dnd-kit/core';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { COUNTED, type CalendarDay, type Delivery } from '../../../shared/api/calendar.ts';
import type { Outlook } from '../../../shared/domain/schedule.ts';
import { useAppStore } from '../../app/app-store.ts';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Calendar.module.css';
import { setDay } from './calendar-store.ts';
import { DeliveryChip } from './DeliveryChip.tsx';
import { dayAfterKey, monthOf } from './month-sheet.ts';

interface Props {
  weeks: string[][];
  month: string;
  /** The day on which the keyboard stands. */
  day: string;
  today: string;
  name: string;
  days: readonly CalendarDay[];
  outlookOf: (delivery: Delivery) => Outlook;
  colorOf: (delivery: Delivery) => string | undefined;
  open: (day: string) => void;
}

/** The weeks of a month as a grid that is walked by arrow keys. */
export function MonthSheet({ weeks, month, day, today, name, days, outlookOf, colorOf, open }: Props) {
  const { t } = useTranslation();
  const language = useAppStore((state) => state.settings?.language ?? 'vi');
  const grid = useRef<HTMLDivElement>(null);
  const walked = useRef(false);
  const byDay = new Map(days.map((one) => [one.day, one]));
  const weekday = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' });

  useEffect(() => {
    if (walked.current) grid.current?.querySelector<HTMLElement>(`[data-day="${day}"]`)?.focus();
    walked.current = false;
  }, [day]);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const target = dayAfterKey(day, event.key);
    if (target === null) return;
    event.preventDefault();
    walked.current = true;
    setDay(target);
  };
  return (
    <div ref={grid} className={classes['grid']} role="grid" aria-label={t('calendar.sheet', { month: name })} onKeyDown={onKeyDown}>
      <div role="row" className={classes['week']} data-head>
        {weeks[0]?.map((one) => (
          <div key={one} role="columnheader" className={classes['weekday']}>
            {weekday.format(new Date(`${one}T00:00:00Z`))}
          </div>
        ))}
      </div>
      {weeks.map((week) => (
        <div key={week[0]} role="row" className={classes['week']}>
          {week.map((one) => (
            <DayField
              key={one}
              day={one}
              filled={byDay.get(one)}
              outside={monthOf(one) !== month}
              today={one === today}
              current={one === day}
              outlookOf={outlookOf}
              colorOf={colorOf}
              open={open}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

interface DayProps extends Pick<Props, 'outlookOf' | 'colorOf' | 'open'> {
  day: string;
  filled: CalendarDay | undefined;
  /** Of the month before or after. */
  outside: boolean;
  today: boolean;
  current: boolean;
}

function DayField({ day, filled, outside, today, current, outlookOf, colorOf, open }: DayProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { setNodeRef, isOver } = useDroppable({ id: day });
  const total = filled?.total ?? 0;
  const shown = filled?.deliveries ?? [];
  const date = format.date(day);
  return (
    <div
      ref={setNodeRef}
      role="gridcell"
      aria-current={today ? 'date' : undefined}
      className={classes['day']}
      data-outside={outside || undefined}
      data-today={today || undefined}
      data-over={isOver || undefined}
    >
      <button
        type="button"
        className={classes['number']}
        data-day={day}
        tabIndex={current ? 0 : -1}
        onClick={() => open(day)}
      >
        <span aria-hidden>{Number(day.slice(8))}</span>
        <span className={classes['spoken']}>
          {total >= COUNTED ? t('calendar.dayMany', { day: date, count: COUNTED }) : t('calendar.day', { day: date, count: total })}
        </span>
      </button>
      {shown.map((delivery) => (
        <DeliveryChip key={delivery.id} delivery={delivery} outlook={outlookOf(delivery)} color={colorOf(delivery)} />
      ))}
      {total > shown.length && (
        <button type="button" className={classes['more']} tabIndex={-1} onClick={() => open(day)}>
          {total >= COUNTED ? t('calendar.moreMany') : t('calendar.more', { count: total - shown.length })}
        </button>
      )}
    </div>
  );
}
