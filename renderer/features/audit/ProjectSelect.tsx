import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { query } from '../../app/queries.ts';
import classes from './Audit.module.css';

const OFFERED = 20;
const SEARCH_PAUSE_MS = 120;

interface Props {
  value: string | null;
  change: (value: string | null) => void;
  /** What no project means, where it is not all of them. */
  placeholder?: string;
}

/** A project out of any number of them: the worker looks for what is typed. */
export function ProjectSelect({ value, change, placeholder }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, SEARCH_PAUSE_MS);
  const { data: chosen } = useQuery({ ...query('projects.get', { id: value ?? '' }), enabled: value !== null });
  const chosenLabel = chosen ? `${chosen.project.project_id} · ${chosen.project.title}` : value;
  // The name of the chosen project stands in the field and is nothing to look for.
  const { data: list } = useQuery(query('projects.list', { search: search === chosenLabel ? '' : search, limit: OFFERED }));
  const offered = (list?.rows ?? []).map(({ id, project_id, title }) => ({ value: id, label: `${project_id} · ${title}` }));
  const data = value === null || offered.some((one) => one.value === value) ? offered : [{ value, label: chosenLabel ?? value }, ...offered];
  const label = t('audit.filters.project');
  return (
    <Select
      className={classes['choice']}
      label={label}
      placeholder={placeholder ?? t('audit.filters.all')}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('audit.filters.clearOne', { field: label }) }}
      nothingFoundMessage={t('audit.filters.noProject')}
      filter={({ options }) => options}
      data={data}
      searchValue={typed}
      onSearchChange={setTyped}
      value={value}
      onChange={change}
    />
  );
}
