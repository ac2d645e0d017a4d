import { CloseButton, Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { personStatuses } from '../../../shared/api/people.ts';
import { roles } from '../../../shared/domain/roles.ts';
import { useFormat } from '../../ui/use-format.ts';
import classes from './People.module.css';
import type { PeopleFilters } from './people-filters.ts';

interface Props {
  filters: PeopleFilters;
  change: (filters: PeopleFilters) => void;
  /** How many people are shown. */
  count: number;
  children: ReactNode;
}

export function PeopleFilterBar({ filters, change, count, children }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <header className={classes['toolbar']}>
      <h1 className={classes['title']}>{t('people.title')}</h1>
      <span className={classes['count']} role="status">
        {t('people.count', { count, total: format.number(count) })}
      </span>
      <div className={classes['tools']}>
        <Select
          aria-label={t('people.filterRole')}
          placeholder={t('people.allRoles')}
          clearable
          clearButtonProps={{ 'aria-label': t('people.clearFilters') }}
          w="calc(10rem * var(--fp-scale))"
          data={roles.map((value) => ({ value, label: t(`values.role.${value}`) }))}
          value={filters.role}
          onChange={(role) => change({ ...filters, role })}
        />
        <Select
          aria-label={t('people.filterStatus')}
          placeholder={t('people.allStatuses')}
          clearable
          clearButtonProps={{ 'aria-label': t('people.clearFilters') }}
          w="calc(10rem * var(--fp-scale))"
          data={personStatuses.map((value) => ({ value, label: t(`people.status.${value}`) }))}
          value={filters.status}
          onChange={(status) => change({ ...filters, status })}
        />
        <TextInput
          className={classes['search']}
          type="text"
          role="searchbox"
          aria-label={t('people.search')}
          placeholder={t('people.search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={
            filters.search && (
              <CloseButton size="sm" aria-label={t('people.clearSearch')} onClick={() => change({ ...filters, search: '' })} />
            )
          }
          value={filters.search}
          onChange={(event) => change({ ...filters, search: event.currentTarget.value })}
        />
        {children}
      </div>
    </header>
  );
}
