import { NumberInput, TextInput } from '@mantine/core';
import { DateInput } from '../../../ui/dates.ts';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ListColumn, ProjectFilter } from '../../../../shared/api/lists.ts';
import { priorityLevels, type PriorityLevel } from '../../../../shared/api/projects.ts';
import { projectStatuses, type ProjectStatus } from '../../../../shared/domain/workflow.ts';
import { query } from '../../../app/queries.ts';
import { ChoiceList, type Choice } from '../filter/ChoiceList.tsx';
import { DueFilter } from '../filter/DueFilter.tsx';
import classes from '../filter/Filter.module.css';
import { changeFilter, countFilters, emptyFilter, useProjectList } from '../filters.ts';
import { named, useListChoices } from '../use-list-choices.ts';
import { columnLabels } from './columns.tsx';
import { readDay } from './editing.ts';

/** The filters that belong to a column. */
const fields: Partial<Record<ListColumn, readonly (keyof ProjectFilter)[]>> = {
  project_id: ['code'],
  title: ['title'],
  customer_name: ['customers'],
  stage_order: ['stages'],
  priority_level: ['priorities'],
  status: ['statuses'],
  assigned_name: ['owners'],
  estimated_delivery_date: ['due', 'due_from', 'due_to'],
  estimated_value: ['value_from', 'value_to'],
  tags: ['tags'],
};

export const hasColumnFilter = (column: ListColumn): boolean => fields[column] !== undefined;

export const filteredFields = (column: ListColumn, filter: ProjectFilter): number =>
  countFilters({ ...emptyFilter, ...Object.fromEntries((fields[column] ?? []).map((field) => [field, filter[field]])) });

/** What a column can be filtered by. */
export function ColumnFilter({ column }: { column: ListColumn }) {
  const { t } = useTranslation();
  const filter = useProjectList((state) => state.filter);
  const { customers, people, stages } = useListChoices();
  const label = t(columnLabels[column]);
  const list = (choices: readonly Choice[], chosen: readonly string[], change: (chosen: string[]) => void) => (
    <ChoiceList label={label} choices={choices} chosen={chosen} change={change} />
  );
  switch (column) {
    case 'project_id':
      return <TextFilter label={label} text={filter.code} change={(code) => changeFilter({ code })} />;
    case 'title':
      return <TextFilter label={label} text={filter.title} change={(title) => changeFilter({ title })} />;
    case 'customer_name':
      return list(named(customers, t('lists.filter.noCustomer')), filter.customers, (chosen) => changeFilter({ customers: chosen }));
    case 'assigned_name':
      return list(named(people, t('lists.filter.noOwner')), filter.owners, (owners) => changeFilter({ owners }));
    case 'stage_order':
      return list(stages.map(({ id, name }) => ({ value: id, label: name })), filter.stages, (chosen) => changeFilter({ stages: chosen }));
    case 'priority_level':
      return list(
        [...priorityLevels].reverse().map((value) => ({ value, label: t(`values.priority.${value}`) })),
        filter.priorities,
        (chosen) => changeFilter({ priorities: chosen as PriorityLevel[] }),
      );
    case 'status':
      return list(
        projectStatuses.map((value) => ({ value, label: t(`values.status.${value}`) })),
        filter.statuses,
        (chosen) => changeFilter({ statuses: chosen as ProjectStatus[] }),
      );
    case 'estimated_delivery_date':
      return <DueFields label={label} />;
    case 'estimated_value':
      return <ValueFields />;
    case 'tags':
      return <TagFilter label={label} />;
    default:
      return null;
  }
}

function TextFilter({ label, text, change }: { label: string; text: string; change: (text: string) => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes['fields']}>
      <TextInput
        label={t('lists.filter.contains', { column: label })}
        data-autofocus
        maxLength={200}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
      />
    </div>
  );
}

function DueFields({ label }: { label: string }) {
  const { t } = useTranslation();
  const { due, due_from, due_to } = useProjectList((state) => state.filter);
  const day = {
    valueFormat: 'DD/MM/YYYY',
    dateParser: readDay,
    clearable: true,
    popoverProps: { withinPortal: false },
    ariaLabels: {
      previousMonth: t('projects.edit.calendar.previousMonth'),
      nextMonth: t('projects.edit.calendar.nextMonth'),
      previousYear: t('projects.edit.calendar.previousYear'),
      nextYear: t('projects.edit.calendar.nextYear'),
      previousDecade: t('projects.edit.calendar.previousDecade'),
      nextDecade: t('projects.edit.calendar.nextDecade'),
    },
  };
  const clear = (field: string) => ({ 'aria-label': t('projects.edit.clear', { field }) });
  const [from, to] = [t('lists.filter.from'), t('lists.filter.to')];
  return (
    <div className={classes['fields']}>
      <DueFilter label={label} due={due} />
      <DateInput {...day} label={from} clearButtonProps={clear(from)} value={due_from} onChange={(value) => changeFilter({ due_from: value })} />
      <DateInput {...day} label={to} clearButtonProps={clear(to)} value={due_to} onChange={(value) => changeFilter({ due_to: value })} />
    </div>
  );
}

function ValueFields() {
  const { t, i18n } = useTranslation();
  const { value_from, value_to } = useProjectList((state) => state.filter);
  // Amounts are typed as they are shown in the chosen language.
  const [thousandSeparator, decimalSeparator] = i18n.language === 'vi' ? ['.', ','] : [',', '.'];
  const amount = { thousandSeparator, decimalSeparator, decimalScale: 2, hideControls: true };
  const text = (value: string | number | bigint): string | null => (value === '' ? null : String(value));
  return (
    <div className={classes['fields']}>
      <NumberInput {...amount} data-autofocus label={t('lists.filter.from')} value={value_from ?? ''} onChange={(value) => changeFilter({ value_from: text(value) })} />
      <NumberInput {...amount} label={t('lists.filter.to')} value={value_to ?? ''} onChange={(value) => changeFilter({ value_to: text(value) })} />
    </div>
  );
}

function TagFilter({ label }: { label: string }) {
  const { data: known = [] } = useQuery(query('lists.tags'));
  const chosen = useProjectList((state) => state.filter.tags);
  const choices = [...new Set([...chosen, ...known])].map((tag) => ({ value: tag, label: tag }));
  return <ChoiceList label={label} choices={choices} chosen={chosen} change={(tags) => changeFilter({ tags })} />;
}
