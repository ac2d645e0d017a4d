import { Button, Popover } from '@mantine/core';
import { DatePicker } from '../../ui/dates.ts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Delivery } from '../../../shared/api/calendar.ts';
import type { Outlook } from '../../../shared/domain/schedule.ts';
import { useReadOnly } from '../../app/app-store.ts';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { PriorityMark } from '../projects/parts/PriorityMark.tsx';
import classes from './Calendar.module.css';
import { useMoveDelivery } from './use-move-delivery.ts';

interface Props {
  day: string;
  outlookOf: (delivery: Delivery) => Outlook;
  stageName: (delivery: Delivery) => string | undefined;
  close: () => void;
}

/** All deliveries of a day, each with the way to another one. */
export function DayDialog({ day, outlookOf, stageName, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const readOnly = useReadOnly();
  const { data } = useQuery(query('calendar.day', { day }));
  return (
    <Dialog onClose={close} size="lg" title={t('calendar.dialog', { day: format.date(day) })}>
      {data?.length === 0 && <p className={classes['none']}>{t('calendar.emptyDay')}</p>}
      <ul className={classes['dayList']}>
        {data?.map((delivery) => {
          const outlook = outlookOf(delivery);
          return (
            <li key={delivery.id} className={classes['dayEntry']}>
              <span className={classes['dayText']}>
                <Link to={paths.project(delivery.id)} onClick={close}>
                  {delivery.title}
                </Link>
                <span className={classes['dayNote']}>
                  {[delivery.project_id, delivery.customer_name, stageName(delivery)].filter(Boolean).join(' · ')}
                </span>
              </span>
              <PriorityMark level={delivery.priority_level} />
              <span className={classes['outlook']} data-outlook={outlook}>
                {t(`calendar.outlook.${outlook}`)}
              </span>
              {!readOnly && <MoveButton delivery={delivery} />}
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}

function MoveButton({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const move = useMoveDelivery();
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="default"
          className={classes['moveButton'] ?? ''}
          disabled={!delivery.can_edit}
          title={delivery.can_edit ? undefined : t('calendar.locked')}
          aria-label={t('calendar.moveTo', { code: delivery.project_id })}
          aria-haspopup="dialog"
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          {t('calendar.move')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <DatePicker
          value={delivery.estimated_delivery_date}
          defaultDate={delivery.estimated_delivery_date}
          hideOutsideDates
          ariaLabels={{
            previousMonth: t('projects.edit.calendar.previousMonth'),
            nextMonth: t('projects.edit.calendar.nextMonth'),
            previousYear: t('projects.edit.calendar.previousYear'),
            nextYear: t('projects.edit.calendar.nextYear'),
            previousDecade: t('projects.edit.calendar.previousDecade'),
            nextDecade: t('projects.edit.calendar.nextDecade'),
          }}
          onChange={(day) => {
            setOpened(false);
            if (day) void move(delivery, day);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
