import { useTranslation } from 'react-i18next';
import type { CompanyChoice, PersonRow } from '../../../shared/api/people.ts';
import { useSession } from '../../app/app-store.ts';
import { PersonAvatar } from '../../ui/PersonAvatar.tsx';
import { AccessPanel } from './AccessPanel.tsx';
import { FactsPanel } from './FactsPanel.tsx';
import classes from './People.module.css';

interface Props {
  person: PersonRow;
  people: readonly PersonRow[];
  companies: readonly CompanyChoice[];
}

/** One person: facts, access and devices. */
export function PersonPanel({ person, people, companies }: Props) {
  const { t } = useTranslation();
  const own = useSession().person.id === person.id;
  return (
    <section className={classes['person']} aria-labelledby="person-name">
      <header className={classes['personHead']}>
        <PersonAvatar name={person.name} />
        <h2 id="person-name" className={classes['personName']}>
          {person.name}
          {own && ` (${t('people.you')})`}
        </h2>
        <span className={classes['mark']} data-status={person.status}>
          {t(`people.status.${person.status}`)}
        </span>
      </header>
      {own && <p className={classes['muted']}>{t('people.access.own')}</p>}
      <FactsPanel person={person} people={people} companies={companies} own={own} />
      <AccessPanel person={person} own={own} />
    </section>
  );
}
