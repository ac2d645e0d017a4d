import { Button, CloseButton, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAddressBook, IconFileImport, IconListSearch, IconPlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { contactStates, contactTypes } from '../../../shared/api/contacts.ts';
import { isInternal } from '../../../shared/domain/roles.ts';
import { useReadOnly, useSession } from '../../app/app-store.ts';
import { NotFoundPage } from '../../app/NotFoundPage.tsx';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { Pager } from '../../ui/Pager.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { usePages } from '../../ui/use-pages.ts';
import { creatableTypes } from './contact-rights.ts';
import classes from './Contacts.module.css';
import { ContactsTable } from './ContactsTable.tsx';
import { readFilters, writeFilters, type ContactFilters } from './contacts-url.ts';
import { CreateContact } from './CreateContact.tsx';

const PAGE_SIZE = 100;
const SEARCH_PAUSE_MS = 120;

export function ContactsPage() {
  return isInternal(useSession().person.role) ? <Contacts /> : <NotFoundPage />;
}

function Contacts() {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const { role } = useSession().person;
  const [parameters, setParameters] = useSearchParams();
  const filters = readFilters(parameters);
  const [search] = useDebouncedValue(filters.search, SEARCH_PAUSE_MS);
  const [creating, setCreating] = useState(false);
  const asked = { ...filters, search };
  const mayCreate = creatableTypes(role).length > 0;
  const readOnly = useReadOnly();
  const change = (patch: Partial<ContactFilters>) => setParameters(writeFilters({ ...filters, ...patch }), { replace: true });

  return (
    <>
      <header className={classes['toolbar']}>
        <h1 className={classes['title']}>{t('contacts.title')}</h1>
        <div className={classes['tools']}>
          <TextInput
            className={classes['search']}
            type="text"
            role="searchbox"
            aria-label={t('contacts.search')}
            placeholder={t('contacts.search')}
            maxLength={200}
            leftSection={<IconSearch size={16} aria-hidden />}
            rightSection={
              filters.search && <CloseButton size="sm" aria-label={t('contacts.clearSearch')} onClick={() => change({ search: '' })} />
            }
            value={filters.search}
            onChange={(event) => change({ search: event.currentTarget.value })}
          />
          <Select
            aria-label={t('values.column.type')}
            placeholder={t('contacts.allTypes')}
            clearable
            clearButtonProps={{ 'aria-label': t('contacts.clearFilters') }}
            w="10rem"
            data={contactTypes.map((value) => ({ value, label: t(`contacts.type.${value}`) }))}
            value={filters.type}
            onChange={(type) => change({ type })}
          />
          <Select
            aria-label={t('contacts.stateFilter')}
            allowDeselect={false}
            w="11.5rem"
            data={contactStates.map((value) => ({ value, label: t(`contacts.state.${value}`) }))}
            value={filters.state}
            onChange={(state) => state && change({ state })}
          />
          {!readOnly && (
            <>
              <Button
                component={Link}
                to={paths.contactImport}
                variant="default"
                leftSection={<IconFileImport size={16} aria-hidden />}
                data-disabled={!mayCreate || undefined}
                aria-disabled={!mayCreate}
                title={mayCreate ? undefined : t('contacts.mayNotCreate')}
                onClick={(event: React.MouseEvent) => {
                  if (!mayCreate) event.preventDefault();
                }}
              >
                {t('contacts.import.open')}
              </Button>
              <Button
                leftSection={<IconPlus size={16} aria-hidden />}
                aria-disabled={!mayCreate}
                data-disabled={!mayCreate || undefined}
                title={mayCreate ? undefined : t('contacts.mayNotCreate')}
                onClick={() => mayCreate && setCreating(true)}
              >
                {t('contacts.create.open')}
              </Button>
            </>
          )}
        </div>
      </header>
      <ContactsList
        filters={asked}
        change={change}
        clear={() => setParameters(new URLSearchParams(), { replace: true })}
        countText={(total) => t('contacts.count', { count: total, total: format.number(total) })}
      />
      {creating && <CreateContact close={() => setCreating(false)} created={(id) => void navigate(paths.contact(id))} />}
    </>
  );
}

interface ListProps {
  filters: ContactFilters;
  change: (patch: Partial<ContactFilters>) => void;
  clear: () => void;
  countText: (total: number) => string;
}

function ContactsList({ filters, change, clear, countText }: ListProps) {
  const { t } = useTranslation();
  const { data, error, retry, page, setPage } = usePages((part) => query('contacts.list', { ...filters, ...part }), PAGE_SIZE, JSON.stringify(filters));
  if (error) return <LoadFailure error={error} retry={retry} />;
  if (!data) return null;
  if (data.total === 0) {
    const filtered = filters.search !== '' || filters.type !== null || filters.state !== 'active';
    return filtered ? (
      <Notice icon={IconListSearch} title={t(filters.state === 'duplicates' ? 'contacts.noDuplicates' : 'contacts.noMatch')}>
        <Button variant="default" onClick={clear}>
          {t('contacts.clearFilters')}
        </Button>
      </Notice>
    ) : (
      <Notice icon={IconAddressBook} title={t('contacts.emptyTitle')} text={t('contacts.emptyText')} />
    );
  }
  return (
    <>
      <ContactsTable rows={data.rows} filters={filters} change={change} />
      <footer className={classes['foot']}>
        <span role="status">{countText(data.total)}</span>
        <Pager list={t('contacts.title')} page={page} pageSize={PAGE_SIZE} total={data.total} onChange={setPage} />
      </footer>
    </>
  );
}
