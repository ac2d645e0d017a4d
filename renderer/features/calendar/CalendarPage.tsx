import { DndContext, DragOverlay, MouseSensor, pointerWithin, TouchSensor, useSensor, useSensors } from '@dnd-kit/core';
import { ActionIcon, Button } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { Delivery } from '../../../shared/api/calendar.ts';
import type { Output } from '../../../shared/api/index.ts';
import { useAppStore } from '../../app/app-store.ts';
import { query } from '../../app/queries.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { useNow } from '../../ui/use-now.ts';
import { useUndoKey } from '../projects/page/undo.ts';
import classes from './Calendar.module.css';
import { setDay, useCalendar } from './calendar-store.ts';
import { DayDialog } from './DayDialog.tsx';
import { ChipText } from './DeliveryChip.tsx';
import { MonthSheet } from './MonthSheet.tsx';
import { dayInMonth, monthOf, weeksOf } from './month-sheet.ts';
import { useMoveDelivery } from './use-move-delivery.ts';
import { useOutlook } from './use-outlook.ts';

/** The deliveries of a month, day by day. */
export function CalendarPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const language = useAppStore((state) => state.settings?.language ?? 'vi');
  const today = format.today(useNow());
  const day = useCalendar((state) => state.day) ?? today;
  const month = monthOf(day);
  const weeks = weeksOf(month);
  const sheet = useQuery({
    ...query('calendar.sheet', { from: weeks[0]?.[0] ?? day, to: weeks.at(-1)?.[6] ?? day }),
    placeholderData: keepPreviousData,
  });
  useUndoKey();
  const monthName = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${month}-01T00:00:00Z`));
  // It stands as a heading, where Vietnamese writes a capital too.
  const name = monthName.charAt(0).toLocaleUpperCase(language) + monthName.slice(1);
  const turn = (by: number) => setDay(dayInMonth(day, by));
  return (
    <>
      <header className={classes['head']}>
        <h1 className={classes['title']}>{t('calendar.title')}</h1>
        <ActionIcon size="lg" aria-label={t('calendar.previous')} onClick={() => turn(-1)}>
          <IconChevronLeft size={18} aria-hidden />
        </ActionIcon>
        <span className={classes['month']} role="status">
          {name}
        </span>
        <ActionIcon size="lg" aria-label={t('calendar.next')} onClick={() => turn(1)}>
          <IconChevronRight size={18} aria-hidden />
        </ActionIcon>
        <Button variant="default" onClick={() => setDay(today)}>
          {t('calendar.today')}
        </Button>
        <Legend />
      </header>
      {sheet.error && <LoadFailure error={sheet.error} retry={() => void sheet.refetch()} />}
      {sheet.data && <Sheet {...sheet.data} weeks={weeks} month={month} day={day} today={today} name={name} />}
    </>
  );
}

function Legend() {
  const { t } = useTranslation();
  return (
    <ul className={classes['legend']} aria-label={t('calendar.legend')}>
      {(['overdue', 'at_risk', 'on_time', 'done'] as const).map((outlook) => (
        <li key={outlook} className={classes['outlook']} data-outlook={outlook} title={outlook === 'at_risk' ? t('calendar.riskHint') : undefined}>
          {t(`calendar.outlook.${outlook}`)}
        </li>
      ))}
    </ul>
  );
}

interface SheetProps {
  weeks: string[][];
  month: string;
  day: string;
  today: string;
  name: string;
}

function Sheet({ stages, days, ...sheet }: Output<'calendar.sheet'> & SheetProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const outlookOf = useOutlook(stages);
  const move = useMoveDelivery();
  const [opened, setOpened] = useState<string | null>(null);
  const [dragged, setDragged] = useState<Delivery | null>(null);
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    // A finger that moves at once scrolls; one that rests picks the project up.
    useSensor(TouchSensor, { activationConstraint: { delay: 220, tolerance: 8 } }),
  );
  const find = (id: unknown) => days.flatMap(({ deliveries }) => deliveries).find((delivery) => delivery.id === id);
  const stageOf = (delivery: Delivery) => stages.find(({ id }) => id === delivery.current_stage_id);
  const words = (id: unknown, over?: unknown) => ({
    code: find(id)?.project_id ?? '',
    day: typeof over === 'string' ? format.date(over) : '',
  });
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={pointerWithin}
      onDragStart={({ active }) => setDragged(find(active.id) ?? null)}
      onDragCancel={() => setDragged(null)}
      onDragEnd={({ active, over }) => {
        setDragged(null);
        const delivery = find(active.id);
        if (delivery && over) void move(delivery, String(over.id));
      }}
      accessibility={{
        screenReaderInstructions: { draggable: t('calendar.keyboard') },
        announcements: {
          onDragStart: ({ active }) => t('calendar.drag.picked', words(active.id)),
          onDragOver: ({ active, over }) => t(over ? 'calendar.drag.over' : 'calendar.drag.nowhere', words(active.id, over?.id)),
          onDragEnd: ({ active, over }) => t(over ? 'calendar.drag.dropped' : 'calendar.drag.cancelled', words(active.id, over?.id)),
          onDragCancel: ({ active }) => t('calendar.drag.cancelled', words(active.id)),
        },
      }}
    >
      <MonthSheet
        {...sheet}
        days={days}
        outlookOf={outlookOf}
        colorOf={(delivery) => stageOf(delivery)?.color}
        open={setOpened}
      />
      {opened && (
        <DayDialog day={opened} outlookOf={outlookOf} stageName={(delivery) => stageOf(delivery)?.name} close={() => setOpened(null)} />
      )}
      {createPortal(
        <DragOverlay dropAnimation={null}>
          {dragged && (
            <div className={classes['chip']} data-outlook={outlookOf(dragged)} data-lifted style={{ borderLeftColor: stageOf(dragged)?.color }}>
              <ChipText delivery={dragged} outlook={outlookOf(dragged)} />
            </div>
          )}
        </DragOverlay>,
        document.body,
      )}
    </DndContext>
  );
}
