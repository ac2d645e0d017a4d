import { useDraggable } from '@dnd-kit/core';
import { IconAlertCircle, IconAlertTriangle, IconCheck, IconClockUp } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Delivery } from '../../../shared/api/calendar.ts';
import { dayNumber, dayOf, type Outlook } from '../../../shared/domain/schedule.ts';
import { useReadOnly } from '../../app/app-store.ts';
import { paths } from '../../app/paths.ts';
import { followWithFocus, forgetFocusWish, takeFocusWish } from '../projects/moves/follow-focus.ts';
import classes from './Calendar.module.css';
import { daysOf } from './month-sheet.ts';
import { useMoveDelivery } from './use-move-delivery.ts';

const icons = { overdue: IconAlertCircle, at_risk: IconAlertTriangle, on_time: null, done: IconCheck };

interface Props {
  delivery: Delivery;
  outlook: Outlook;
  color: string | undefined;
}

/** A project in the field of a day: a link that is dragged to another day, or moved there by Shift and an arrow key. */
export function DeliveryChip({ delivery, outlook, color }: Props) {
  const link = useRef<HTMLAnchorElement>(null);
  const move = useMoveDelivery();
  const readOnly = useReadOnly();
  const { attributes, listeners, setNodeRef, isDragging } = useDraggable({ id: delivery.id, disabled: !delivery.can_edit });

  useEffect(() => {
    if (takeFocusWish(delivery.id)) link.current?.focus();
  }, [delivery.id]);

  const shift = async (days: number) => {
    followWithFocus(delivery.id);
    if (!(await move(delivery, dayOf(dayNumber(delivery.estimated_delivery_date) + days)))) forgetFocusWish();
  };
  return (
    <div
      ref={setNodeRef}
      {...listeners}
      className={classes['chip']}
      data-outlook={outlook}
      data-dragging={isDragging || undefined}
      style={{ borderLeftColor: color }}
      onKeyDown={(event) => {
        const days = event.shiftKey && !readOnly ? daysOf(event.key) : null;
        // The keys of the sheet are not meant where a project has the focus.
        event.stopPropagation();
        if (days === null) {
          listeners?.['onKeyDown']?.(event);
          return;
        }
        event.preventDefault();
        void shift(days);
      }}
    >
      <Link ref={link} to={paths.project(delivery.id)} draggable={false} aria-describedby={readOnly ? undefined : attributes['aria-describedby']}>
        <ChipText delivery={delivery} outlook={outlook} />
      </Link>
    </div>
  );
}

export function ChipText({ delivery, outlook }: Pick<Props, 'delivery' | 'outlook'>) {
  const { t } = useTranslation();
  const Icon = icons[outlook];
  const words = [outlook === 'on_time' ? null : t(`calendar.outlook.${outlook}`), delivery.waiting ? t('calendar.waiting') : null];
  return (
    <>
      {Icon && <Icon size={13} aria-hidden className={classes['mark']} />}
      {delivery.waiting && <IconClockUp size={13} aria-hidden className={classes['mark']} />}
      <span className={classes['chipText']} title={`${delivery.project_id} · ${delivery.title}`}>
        {delivery.title}
      </span>
      <span className={classes['spoken']}>{[delivery.project_id, ...words].filter(Boolean).join(', ')}</span>
    </>
  );
}
