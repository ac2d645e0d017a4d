import { Button } from '@mantine/core';
import { IconUser, IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import type { Output } from '../../../shared/api/index.ts';
import { useSession } from '../../app/app-store.ts';
import { NotFoundPage } from '../../app/NotFoundPage.tsx';
import { query } from '../../app/queries.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { useOnline } from '../sync/use-online.ts';
import { HandedInSection } from './HandedInSection.tsx';
import { InviteDialog } from './InviteDialog.tsx';
import { matchingPeople, noFilters } from './people-filters.ts';
import { PeopleFilterBar } from './PeopleFilterBar.tsx';
import { PeopleList } from './PeopleList.tsx';
import classes from './People.module.css';
import { PersonPanel } from './PersonPanel.tsx';

/** Who works here and what they may do; administrators alone have the page. */
export function PeoplePage() {
  const { role } = useSession().person;
  const { data, error, refetch } = useQuery({ ...query('people.list'), enabled: role === 'admin' });
  if (role !== 'admin') return <NotFoundPage />;
  if (data) return <People {...data} />;
  return error ? <LoadFailure page error={error} retry={() => void refetch()} /> : null;
}

function People({ people, companies }: Output<'people.list'>) {
  const { t } = useTranslation();
  const online = useOnline();
  const [filters, setFilters] = useState(noFilters);
  const [inviting, setInviting] = useState(false);
  const [parameters, setParameters] = useSearchParams();
  const chosen = people.find(({ id }) => id === parameters.get('person'));
  const shown = matchingPeople(people, filters);
  const choose = (id: string) => setParameters({ person: id }, { replace: true });

  return (
    <>
      <PeopleFilterBar filters={filters} change={setFilters} count={shown.length}>
        <Button leftSection={<IconUserPlus size={16} aria-hidden />} disabled={!online} onClick={() => setInviting(true)}>
          {t('people.invite')}
        </Button>
      </PeopleFilterBar>
      {!online && (
        <p className={classes['offline']} role="status">
          {t('people.offline')}
        </p>
      )}
      <HandedInSection />
      <div className={classes['columns']}>
        <PeopleList people={shown} chosen={chosen?.id ?? null} choose={choose} clearFilters={() => setFilters(noFilters)} />
        <div className={classes['side']}>
          {chosen ? (
            <PersonPanel key={chosen.id} person={chosen} people={people} companies={companies} />
          ) : (
            <Notice icon={IconUser} title={t('people.choose')} text={t('people.chooseText')} />
          )}
        </div>
      </div>
      {inviting && <InviteDialog people={people} companies={companies} close={() => setInviting(false)} invited={choose} />}
    </>
  );
}
