import { Select } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { query } from '../../app/queries.ts';
import { usePeopleChoices } from '../projects/page/edit/use-people-choices.ts';

interface Props {
  label: string;
  autoFocus: boolean;
  /** The name of who was refused; they stay as long as nobody else is chosen. */
  refused: unknown;
  value: string | null;
  onChange: (value: string | null) => void;
}

const choice = ({ label, autoFocus, refused, value, onChange }: Props) => ({
  label,
  autoFocus,
  searchable: true,
  maxDropdownHeight: 240,
  placeholder: typeof refused === 'string' ? refused : undefined,
  value,
  onChange,
});

export function OwnerField(props: Props) {
  const { t } = useTranslation();
  const { choices, setSearch } = usePeopleChoices();
  return <Select {...choice(props)} data={choices} filter={({ options }) => options} onSearchChange={setSearch} nothingFoundMessage={t('project.choice.nothing')} />;
}

export function CustomerField(props: Props) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const { data = [] } = useQuery({ ...query('project.customers', { search: search.slice(0, 200) }), placeholderData: keepPreviousData });
  return (
    <Select
      {...choice(props)}
      data={data.map(({ id, company_name, city }) => ({ value: id, label: city ? `${company_name} · ${city}` : company_name }))}
      filter={({ options }) => options}
      onSearchChange={setSearch}
      nothingFoundMessage={t('project.choice.noCustomer')}
    />
  );
}
