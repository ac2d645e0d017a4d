import { Radio } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { dueChoices, type DueChoice } from '../../../../shared/domain/lists.ts';
import { changeFilter } from '../filters.ts';
import classes from './Filter.module.css';

/** The deadlines that people ask for by name. */
export function DueFilter({ label, due }: { label: string; due: DueChoice | null }) {
  const { t } = useTranslation();
  return (
    <Radio.Group
      aria-label={label}
      value={due ?? 'any'}
      onChange={(value) => changeFilter({ due: dueChoices.find((choice) => choice === value) ?? null })}
    >
      <div className={classes['choices']}>
        {(['any', ...dueChoices] as const).map((value) => (
          <Radio key={value} value={value} label={t(`lists.due.${value}`)} data-autofocus={value === (due ?? 'any') || undefined} />
        ))}
      </div>
    </Radio.Group>
  );
}
