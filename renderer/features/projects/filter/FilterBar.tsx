import { Button } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BoardFilter } from '../../../../shared/api/lists.ts';
import { priorityLevels, type PriorityLevel } from '../../../../shared/domain/priorities.ts';
import { isInternal } from '../../../../shared/domain/roles.ts';
import { useSession } from '../../../app/app-store.ts';
import { changeFilter, clearFilters } from '../filters.ts';
import { ProjectSearch } from '../ProjectSearch.tsx';
import { named, useListChoices } from '../use-list-choices.ts';
import classes from './Filter.module.css';
import { FilterButton } from './FilterButton.tsx';

interface Props {
  filter: BoardFilter;
  /** How many filters are set, those of columns included. */
  count: number;
}

/** The filters that board and table share. */
export function FilterBar({ filter, count }: Props) {
  const { t } = useTranslation();
  const { person } = useSession();
  const { customers, people } = useListChoices();
  const words = {
    customer: t('projects.table.customer'),
    owner: t('projects.page.owner'),
    priority: t('projects.table.priority'),
    due: t('projects.table.due'),
  };
  return (
    <search className={classes['bar']} aria-label={t('lists.filter.label')}>
      <ProjectSearch />
      {isInternal(person.role) && (
        <>
          <FilterButton label={words.customer} count={filter.customers.length}>
            {({ ChoiceList }) => (
              <ChoiceList
                label={words.customer}
                choices={named(customers, t('lists.filter.noCustomer'))}
                chosen={filter.customers}
                change={(chosen) => changeFilter({ customers: chosen })}
              />
            )}
          </FilterButton>
          <FilterButton label={words.owner} count={filter.owners.length}>
            {({ ChoiceList }) => (
              <ChoiceList
                label={words.owner}
                choices={named(people, t('lists.filter.noOwner'))}
                chosen={filter.owners}
                change={(owners) => changeFilter({ owners })}
              />
            )}
          </FilterButton>
          <FilterButton label={words.priority} count={filter.priorities.length}>
            {({ ChoiceList }) => (
              <ChoiceList
                label={words.priority}
                choices={[...priorityLevels].reverse().map((value) => ({ value, label: t(`values.priority.${value}`) }))}
                chosen={filter.priorities}
                change={(chosen) => changeFilter({ priorities: chosen as PriorityLevel[] })}
              />
            )}
          </FilterButton>
        </>
      )}
      <FilterButton label={words.due} count={filter.due === null ? 0 : 1}>
        {({ DueFilter }) => <DueFilter label={words.due} due={filter.due} />}
      </FilterButton>
      {count > 0 && (
        <Button variant="subtle" leftSection={<IconFilterOff size={16} aria-hidden />} onClick={clearFilters}>
          {t('lists.filter.clear', { count })}
        </Button>
      )}
    </search>
  );
}
