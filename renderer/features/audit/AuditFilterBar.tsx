import { CloseButton, Select, TextInput } from '@mantine/core';
import { DateInput } from '../../ui/dates.ts';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import type { AuditOverview } from '../../../shared/api/audit.ts';
import { foldText } from '../../../shared/domain/fold-text.ts';
import { useActionName } from '../../ui/action-name.ts';
import { useTableName } from '../session/table-name.ts';
import classes from './Audit.module.css';
import { isPeriod, periods, readFilters, withFilters, type FilterName } from './audit-url.ts';
import { firstUpper } from './first-upper.ts';
import { ProjectSelect } from './ProjectSelect.tsx';

const SEARCH_PAUSE_MS = 250;

interface Props {
  overview: AuditOverview | undefined;
}

/** Every filter of the log; what is chosen stands in the window's address. */
export function AuditFilterBar({ overview }: Props) {
  const { t } = useTranslation();
  const tableName = useTableName();
  const actionName = useActionName();
  const [address, setAddress] = useSearchParams();
  const filters = readFilters(address);
  const set = (changed: Partial<Record<FilterName, string | null>>) => setAddress(withFilters(address, changed));
  const { period, from, to } = filters;
  const chosenPeriod = isPeriod(period) ? period : from || to ? 'custom' : 'all';

  return (
    <search className={classes['filters']} aria-label={t('audit.filters.label')}>
      <SearchField />
      <Select
        className={classes['narrow']}
        label={t('audit.filters.period')}
        allowDeselect={false}
        data={(['all', ...(Object.keys(periods) as (keyof typeof periods)[]), ...(chosenPeriod === 'custom' ? ['custom' as const] : [])] as const).map(
          (value) => ({ value, label: t(`audit.period.${value}`) }),
        )}
        value={chosenPeriod}
        onChange={(value) => (isPeriod(value) ? set({ period: value }) : value === 'all' && set({ period: null, from: null, to: null }))}
      />
      <DayField name="from" value={from} latest={to} change={(value) => set({ from: value })} />
      <DayField name="to" value={to} earliest={from} change={(value) => set({ to: value })} />
      <Choice
        label={t('audit.filters.person')}
        data={(overview?.people ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={filters.person}
        change={(person) => set({ person })}
      />
      <Choice
        label={t('audit.filters.kind')}
        data={withChosen(overview?.kinds, filters.kind).map((kind) => ({ value: kind, label: firstUpper(tableName(kind)) }))}
        value={filters.kind}
        change={(kind) => set({ kind })}
      />
      <Choice
        label={t('audit.filters.action')}
        data={withChosen(overview?.actions, filters.action).map((action) => ({ value: action, label: firstUpper(actionName(action)) }))}
        value={filters.action}
        change={(action) => set({ action })}
      />
      <ProjectSelect value={filters.project} change={(project) => set({ project })} />
    </search>
  );
}

/** What an address asks for stays visible as a choice, whether the log knows it or not. */
const withChosen = (known: readonly string[] = [], chosen: string | null): readonly string[] =>
  chosen === null || known.includes(chosen) ? known : [...known, chosen];

function SearchField() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const asked = address.get('q') ?? '';
  const [typed, setTyped] = useState(asked);
  // The way back, or a cleared filter, changes what is asked from outside.
  const [seen, setSeen] = useState(asked);
  if (asked !== seen) {
    setSeen(asked);
    setTyped(asked);
  }
  useEffect(() => {
    if (typed === asked) return undefined;
    const timer = setTimeout(() => {
      setSeen(typed);
      // Every pause in typing would be a step on the way back.
      setAddress((before) => withFilters(before, { q: typed }), { replace: asked !== '' });
    }, SEARCH_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, asked, setAddress]);
  return (
    <TextInput
      className={classes['search']}
      type="text"
      role="searchbox"
      maxLength={200}
      label={t('audit.filters.search')}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={typed && <CloseButton size="sm" aria-label={t('audit.filters.clearSearch')} onClick={() => setTyped('')} />}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}

interface DayFieldProps {
  name: 'from' | 'to';
  value: string | null;
  earliest?: string | null;
  latest?: string | null;
  change: (value: string | null) => void;
}

function DayField({ name, value, earliest, latest, change }: DayFieldProps) {
  const { t } = useTranslation();
  const label = t(`audit.filters.${name}`);
  return (
    <DateInput
      className={classes['narrow']}
      label={label}
      valueFormat="DD/MM/YYYY"
      minDate={earliest ?? undefined}
      maxDate={latest ?? undefined}
      clearable
      clearButtonProps={{ 'aria-label': t('audit.filters.clearDate', { field: label }) }}
      ariaLabels={{
        previousMonth: t('projects.edit.calendar.previousMonth'),
        nextMonth: t('projects.edit.calendar.nextMonth'),
        previousYear: t('projects.edit.calendar.previousYear'),
        nextYear: t('projects.edit.calendar.nextYear'),
        previousDecade: t('projects.edit.calendar.previousDecade'),
        nextDecade: t('projects.edit.calendar.nextDecade'),
      }}
      value={value}
      onChange={change}
    />
  );
}

interface ChoiceProps {
  label: string;
  data: { value: string; label: string }[];
  value: string | null;
  change: (value: string | null) => void;
}

/** One of the things that the log holds, found by typing part of its name with or without diacritics. */
function Choice({ label, data, value, change }: ChoiceProps) {
  const { t } = useTranslation();
  return (
    <Select
      className={classes['choice']}
      label={label}
      placeholder={t('audit.filters.all')}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('audit.filters.clearOne', { field: label }) }}
      nothingFoundMessage={t('audit.filters.nothing')}
      filter={({ options, search }) =>
        options.filter((option) => 'label' in option && foldText(option.label).includes(foldText(search.trim())))
      }
      data={data}
      value={value}
      onChange={change}
    />
  );
}
