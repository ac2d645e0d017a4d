import { DateInput } from '../../ui/dates.ts';
import { useTranslation } from 'react-i18next';
import { readDate } from '../../../shared/domain/date-input.ts';
import { useFormat } from '../../ui/use-format.ts';
import { useNow } from '../../ui/use-now.ts';
import classes from './Intake.module.css';

interface Props {
  value: string | null;
  change: (date: string | null) => void;
}

/** A wished date, typed or chosen. One in the past is taken, because an order may be entered late, but said to be so. */
export function DeliveryDate({ value, change }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const today = format.today(useNow());
  const past = value !== null && value < today;
  return (
    <DateInput
      label={t('intake.field.delivery_date')}
      description={past ? <span className={classes['warning']}>{t('intake.pastDate')}</span> : t('intake.dateHint')}
      valueFormat="DD/MM/YYYY"
      dateParser={(written) => readDate(written, today)}
      clearable
      // Tab goes on to the next field; a date is also taken away by its letters.
      clearButtonProps={{ 'aria-label': t('intake.clearDate'), tabIndex: -1 }}
      ariaLabels={{
        previousMonth: t('projects.edit.calendar.previousMonth'),
        nextMonth: t('projects.edit.calendar.nextMonth'),
        previousYear: t('projects.edit.calendar.previousYear'),
        nextYear: t('projects.edit.calendar.nextYear'),
        previousDecade: t('projects.edit.calendar.previousDecade'),
        nextDecade: t('projects.edit.calendar.nextDecade'),
      }}
      popoverProps={{ returnFocus: true }}
      value={value}
      onChange={change}
    />
  );
}
