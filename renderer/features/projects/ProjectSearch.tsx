import { CloseButton, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { setSearch, useProjectList } from './filters.ts';
import classes from './Toolbar.module.css';

export function ProjectSearch() {
  const { t } = useTranslation();
  const search = useProjectList((state) => state.filter.search);
  return (
    <TextInput
      className={classes['search']}
      type="text"
      role="searchbox"
      aria-label={t('projects.search')}
      placeholder={t('projects.search')}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        search && <CloseButton size="sm" aria-label={t('projects.clearSearch')} onClick={() => setSearch('')} />
      }
      value={search}
      onChange={(event) => setSearch(event.currentTarget.value)}
    />
  );
}
