import { Loader, TextInput, UnstyledButton } from '@mantine/core';
import { IconChevronRight, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { demoAccounts, demoPassword } from '../../../shared/demo-accounts.ts';
import { roles } from '../../../shared/domain/roles.ts';
import { PersonAvatar } from '../../ui/PersonAvatar.tsx';
import { foldText } from '../../../shared/domain/fold-text.ts';
import classes from './SignIn.module.css';
import type { SignIn } from './use-sign-in.ts';

/** The people of the sample data by role: one click signs in. */
export function DemoAccounts({ signIn }: { signIn: SignIn }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const wanted = foldText(search);
  const found = demoAccounts.filter(({ name, email, role, department }) =>
    foldText([name, email, department, t(`values.role.${role}`)].join(' ')).includes(wanted),
  );
  const groups = roles
    .map((role) => ({ role, accounts: found.filter((account) => account.role === role) }))
    .filter(({ accounts }) => accounts.length > 0);

  return (
    <section className={classes['demo']} aria-labelledby="demo-title">
      <h2 id="demo-title" className={classes['demoTitle']}>
        {t('session.demo.title')}
      </h2>
      <p className={classes['lead']}>{t('session.demo.lead')}</p>
      <TextInput
        aria-label={t('session.demo.search')}
        placeholder={t('session.demo.search')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {/* Focusable, so that the list scrolls by keyboard as well. */}
      <div className={classes['accounts']} role="group" tabIndex={0} aria-labelledby="demo-title">
        {groups.length === 0 && <p className={classes['hint']}>{t('session.demo.none')}</p>}
        {groups.map(({ role, accounts }) => (
          <div key={role}>
            <h3 className={classes['role']}>{t(`values.role.${role}`)}</h3>
            <ul className={classes['accountList']}>
              {accounts.map((account) => (
                <li key={account.email}>
                  <UnstyledButton
                    className={classes['account']}
                    disabled={signIn.busy !== null}
                    title={t('session.demo.signInAs', { name: account.name })}
                    onClick={() => signIn.submit({ email: account.email, password: demoPassword })}
                  >
                    <PersonAvatar name={account.name} />
                    <span className={classes['accountText']}>
                      <span className={classes['accountName']}>{account.name}</span>
                      <span className={classes['accountMail']}>
                        {account.email}
                        {` · ${account.department}`}
                      </span>
                    </span>
                    {signIn.busy === account.email ? <Loader size={16} /> : <IconChevronRight size={16} aria-hidden />}
                  </UnstyledButton>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </section>
  );
}
