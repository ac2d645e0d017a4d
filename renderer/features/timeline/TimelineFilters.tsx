import { Select } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CalendarStage } from '../../../shared/api/calendar.ts';
import { query } from '../../app/queries.ts';
import { usePeopleChoices } from '../projects/page/edit/use-people-choices.ts';
import classes from './Timeline.module.css';
import { setFilter, useTimeline } from './timeline-store.ts';

export function TimelineFilters({ stages }: { stages: readonly CalendarStage[] }) {
  const { t } = useTranslation();
  const filter = useTimeline((state) => state.filter);
  const people = usePeopleChoices();
  const [search, setSearch] = useState('');
  // Its name stays in the list, whatever is searched for next.
  const [chosen, setChosen] = useState<{ value: string; label: string } | null>(null);
  const { data: customers = [] } = useQuery({
    ...query('project.customers', { search: search === chosen?.label ? '' : search.slice(0, 200) }),
    placeholderData: keepPreviousData,
  });
  const found = customers.map(({ id, company_name }) => ({ value: id, label: company_name }));
  const customerData = chosen && !found.some(({ value }) => value === chosen.value) ? [chosen, ...found] : found;
  const field = (name: 'stage' | 'owner' | 'customer') => ({
    'aria-label': t(`timeline.${name}`),
    placeholder: t(`timeline.${name}`),
    className: classes['filter'] ?? '',
    searchable: true,
    clearable: true,
    clearButtonProps: { 'aria-label': t('timeline.clear', { field: t(`timeline.${name}`) }) },
  });
  return (
    <>
      <Select
        {...field('stage')}
        data={stages.map(({ id, name }) => ({ value: id, label: name }))}
        value={filter.stage_id}
        onChange={(stage_id) => setFilter({ stage_id })}
      />
      <Select
        {...field('owner')}
        data={people.choices}
        filter={({ options }) => options}
        onSearchChange={(typed) => people.setSearch(people.choices.some(({ label }) => label === typed) ? '' : typed)}
        nothingFoundMessage={t('project.choice.nothing')}
        value={filter.assigned_to}
        onChange={(assigned_to) => setFilter({ assigned_to })}
      />
      <Select
        {...field('customer')}
        data={customerData}
        filter={({ options }) => options}
        onSearchChange={setSearch}
        nothingFoundMessage={t('project.choice.noCustomer')}
        value={filter.customer_id}
        onChange={(customer_id) => {
          setChosen(customerData.find(({ value }) => value === customer_id) ?? null);
          setFilter({ customer_id });
        }}
      />
    </>
  );
}
