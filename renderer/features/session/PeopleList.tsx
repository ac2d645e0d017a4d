import { ActionIcon, UnstyledButton } from '@mantine/core';
import { IconTrash, IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KnownPerson } from '../../../shared/api/session.ts';
import { query } from '../../app/queries.ts';
import { PersonAvatar } from '../../ui/PersonAvatar.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { useNow } from '../../ui/use-now.ts';
import { RemovePersonDialog } from './RemovePersonDialog.tsx';
import { serverName } from './server-address.ts';
import classes from './SignIn.module.css';
import type { SignIn } from './use-sign-in.ts';

interface Props {
  signIn: SignIn;
  onChosen: () => void;
  onSomeoneElse: () => void;
}

/** Who has worked on this machine; choosing somebody leaves the password to be typed. */
export function PeopleList({ signIn, onChosen, onSomeoneElse }: Props) {
  const { t } = useTranslation();
  const people = useQuery(query('session.people'));
  const [removing, setRemoving] = useState<KnownPerson | null>(null);
  const { fields, change, busy } = signIn;
  const here = serverName(fields.serverUrl);
  if (!people.data || people.data.length === 0) return null;

  const choose = ({ email, server }: KnownPerson) => {
    change({ email, password: '', ...(server === here ? {} : { serverUrl: `postgres://${server}` }) });
    onChosen();
  };
  const chooseSomeoneElse = () => {
    change({ email: '', password: '' });
    onSomeoneElse();
  };

  return (
    <section className={classes['peoplePanel']} aria-labelledby="people-title">
      <h2 id="people-title" className={classes['demoTitle']}>
        {t('session.people.title')}
      </h2>
      <p className={classes['lead']}>{t('session.people.lead')}</p>
      <ul className={classes['people']}>
        {people.data.map((person) => (
          <li key={person.profile} className={classes['person']}>
            <UnstyledButton
              className={classes['account']}
              disabled={busy !== null}
              aria-pressed={fields.email === person.email && person.server === here}
              onClick={() => choose(person)}
            >
              <PersonText person={person} elsewhere={person.server !== here} />
            </UnstyledButton>
            <ActionIcon
              size="var(--fp-target)"
              disabled={busy !== null}
              aria-label={t('session.people.remove', { name: person.name ?? person.email })}
              onClick={() => setRemoving(person)}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </li>
        ))}
        <li>
          <UnstyledButton className={classes['account']} disabled={busy !== null} onClick={chooseSomeoneElse}>
            <span className={classes['someoneElse']} aria-hidden>
              <IconUserPlus size={16} />
            </span>
            <span className={classes['accountName']}>{t('session.people.someoneElse')}</span>
          </UnstyledButton>
        </li>
      </ul>
      {removing && <RemovePersonDialog person={removing} close={() => setRemoving(null)} />}
    </section>
  );
}

function PersonText({ person, elsewhere }: { person: KnownPerson; elsewhere: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { name, email, server, last_used_at: lastUsed, unsent } = person;
  return (
    <>
      <PersonAvatar name={name ?? email} />
      <span className={classes['accountText']}>
        <span className={classes['personName']}>
          <span className={classes['accountName']}>{name ?? email}</span>
          {lastUsed !== null && <span className={classes['lastUsed']}>{format.relative(lastUsed, now)}</span>}
        </span>
        {name !== null && <span className={classes['accountMail']}>{email}</span>}
        {elsewhere && <span className={classes['accountMail']}>{server}</span>}
        {unsent !== null && unsent > 0 && <span className={classes['unsent']}>{t('session.people.unsent', { count: unsent })}</span>}
      </span>
    </>
  );
}
