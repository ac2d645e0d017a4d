import { Button } from '@mantine/core';
import { IconListSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { PersonRow } from '../../../shared/api/people.ts';
import { Notice } from '../../ui/Notice.tsx';
import { PersonAvatar } from '../../ui/PersonAvatar.tsx';
import classes from './People.module.css';

interface Props {
  people: readonly PersonRow[];
  chosen: string | null;
  choose: (id: string) => void;
  clearFilters: () => void;
}

export function PeopleList({ people, chosen, choose, clearFilters }: Props) {
  const { t } = useTranslation();
  if (people.length === 0) {
    return (
      <Notice icon={IconListSearch} title={t('people.noMatch')} text={t('people.noMatchText')}>
        <Button variant="default" onClick={clearFilters}>
          {t('people.clearFilters')}
        </Button>
      </Notice>
    );
  }
  return (
    <ul className={classes['list']} aria-label={t('people.list')}>
      {people.map((person) => (
        <li key={person.id}>
          <button
            type="button"
            className={classes['row']}
            aria-current={person.id === chosen}
            data-status={person.status}
            onClick={() => choose(person.id)}
          >
            <PersonAvatar name={person.name} />
            <span className={classes['who']}>
              <span className={classes['name']}>{person.name}</span>
              <span className={classes['email']} title={person.email}>
                {person.email}
              </span>
            </span>
            <span className={classes['what']}>
              <span>{t(`values.role.${person.role}`)}</span>
              <span className={classes['muted']}>{person.contact_name ?? person.department}</span>
            </span>
            <span className={classes['mark']} data-status={person.status}>
              {t(`people.status.${person.status}`)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
