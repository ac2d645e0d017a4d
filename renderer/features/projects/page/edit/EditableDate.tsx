import { CloseButton, Popover } from '@mantine/core';
import { DatePicker } from '../../../../ui/dates.ts';
import { IconCalendar } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../../ui/use-format.ts';
import { FieldNote, RefusedMark, WaitingMark } from './FieldNote.tsx';
import classes from './Edit.module.css';
import type { Fact } from './use-fact.ts';

interface Props {
  fact: Fact<string | null>;
  label: string;
}

/** A date without a time, chosen in a calendar; an earlier date is allowed, because facts may be entered late. */
export function EditableDate({ fact, label }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [opened, setOpened] = useState(false);
  const text = fact.value ? format.date(fact.value) : t('app.value.none');
  if (!fact.canEdit) return <span className={fact.value ? undefined : classes['placeholder']}>{text}</span>;

  const save = (date: string | null) => {
    setOpened(false);
    // A failure is shown below; the value stays what it was.
    if (date !== fact.value) fact.save(date).catch(() => undefined);
  };
  return (
    <span className={classes['value']}>
      <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus>
        <Popover.Target>
          <button
            type="button"
            className={classes['show']}
            aria-haspopup="dialog"
            aria-expanded={opened}
            aria-label={`${t('projects.edit.edit', { field: label })}: ${text}`}
            onClick={() => setOpened(!opened)}
          >
            <span className={fact.value ? undefined : classes['placeholder']}>{text}</span>
            <IconCalendar size={14} aria-hidden className={classes['pencil']} />
          </button>
        </Popover.Target>
        <Popover.Dropdown>
          <DatePicker
            value={fact.value}
            defaultDate={fact.value ?? undefined}
            hideOutsideDates
            ariaLabels={{
              previousMonth: t('projects.edit.calendar.previousMonth'),
              nextMonth: t('projects.edit.calendar.nextMonth'),
              previousYear: t('projects.edit.calendar.previousYear'),
              nextYear: t('projects.edit.calendar.nextYear'),
              previousDecade: t('projects.edit.calendar.previousDecade'),
              nextDecade: t('projects.edit.calendar.nextDecade'),
            }}
            onChange={(date) => {
              if (date) save(date);
            }}
          />
        </Popover.Dropdown>
      </Popover>
      {fact.value && (
        <CloseButton size="sm" aria-label={t('projects.edit.clear', { field: label })} onClick={() => save(null)} />
      )}
      {fact.waiting && <WaitingMark />}
      {fact.refused && <RefusedMark item={fact.refused} />}
      <FieldNote error={fact.error} saving={fact.saving} />
    </span>
  );
}
